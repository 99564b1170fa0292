# SPDX-License-Identifier: MIT
# The port that a service wants: who has it, whose that is, and who may have it at all.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

# A server that goes down at once where its port is taken.
listener() { # NAME [LINE...]
    local name=$1
    shift
    deploy "$name" '#!/bin/sh' "PORT=$port" 'exec 2>&1' "${@:-exec /usr/bin/python3 server.py}"
    python "$name" server.py <<END
import socket
s = socket.create_server(('127.0.0.1', $port))
while True: s.accept()[0].close()
END
}

@test "W170 check does not blame a service that runs and cannot be seen" {
    needs_root
    a_port
    listener good
    looked_after
    listening $port
    setuidgid nobody holdfast check good --folder service >answer
    says_too 'you may not see whether it runs'
    says_too 'sudo holdfast check good'
    if grep -q 'kill\|taken' answer; then cat answer && false; fi
}

@test "W171 another service of the folder has the port" {
    a_port
    listener inuse
    looked_after
    listening $port
    listener web
    died web
    cause web port-taken 8
    says_too 'is taken by the service inuse'
    says_too 'holdfast stop inuse --folder service'
    if grep -q 'kill' answer; then cat answer && false; fi
}

@test "W172 a copy of itself has the port: run does not exec it" {
    a_port
    listener web '/usr/bin/python3 server.py'
    looked_after
    listening $port
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
    a_port
    log web
    listener web '/usr/bin/python3 server.py'
    looked_after
    listening $port
    left=$(pgrep -P "$(pid_of service/web)")
    svc -k service/web
    wait_for grep -q 'in use' srv/web/log/main/current
    cause web port-taken 8
    says_too 'write exec in front'
    kill "$left"
}

@test "W175 a copy of itself, that became a daemon, has the port" {
    becomes_a_daemon '2>/dev/null'
    looked_after
    died web 2
    cause web port-taken 8
    says_too 'left over from an earlier start of this service'
    says_too 'stay in the foreground'
}

@test "W175 a copy of itself has the port, as it says itself" {
    becomes_a_daemon
    looked_after
    died web 2
    cause web background 7
    says_too 'Address already in use'
    says_too 'stay in the foreground'
}

becomes_a_daemon() {
    a_port
    deploy web '#!/bin/sh' "PORT=$port" "exec /usr/bin/python3 server.py ${1-}"
    python web server.py <<END
import os, socket
s = socket.create_server(('127.0.0.1', $port))
if os.fork(): os._exit(0)
os.setsid()
os.chdir('/')
if os.fork(): os._exit(0)
while True: s.accept()[0].close()
END
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
    export -f deploy log looked_after died deaths cause finds answers says_too server_for_root
    apart in_own_network a_port_below_1024
}

@test "W177 the copy to kill is the one that has the port, not one that is about to exit" {
    a_port
    deploy web '#!/bin/sh' "PORT=$port" 'exec ./daemon'
    cat >srv/web/daemon <<END
#!/usr/bin/python3
import os, socket, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
open('copies', 'a').write(str(os.getpid()) + '\n')
if len(open('copies').readlines()) == 3:
    s = socket.create_server(('', $port))
    open('holder', 'w').write(str(os.getpid()))
time.sleep(60)
END
    chmod 755 srv/web/daemon
    looked_after
    wait_for test -s srv/web/holder
    wait_for '[ "$(wc -l <srv/web/copies)" -ge 6 ]'
    cause web background 7
    says_too "kill $(cat srv/web/holder) "
    wait_for test -s srv/web/copies
    # shellcheck disable=SC2046 # words
    kill $(cat srv/web/copies)
}

@test "W178 workers of a killed server that is told to stay: all are named, and no other command" {
    a_port
    deploy web '#!/bin/sh' "PORT=$port" 'exec 2>&1' "exec ./nginx -g 'daemon off;'"
    log web
    cat >srv/web/nginx <<END
#!/usr/bin/python3
import os, socket, time
s = socket.create_server(('', $port))
for each in range(2):
    if os.fork() == 0: time.sleep(60)
time.sleep(60)
END
    chmod 755 srv/web/nginx
    looked_after
    listening "$port"
    master=$(pid_of service/web)
    wait_for '[ "$(pgrep -P $master | wc -l)" = 2 ]'
    workers=$(pgrep -P "$master" | sort -n | paste -sd ' ')
    kill -KILL "$master"
    wait_for grep -q 'in use' srv/web/log/main/current
    cause web port-taken 8
    says_too 'left over from an earlier start of this service'
    says_too "kill $workers "
    if grep -q 'first: ' answer; then cat answer && false; fi
    # shellcheck disable=SC2086 # words
    kill $workers
}

@test "W406 a socket file that a dead server left is no port that is taken" {
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec /usr/bin/python3 server.py'
    log web
    python web server.py <<'END'
import os, socket, time
s = socket.socket(socket.AF_UNIX)
s.bind('app.sock')
s.listen()
open('ready', 'w')
time.sleep(99)
END
    looked_after
    wait_for test -e srv/web/ready
    svc -k service/web
    died web 2
    wait_for grep -q 'already in use' srv/web/log/main/current
    cause web socket-stale 8
    says_too "the socket $PWD/srv/web/app.sock was left by a server that is gone: nobody listens there"
    says_too "mv $PWD/srv/web/app.sock $PWD/srv/web/app.sock.old"
    mv srv/web/app.sock srv/web/app.sock.old
    up service/web
    wait_for 'well web'
}

@test "W407 a socket that another server has" {
    deploy web '#!/bin/sh' 'exec 2>&1' 'echo "Error: listen EADDRINUSE: address already in use $PWD/app.sock"' 'exit 1'
    log web
    python web server.py <<'END'
import socket, time
s = socket.socket(socket.AF_UNIX)
s.bind('app.sock')
s.listen()
time.sleep(99)
END
    cd srv/web
    start /usr/bin/python3 server.py
    cd ../..
    taker=$started
    wait_for test -S srv/web/app.sock
    looked_after
    died web
    wait_for grep -q EADDRINUSE srv/web/log/main/current
    cause web port-taken 8
    says_too "the socket $PWD/srv/web/app.sock, which it wants, is taken by python3 (pid $taker)"
}

@test "W409 a copy left behind has a port, and the next start complains of its configuration" {
    a_port
    mkdir -p srv/web
    python web server.py <<END
import os, socket, sys
if os.path.exists('broken'): sys.exit('server: [emerg] unknown directive "listn" in server.conf:3')
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
s = socket.create_server(('127.0.0.1', $port))
while True: s.accept()[0].close()
END
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec /usr/bin/python3 server.py'
    log web
    looked_after
    listening $port
    touch srv/web/broken
    wait_for grep -q emerg srv/web/log/main/current
    wait_for 'cause web port-taken 8'
    holdfast why web --folder service >answer || true
    head -n 1 answer | grep -E "^web: port $port is taken by python3 .*left over from an earlier start of this service"
    grep -F 'also: it exits with code 1: server: [emerg] unknown directive "listn"' answer
}
