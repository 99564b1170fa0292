# SPDX-License-Identifier: MIT
# What the history explains why: who ordered it, since when it goes round and round, and how it ended
# before.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why


@test "W160 ordered down, by whom and when" {
    needs_root
    looked_after
    deploy web
    up service/web
    SUDO_UID=65534 holdfast stop web --folder service
    cause web ordered-down 3
    says_too 'it was stopped (svc -d) by nobody, at '
}

@test "W161 paused, by whom" {
    looked_after
    deploy web
    up service/web
    svc -p service/web
    wait_for says service/web paused
    cause web paused 3
    says_too "by $(id -un), at "
}

@test "W162 the loop: how often, since when, how fast" {
    deploy web '#!/bin/sh' 'exit 3'
    looked_after
    died web 3
    cause web exits 7
    grep -qE 'it has exited [0-9]+ times since [0-9:]{8} \(.*ago\), about every 1 second;' answer
}

@test "W163 a loop ends when somebody stops it, and one life is no loop" {
    deploy web '#!/bin/sh' 'if [ -e good ]; then exec sleep 99; fi' 'exit 3'
    looked_after
    died web 2
    touch srv/web/good
    up service/web
    holdfast restart web --folder service
    well web
    says_too '"restarted"'
    says_too "sent SIGTERM by $(id -un)"
}

@test "W164 a death that was ordered is no riddle, and costs no time" {
    looked_after
    deploy web
    up service/web
    first=$(pid_of service/web)
    svc -k service/web
    wait_for changed service/web "$first"
    well web
    says_too "sent SIGKILL by $(id -un)"
    strace -o trace -e trace=poll,clock_nanosleep holdfast why web --folder service >answer
    if slept; then cat trace && false; fi
}

@test "W165 killed by an unknown user, once: it is up again, and that is a note" {
    looked_after
    deploy web
    up service/web
    first=$(pid_of service/web)
    kill -KILL "$first"
    wait_for changed service/web "$first"
    well web
    says_too 'ended after'
    says_too 'SIGKILL'
}

@test "W166 the end of its supervision, by whom" {
    looked_after
    deploy web
    up service/web
    svc -dx service/web
    wait_for '! svok service/web'
    cause web not-taken 1
    says_too "(svc -x) by $(id -un), at "
}

@test "W167 what serves now outranks the past, which is a note" {
    a_port
    deploy web '#!/bin/sh' "PORT=$port" 'if [ -e good ]; then exec /usr/bin/python3 server.py; fi' \
        'sleep 2' 'exit 3'
    python web server.py <<END
import socket
s = socket.create_server(('', $port))
while True: s.accept()[0].close()
END
    looked_after
    died web 2
    cause web exits 7
    touch srv/web/good
    listening "$port"
    well web
    says_too '"restarted"'
    says_too 'exit code 3'
}

@test "W168 what listens, answers and ends again is still in its loop" {
    a_port
    deploy web '#!/bin/sh' "PORT=$port" 'exec /usr/bin/python3 server.py'
    python web server.py <<END
import select, socket, sys, time
s = socket.create_server(('', $port))
end = time.time() + 1.5
while time.time() < end:
    if select.select([s], [], [], 0.1)[0]: s.accept()[0].close()
sys.exit(3)
END
    looked_after
    died web 2
    listening "$port"
    cause web exits 7
}
