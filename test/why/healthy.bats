# SPDX-License-Identifier: MIT
# Services that are well: nothing wrong must be found.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

@test "W110 a plain one" {
    looked_after
    deploy web
    up service/web
    well web
    well ./srv/web
}

@test "W111 a web server with its port, its user and its logger" {
    needs_root
    a_port
    mkdir -p srv/web/log/main
    chown nobody srv/web/log/main
    log web 'exec setuidgid nobody multilog t ./main'
    deploy web '#!/bin/sh' "PORT=$port" 'exec 2>&1' \
        'exec setuidgid nobody softlimit -m 500000000 /usr/bin/python3 -m http.server "$PORT"'
    looked_after
    up service/web
    listening $port
    well web
    well web --port $port
}

@test "W112 one that was restarted by order" {
    looked_after
    deploy web
    up service/web
    first=$(pid_of service/web)
    svc -t service/web
    wait_for changed service/web "$first"
    well web
    says_too restarted
}

@test "W113 a script whose end cannot be foreseen" {
    looked_after
    deploy web '#!/bin/bash' 'if [ -e /nonexistent ]; then' '  exec /nonexistent/a' 'else' \
        '  exec "$(command -v sleep)" 99' 'fi'
    up service/web
    well web
}

@test "W114 settings from envdir, a lock, a wrapper" {
    looked_after
    mkdir -p srv/web/env
    echo 1 >srv/web/env/SIZE
    deploy web '#!/bin/sh' 'exec 2>&1' \
        'exec setlock -n ./lock envdir ./env softlimit -o100 nice -n 5 pgrphack sleep 99'
    up service/web
    well web
}

@test "W115 a program in another language as run" {
    looked_after
    deploy web '#!/usr/bin/env python3' 'import time' 'time.sleep(99)'
    up service/web
    well web
}

@test "W116 the original's supervise" {
    if [ ! -x "$ORACLE_BIN/supervise" ]; then skip "NOT RUN: no original daemontools"; fi
    deploy web
    rm service/web
    start "$ORACLE_BIN/supervise" srv/web
    up srv/web
    well ./srv/web
}

@test "W117 a note on a missing exec" {
    looked_after
    mkdir -p srv/web
    printf '#!/bin/sh\nsleep 99\n' >srv/web/server
    chmod 755 srv/web/server
    deploy web '#!/bin/sh' './server'
    up service/web
    wait_for pgrep -P "$(pid_of service/web)"
    well web
    says_too '"no-exec"'
    says_too 'run:2'
}

@test "W118 a note on a run script that was changed since" {
    looked_after
    deploy web
    up service/web
    touch -d '+20 seconds' srv/web/run
    well web
    says_too '"changed-since"'
}

@test "W120 a server for UDP: on its port nobody connects" {
    a_port
    deploy dns '#!/bin/sh' "PORT=$port" 'exec /usr/bin/python3 server.py'
    python dns server.py <<END
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', $port))
while True: s.recvfrom(99)
END
    looked_after
    up service/dns
    wait_for grep -q "$(printf :%04X "$port")" /proc/net/udp
    well dns
    well dns --port $port
}

@test "W121 seen by somebody who may not look into its processes" {
    needs_root
    a_port port other
    deploy web '#!/bin/sh' "exec /usr/bin/python3 -m http.server $port"
    looked_after
    up service/web
    listening $port
    chmod 755 srv/web/supervise # as some do, for svstat
    rc=0
    setuidgid nobody holdfast why web --folder service --json >answer || rc=$?
    [ "$rc" = 0 ]
    if grep -q listens answer; then cat answer && false; fi
    setuidgid nobody holdfast why web --folder service --port $other >answer || rc=$?
    [ "$rc" = 8 ]
    grep -q "nothing listens on port $other" answer
}

@test "W122 on every address there is nothing to note" {
    a_port
    deploy web '#!/bin/sh' "exec /usr/bin/python3 -m http.server $port"
    looked_after
    up service/web
    listening $port
    well web
    if grep -q listens answer; then cat answer && false; fi
}

@test "W123 a note on root" {
    needs_root
    looked_after
    deploy web
    up service/web
    well web
    says_too '"runs-as-root"'
    says_too 'setuidgid'
}

# The label that svstat reads is moved back by a day, as if the clock had been set forward since;
# and the checksum (FNV-1a) is made right.
moved_clock() {
    /usr/bin/python3 - "$1" <<'END'
import sys
with open(sys.argv[1], 'r+b') as f:
    record = bytearray(f.read(104))
    seconds = int.from_bytes(record[0:8], 'big') - 86400
    record[0:8] = seconds.to_bytes(8, 'big')
    total = 0x811c9dc5
    for byte in record[:24] + record[28:]: total = (total ^ byte) * 0x01000193 & 0xffffffff
    record[24:28] = total.to_bytes(4, 'little')
    f.seek(0)
    f.write(record)
END
}

@test "W124 a note on a clock that was set" {
    looked_after
    deploy web
    up service/web
    well web
    if grep -q clock-set answer; then cat answer && false; fi
    moved_clock srv/web/supervise/status
    well web
    says_too '"clock-set"'
    says_too 'forward by '
}
