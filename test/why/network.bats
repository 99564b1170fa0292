# SPDX-License-Identifier: MIT
# Up, and yet it cannot be reached; and what its logger has to do with that.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

server() { # NAME, and the server in Python on standard input
    deploy "$1" '#!/bin/sh' 'PORT=18380' 'exec /usr/bin/python3 server.py'
    python "$1" server.py
    looked_after
    up "service/$1"
}

@test "W90 up, but it listens on nothing" {
    deploy web '#!/bin/sh' 'PORT=18380' 'exec sleep 99'
    looked_after
    up service/web
    cause web not-listening 8
    says_too "make $PWD/srv/web/log/run"
    if grep -q 'holdfast logs' answer; then cat answer && false; fi
}

@test "W91 it listens on another port" {
    server web <<'END'
import socket, time
s = socket.create_server(('127.0.0.1', 18381))
while True: s.accept()[0].close()
END
    listening 18381
    cause web wrong-port 8
    says_too 18381
}

@test "W92 it listens on 127.0.0.1 only" {
    server web <<'END'
import socket, time
s = socket.create_server(('127.0.0.1', 18380))
while True: s.accept()[0].close()
END
    listening 18380
    well web
    says_too '"listens-locally"'
    says_too '127.0.0.1:18380'
    cause web loopback-only 8 --port 18380
}

@test "W93 it listens for IPv6 only" {
    if [ ! -e /proc/net/if_inet6 ]; then skip "NOT RUN: no IPv6 here"; fi
    server web <<'END'
import socket, time
s = socket.socket(socket.AF_INET6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
s.bind(('::', 18380))
s.listen()
while True: s.accept()[0].close()
END
    wait_for grep -qi 47CC /proc/net/tcp6
    well web
    says_too '"listens-ipv6"'
    cause web ipv6-only 8 --port 18380
}

@test "W94 it listens, but takes no connections" {
    server web <<'END'
import socket, time
s = socket.create_server(('127.0.0.1', 18380))
time.sleep(99)
END
    listening 18380
    cause web not-accepting 8
}

@test "W95 it takes connections, but does not answer" {
    server web <<'END'
import socket, time
s = socket.create_server(('127.0.0.1', 18380))
kept = []
while True: kept.append(s.accept())
END
    listening 18380
    cause web not-answering 8
    says_too 'waits for a connection'
}

@test "W103 it takes connections, and then its threads wait for each other" {
    server web <<'END'
import socket, threading
s = socket.create_server(('127.0.0.1', 18380))
lock = threading.Lock()
lock.acquire()
def serve(connection):
    with lock: connection.send(b'hello')
kept = []
while True:
    kept.append(s.accept()[0])
    threading.Thread(target=serve, args=(kept[-1],)).start()
END
    listening 18380
    cause web not-answering 8
    says_too 'waits for a lock or another thread'
    says_too 'holdfast restart web'
}

@test "W104 many ports on which nobody is answered cost no more time than one" {
    server web <<'END'
import socket, time
kept = [socket.create_server(('127.0.0.1', 18380 + i)) for i in range(5)]
time.sleep(99)
END
    listening 18384
    cause web not-accepting 8
}

@test "W105 it answers that it has a fault" {
    server web <<'END'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_error(500)
http.server.HTTPServer(('0.0.0.0', 18380), Handler).serve_forever()
END
    listening 18380
    well web
    says_too '"answers-error"'
    says_too 'it answered 500'
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
    wait_for '[ "$(od -An -tu4 -j68 -N4 srv/web/log/supervise/status)" -ge 1 ]'
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
    says_too 'chown nobody'
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
