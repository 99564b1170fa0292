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
