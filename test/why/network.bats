# SPDX-License-Identifier: MIT
# Up, and yet it cannot be reached; and what its logger has to do with that.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

# NAME, and the server in Python on standard input; a second word is the name of its file. Only what
# has http in its command is asked for a page.
server() {
    deploy "$1" '#!/bin/sh' "PORT=$port" "exec /usr/bin/python3 ${2:-server.py}"
    python "$1" "${2:-server.py}"
    looked_after
    up "service/$1"
}

@test "W90 up, but it listens on nothing" {
    a_port
    deploy web '#!/bin/sh' "PORT=$port" 'exec sleep 99'
    looked_after
    up service/web
    cause web not-listening 8
    says_too 'multilog t ./main'
    if grep -q 'holdfast logs' answer; then cat answer && false; fi
}

@test "W91 it listens on another port" {
    a_port port other
    server web <<END
import socket, time
s = socket.create_server(('127.0.0.1', $other))
while True: s.accept()[0].close()
END
    listening $other
    cause web wrong-port 8
    says_too $other
}

@test "W92 it listens on 127.0.0.1 only" {
    a_port
    server web <<END
import socket, time
s = socket.create_server(('127.0.0.1', $port))
while True: s.accept()[0].close()
END
    listening $port
    well web
    says_too '"listens-locally"'
    says_too "127.0.0.1:$port"
    cause web loopback-only 8 --port $port
}

@test "W93 it listens for IPv6 only" {
    if [ ! -e /proc/net/if_inet6 ]; then skip "NOT RUN: no IPv6 here"; fi
    a_port
    server web <<END
import socket, time
s = socket.socket(socket.AF_INET6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
s.bind(('::', $port))
s.listen()
while True: s.accept()[0].close()
END
    wait_for grep -q "$(printf :%04X "$port") .* 0A" /proc/net/tcp6
    well web
    says_too '"listens-ipv6"'
    cause web ipv6-only 8 --port $port
}

@test "W94 it listens, but takes no connections" {
    a_port
    server web <<END
import socket, time
s = socket.create_server(('127.0.0.1', $port))
time.sleep(99)
END
    listening $port
    cause web not-accepting 8
}

@test "W95 it takes connections, but does not answer" {
    a_port
    server web http_server.py <<END
import socket, time
s = socket.create_server(('127.0.0.1', $port))
kept = []
while True: kept.append(s.accept())
END
    listening $port
    cause web not-answering 8
    says_too 'waits for a connection'
}

@test "W103 it takes connections, and then its threads wait for each other" {
    a_port
    server web http_server.py <<END
import socket, threading
s = socket.create_server(('127.0.0.1', $port))
lock = threading.Lock()
lock.acquire()
def serve(connection):
    with lock: connection.send(b'hello')
kept = []
while True:
    kept.append(s.accept()[0])
    threading.Thread(target=serve, args=(kept[-1],)).start()
END
    listening $port
    cause web not-answering 8
    says_too 'waits for a lock or another thread'
    says_too 'holdfast restart web'
}

@test "W104 many ports on which nobody is answered cost no more time than one" {
    a_port
    server web <<END
import socket, time
kept = [socket.create_server(('127.0.0.1', p)) for p in (0, 0, 0, 0, $port)]
time.sleep(99)
END
    listening "$port"
    cause web not-accepting 8
    strace -f -o trace -e trace=poll holdfast why web --folder service >answer || true
    [ "$(grep -c '= 0 (Timeout)' trace)" = 2 ] # one wait for all of them, after a short one
}

@test "W105 it answers that it has a fault" {
    a_port
    server web http_server.py <<END
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_error(500)
http.server.HTTPServer(('0.0.0.0', $port), Handler).serve_forever()
END
    listening $port
    well web
    says_too '"answers-error"'
    says_too 'it answers 500'
}

@test "W96 the logger has no run" {
    looked_after
    deploy web
    mkdir srv/web/log
    rm service/web
    ln -s ../srv/web service/
    up service/web
    cause web logger-down 9
}

@test "W97 the logger's run is not executable" {
    mkdir -p srv/web
    log web
    chmod 644 srv/web/log/run
    deploy web
    looked_after
    up service/web
    cause web logger-down 9
    says_too 'chmod +x'
}

@test "W98 the logger ends again and again" {
    mkdir -p srv/web
    log web 'exit 4'
    deploy web
    looked_after
    up service/web
    wait_for '[ "$(deaths srv/web/log)" -ge 1 ]'
    cause web logger-down 9
    says_too 'exit code 4'
}

@test "W99 the logger may not write its log" {
    needs_root
    mkdir -p srv/web/log/main
    chmod 700 srv/web/log/main
    log web 'exec setuidgid nobody multilog t ./main'
    deploy web
    looked_after
    up service/web
    cause web log-unwritable 9
    says_too 'chown -R nobody'
}

on_full_disk() {
    mkdir -p srv/web/log/main
    mount -t tmpfs -o size=64k none srv/web/log/main
    dd if=/dev/zero of=srv/web/log/main/fill bs=4k 2>/dev/null || true
    log web
    deploy web
    looked_after
    wait_for 'svstat service/web | grep -q "up (pid"'
    cause web log-disk-full 9
}

@test "W100 the disk of the log is full" {
    needs_root
    export -f deploy looked_after cause answers log
    apart on_full_disk
}

@test "W101 the logger is stopped, and the service blocked in a write" {
    mkdir -p srv/web
    log web
    deploy web '#!/bin/sh' 'exec yes'
    looked_after
    up service/web
    wait_for says service/web/log 'up'
    kill -STOP "$(pid_of service/web/log)"
    wait_for 'grep -q pipe_write /proc/$(pid_of service/web)/wchan'
    cause web log-pipe-full 9
    says_too 'kill -CONT'
    kill -CONT "$(pid_of service/web/log)"
}

@test "W102 the logger is paused" {
    mkdir -p srv/web
    log web
    deploy web '#!/bin/sh' 'exec yes'
    looked_after
    up service/web
    wait_for says service/web/log 'up'
    svc -p service/web/log
    wait_for 'grep -q pipe_write /proc/$(pid_of service/web)/wchan'
    cause web log-pipe-full 9
    says_too 'paused'
}

@test "W106 what is not known to speak HTTP is asked nothing" {
    a_port
    server db <<END
import socket
s = socket.create_server(('127.0.0.1', $port))
while True:
    c = s.accept()[0]
    c.settimeout(1)
    try: heard = c.recv(100)
    except TimeoutError: heard = b''
    if heard: open('heard', 'ab').write(heard)
END
    listening $port
    well db
    well db
    if [ -e srv/db/heard ]; then cat srv/db/heard && false; fi
}

# In a network of its own: up, it listens, and a connection gets no answer.
unreached() { # COMMAND WORDS
    a_port
    ip link set lo up
    server web <<END
import socket
s = socket.create_server(('127.0.0.1', $port))
while True: s.accept()[0].close()
END
    listening $port
    eval "$1"
    cause web unreached 8
    says_too "$2"
}

@test "W107 the network of the machine itself is down" {
    needs_root
    apart_network unreached 'ip link set lo down' 'ip link set lo up'
}

@test "W108 what comes is refused before it" {
    needs_root
    # shellcheck disable=SC2016 # for later
    apart_network unreached 'ip rule add pref 1 table local; ip rule del pref 0
        ip rule add pref 0 ipproto tcp dport $port prohibit' 'nft list ruleset'
}

@test "W109 what comes is dropped before it" {
    needs_root
    # shellcheck disable=SC2016 # for later
    apart_network unreached 'echo 0 >/proc/sys/net/ipv4/conf/lo/disable_policy
        ip xfrm policy add src 127.0.0.1 dst 127.0.0.1 proto tcp dport $port dir in action block' 'nft list ruleset'
    if grep -q 'holdfast restart' answer; then cat answer && false; fi
}

@test "W110 what is known by its source to serve pages is asked for one" {
    a_port
    server web hang.py <<END
import http.server, time
class Hanging(http.server.BaseHTTPRequestHandler):
    def do_GET(self): time.sleep(1000)
http.server.HTTPServer(('', $port), Hanging).serve_forever()
END
    listening $port
    cause web not-answering 8
}

@test "W413 a jar is asked for a page if what it is made of serves pages" {
    a_port
    mkdir bin
    cat >bin/java <<'END'
#!/usr/bin/python3
import os, socket
s = socket.create_server(('127.0.0.1', int(os.environ['PORT'])))
kept = []
while True: kept.append(s.accept())
END
    chmod +x bin/java
    for jar in org/springframework/boot/Main.class org/example/Broker.class; do
        name=${jar##*/}
        name=${name%.class}
        deploy "$name" '#!/bin/sh' "PORT=$port" 'export PORT' "PATH=$PWD/bin:\$PATH" 'exec java -jar app.jar'
        printf 'PK\3\4%s' "$jar" >"srv/$name/app.jar"
    done
    touch srv/Broker/down
    looked_after
    listening "$port"
    cause Main not-answering 8
    svc -d service/Main
    wait_for says service/Main ': down'
    svc -u service/Broker
    listening "$port"
    wait_for answers why Broker null 0
}

@test "W111 where only a connection was made, the answer says so" {
    a_port
    server db <<END
import socket
s = socket.create_server(('127.0.0.1', $port))
while True: s.accept()[0].close()
END
    listening $port
    holdfast why db --folder service >answer
    says_too "it takes connections on 127.0.0.1:$port, and no question was asked there"
}
