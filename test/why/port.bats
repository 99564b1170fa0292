# SPDX-License-Identifier: MIT
# The port that a service wants: who has it, whose that is, and who may have it at all.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

# A server that goes down at once where its port is taken.
listener() { # NAME [LINE...]
    local name=$1
    shift
    deploy "$name" '#!/bin/sh' 'PORT=18410' 'exec 2>&1' "${@:-exec /usr/bin/python3 server.py}"
    python "$name" server.py <<'END'
import socket
s = socket.create_server(('127.0.0.1', 18410))
while True: s.accept()[0].close()
END
}

@test "W170 check does not blame a service that runs and cannot be seen" {
    needs_root
    listener good
    looked_after
    listening 18410
    setuidgid nobody holdfast check good --folder service >answer
    says_too 'you may not see whether it runs'
    says_too 'sudo holdfast check good'
    if grep -q 'kill\|taken' answer; then cat answer && false; fi
}

@test "W171 another service of the folder has the port" {
    listener inuse
    looked_after
    listening 18410
    listener web
    died web
    cause web port-taken 8
    says_too 'is taken by the service inuse'
    says_too 'holdfast stop inuse --folder service'
    if grep -q 'kill' answer; then cat answer && false; fi
}

@test "W172 a copy of itself has the port: run does not exec it" {
    listener web '/usr/bin/python3 server.py'
    looked_after
    listening 18410
    left=$(pgrep -P "$(pid_of service/web)")
    svc -k service/web
    died web 2
    cause web port-taken 8
    says_too 'left over from an earlier start of this service'
    says_too "kill $left"
    says_too 'write exec in front'
    kill "$left"
}

@test "W173 the same where its last words name the port" {
    log web
    listener web '/usr/bin/python3 server.py'
    looked_after
    listening 18410
    left=$(pgrep -P "$(pid_of service/web)")
    svc -k service/web
    wait_for grep -q 'in use' srv/web/log/main/current
    cause web port-taken 8
    says_too 'write exec in front'
    kill "$left"
}

@test "W175 a copy of itself, that became a daemon, has the port" {
    deploy web '#!/bin/sh' 'PORT=18410' 'exec /usr/bin/python3 server.py'
    python web server.py <<'END'
import os, socket
s = socket.create_server(('127.0.0.1', 18410))
if os.fork(): os._exit(0)
os.setsid()
os.chdir('/')
if os.fork(): os._exit(0)
while True: s.accept()[0].close()
END
    looked_after
    died web 2
    cause web port-taken 8
    says_too 'left over from an earlier start of this service'
    says_too 'stay in the foreground'
}

server_for_root() {
    deploy web '#!/bin/sh' 'PORT=81' 'exec 2>&1' \
        'exec setuidgid nobody python3 -u -m http.server $PORT'
}

a_port_below_1024() {
    log web
    server_for_root
    finds ./srv/web port-privileged 8
    says_too 'run:4'
    looked_after
    died web
    wait_for grep -q 'Permission denied' srv/web/log/main/current
    cause web port-privileged 8
    says_too 'wants port 81'
    says_too 'it runs as nobody'
    rm -r srv/web/log
    cause web port-privileged 8
    echo 80 >/proc/sys/net/ipv4/ip_unprivileged_port_start
    finds ./srv/web null 0
}

in_own_network() {
    export -f "$1"
    unshare --net bash -ec "$1"
}

@test "W174 a port below 1024, and another user than root" {
    needs_root
    export -f deploy log looked_after died cause finds answers says_too server_for_root
    apart in_own_network a_port_below_1024
}
