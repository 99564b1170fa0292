# SPDX-License-Identifier: MIT
# Down because somebody wants so, and processes that are there and do nothing.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

@test "W40 a down file" {
    mkdir -p srv/web
    touch srv/web/down
    looked_after
    deploy web
    wait_for svok service/web
    cause web down-file 3
}

@test "W41 ordered down" {
    looked_after
    deploy web
    up service/web
    svc -d service/web
    wait_for says service/web ': down'
    cause web ordered-down 3
    says_too 'svc -u'
}

@test "W42 it was to run once" {
    mkdir -p srv/web
    touch srv/web/down
    looked_after
    deploy web '#!/bin/sh' 'exit 0'
    wait_for svok service/web
    svc -o service/web
    died web
    cause web ran-once 3
}

@test "W43 paused" {
    looked_after
    deploy web
    up service/web
    svc -p service/web
    wait_for says service/web paused
    cause web paused 3
}

@test "W44 stopped by a signal" {
    looked_after
    deploy web
    up service/web
    kill -STOP "$(pid_of service/web)"
    wait_for 'grep -q "State:.T" /proc/$(pid_of service/web)/status'
    cause web stopped 10
}

@test "W45 held by a tracer" {
    looked_after
    deploy web
    up service/web
    cat >trace.py <<'END'
import ctypes, os, sys, time
c = ctypes.CDLL(None)
pid = int(sys.argv[1])
assert c.ptrace(16, pid, 0, 0) == 0
os.waitpid(pid, 0)
time.sleep(99)
END
    start /usr/bin/python3 trace.py "$(pid_of service/web)"
    wait_for 'grep -q "State:.t" /proc/$(pid_of service/web)/status'
    cause web traced 10
}

@test "W46 the machine's clock was set back" {
    looked_after
    deploy web
    up service/web
    # the label says that it will be started in 2042
    printf '\x40\0\0\0\x88\0\0\0' | dd of=srv/web/supervise/status bs=1 conv=notrunc 2>/dev/null
    cause web clock-wrong 11
}

@test "W47 all descriptors are used up" {
    mkdir -p srv/web
    python web hoard.py <<'END'
import os, time
try:
    while True: os.open('/dev/null', os.O_RDONLY)
except OSError: open('/tmp/none') if False else None
time.sleep(99)
END
    deploy web '#!/bin/sh' 'exec softlimit -o 40 /usr/bin/python3 hoard.py'
    looked_after
    up service/web
    wait_for '[ "$(fds "$(pid_of service/web)")" -ge 40 ]'
    cause web descriptor-limit 6
}

@test "W48 it was told to stop, and does not" {
    deploy web '#!/bin/sh' "trap '' TERM" 'echo cannot save' 'touch ready' 'while :; do sleep 0.1; done'
    log web
    looked_after
    wait_for test -e srv/web/ready
    wait_for grep -q save srv/web/log/main/current
    svc -d service/web
    wait_for says service/web 'want down'
    cause web slow-stop 3
    says_too 'it has been stopping for '
    says_too 'cannot save'
    says_too '--force'
    rc=0
    holdfast status web --folder service || rc=$?
    [ $rc = 3 ]
    for goal in up ready; do
        rc=0
        holdfast wait $goal web --folder service 2>out || rc=$?
        [ $rc = 3 ]
        grep -q "web is not $goal yet: it has been stopping for" out
    done
}

@test "W49 PostgreSQL that waits for its clients is told to end at once by SIGINT" {
    mkdir -p srv/db
    cat >srv/db/postgres <<'END'
#!/usr/bin/python3
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: open('asked', 'w'))
signal.signal(signal.SIGINT, lambda *_: sys.exit())
open('ready', 'w')
while True: signal.pause()
END
    chmod 755 srv/db/postgres
    deploy db '#!/bin/sh' 'exec ./postgres'
    looked_after
    wait_for test -e srv/db/ready
    svc -d service/db
    wait_for test -e srv/db/asked
    cause db slow-stop 3
    says_too 'svc -i service/db'
    if grep -q -e --force answer; then cat answer && false; fi
    svc -i service/db
    wait_for says service/db ': down'
}

@test "W414 it is being stopped, and KILL comes by itself" {
    deploy web '#!/bin/sh' "trap '' INT TERM" 'touch ready' 'while :; do sleep 0.1; done'
    printf '[stop]\nsteps = ["INT 1h", "TERM 1h"]\n' >srv/web/service.toml
    looked_after
    wait_for test -e srv/web/ready
    svc -d service/web
    wait_for says service/web 'want down'
    cause web slow-stop 3
    says_too 'it gets its next signal in '
    printf '[stop]\ntimeout = "2h"\n' >srv/web/service.toml
    svc -d service/web
    wait_for 'cause web slow-stop 3 && says_too "it gets KILL in "'
    svc -k service/web
}
