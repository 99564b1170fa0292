# SPDX-License-Identifier: MIT
# The service.toml that holdfast add writes: when a service is ready, what it needs, how it stops.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names of lib.bash
load people

@test "A43 add --stop-timeout, and a service.toml that is there already" {
    gives 0 holdfast add web --dir "$PWD/srv/web" --stop-timeout 5m --dry-run -- sleep 99
    out 'timeout = "5m"'
    gives 100 holdfast add web --dir "$PWD/srv/web" --stop-timeout 5 -- sleep 99
    err '--stop-timeout takes a time such as 30s or 2m, or none'
    mkdir -p srv/web
    echo '[restart]' >srv/web/service.toml
    gives 111 holdfast add web --dir "$PWD/srv/web" --no-log --down --needs db -- sleep 99
    err "$PWD/srv/web/service.toml is there already, and nothing is overwritten"
    [ ! -e srv/web/run ]
    gives 0 holdfast add web --dir "$PWD/srv/web" --no-log --down -- sleep 99
    out 'service.toml is there already, and is kept'
    [ "$(cat srv/web/service.toml)" = '[restart]' ]
    for option in '--stop-timeout 5s' '--needs db' '--ready fd'; do
        # shellcheck disable=SC2086 # two words
        gives 100 holdfast add "$PWD/srv/web" $option
        err 'write it there (man service.toml)'
    done
}

@test "A44 a web server is found ready by its page; what needs it starts then" {
    a_port
    looked_after
    cat >server.py <<'END'
import http.server, os
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" and os.path.exists("well") else 503)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
END
    gives 0 holdfast add web --dir "$PWD/srv/web" --port "$port" --ready http:/health --wait 0 \
        --cwd "$PWD" -- /usr/bin/python3 server.py
    out "check = { http = \"http://localhost:$port/health\" }"
    listening "$port"
    gives 0 holdfast check web
    gives 10 holdfast why web
    out "has not succeeded: http://localhost:$port/health"
    out "it listens on 127.0.0.1:$port"
    gives 0 holdfast status web
    out 'not-ready'
    gives 0 holdfast add app --dir "$PWD/srv/app" --needs web --wait 0 -- sleep 99
    [ "$(sed -n 's/^needs = //p' srv/app/service.toml)" = '["web"]   # it starts when they are ready' ]
    wait_for 'holdfast why app | grep -q "app needs web"'
    [ -z "$(pid_of service/app)" ]
    touch well
    gives 0 holdfast wait ready web app
    gives 0 holdfast status web app
    grep -qE '^web +up ' out
    grep -qE '^app +up ' out
    gives 0 holdfast check app
    gives 0 holdfast add other --dir "$PWD/srv/other" --needs web,app -- sleep 99
    out 'other: up (pid'
}

@test "A45 a port is a check by TCP, which an option can take away" {
    a_port
    looked_after
    gives 0 holdfast add web --dir "$PWD/srv/web" --port "$port" -- \
        /usr/bin/python3 -m http.server -b ::1 "$port"
    out "), listens on port $port, ready"
    grep -qx "ready.check tcp localhost:$port" srv/web/supervise/rules
    gives 0 holdfast remove web
    cat >server.py <<END
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", $port))
while True: s.recvfrom(99)
END
    gives 0 holdfast add dns --dir "$PWD/srv/dns" --port "$port" --cwd "$PWD" --wait 0 -- \
        /usr/bin/python3 server.py
    wait_for grep -q "$(printf :%04X "$port")" /proc/net/udp
    gives 10 holdfast why dns
    out "it serves UDP, which no check sees, on 127.0.0.1:$port"
    gives 0 holdfast remove --purge dns
    gives 0 holdfast add dns --dir "$PWD/srv/dns" --port "$port" --cwd "$PWD" --ready none -- \
        /usr/bin/python3 server.py
    out "dns: up (pid"
    if grep -q ', ready' out; then false; fi
}

@test "A46 a descriptor says it; a need that is not there is a warning" {
    looked_after
    gives 0 holdfast add app --dir "$PWD/srv/app" --needs db --wait 10000 -- sleep 99
    err 'there is no service db yet: app is started when there is one'
    gives 0 holdfast add db --dir "$PWD/srv/db" --ready fd -- /bin/sh -c 'echo >&3; exec sleep 99'
    out '), ready'
    gives 0 holdfast wait up app
    : >srv/app/service.toml # daemontools' behaviour
    gives 0 holdfast check app
    gives 0 holdfast why app
}

@test "A47 ways of being ready, and needs, that cannot be" {
    refuses() { # TEXT OPTION...
        gives 100 holdfast add web --dir "$PWD/srv/web" "${@:2}" -- sleep 99
        err "$1"
    }
    refuses '--ready http asks a port: name it with --port' --ready http
    refuses '--ready tcp asks a port: name it with --port' --ready tcp
    refuses 'log: say by which line: log:PATTERN' --ready log
    refuses 'not a regular expression' --ready 'log:('
    refuses 'it takes http, http:/PATH, tcp, fd, notify, log:PATTERN or none, not start' --ready start
    refuses 'what follows http: is a path' --port 80 --ready http:health
    refuses 'what follows http: is a path' --port 80 --ready http://localhost/
    refuses 'a URL has no spaces' --port 80 --ready 'http:/a b'
    refuses 'a service cannot wait for itself' --needs db,web
    refuses 'a name in --needs cannot be empty' --needs db,
    refuses 'a name in --needs cannot have a slash' --needs ../db
    refuses 'that would be a pattern' --needs 'd*'
    refuses 'a control character or % in it: a^Jb' --needs $'a\nb'
    refuses 'a control character or % in it: 100%' --needs 100%
    refuses 'a port is a number from 1 to 65535' --port 70000 --ready tcp
    [ ! -e srv/web ]
}
