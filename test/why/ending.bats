# SPDX-License-Identifier: MIT
# Services that start, and end again and again.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

@test "W70 it exits with a code, and its last words tell why" {
    deploy web '#!/bin/sh' 'exec 2>&1' 'echo no licence found' 'exit 3'
    log web
    looked_after
    died web
    wait_for grep -q licence srv/web/log/main/current
    cause web exits 7
    says_too 'exit code 3'
    says_too 'no licence found'
}

@test "W84 the error itself is in the first line, not what npm says after it" {
    deploy web '#!/bin/sh' 'exec 2>&1' 'cat said' 'exit 1'
    log web
    printf '%s\n' 'node:internal/loader:1080' '  throw err;' '' "Error: Cannot find module 'express'" \
        'Require stack:' '    at Module._load (node:internal/loader:922:27)' 'Node.js v18.20.4' \
        'npm ERR! code ELIFECYCLE' 'npm ERR! Failed at the app@1.0.0 start script.' >srv/web/said
    looked_after
    died web
    wait_for grep -q ELIFECYCLE srv/web/log/main/current
    holdfast why web --folder service >answer || true
    grep -F "web: it exits with code 1: Error: Cannot find module 'express'" answer
}

@test "W85 a remark of nginx is not its error" {
    needs_root
    deploy web '#!/bin/sh' 'exec 2>&1' 'cat said' 'exec setuidgid nobody false'
    log web
    mkdir closed
    chmod 700 closed
    printf '%s\n' "nginx: [alert] could not open error log file: open() \"$PWD/closed/x\" failed (13: Permission denied)" \
        'nginx: [emerg] unknown directive "listn" in /etc/nginx/nginx.conf:3' >srv/web/said
    looked_after
    died web
    wait_for grep -q emerg srv/web/log/main/current
    holdfast why web --folder service >answer || true
    grep -F 'web: it exits with code 1: nginx: [emerg] unknown directive "listn"' answer
}

@test "W71 it ends with 0 as if all were done" {
    deploy web '#!/bin/sh' 'exit 0'
    looked_after
    died web
    cause web ends-at-once 7
}

@test "W72 it is killed by a signal" {
    deploy web '#!/bin/sh' 'kill -KILL $$'
    looked_after
    died web
    cause web killed 7
    says_too SIGKILL
}

@test "W73 it crashes" {
    deploy web '#!/bin/sh' 'ulimit -c 0' 'kill -SEGV $$'
    looked_after
    died web
    cause web killed 7
    says_too 'invalid memory access'
}

@test "W74 run puts the program into the background" {
    deploy web '#!/bin/sh' '/bin/sleep 99 &'
    looked_after
    died web
    cause web background 7
    says_too 'run:2'
}

@test "W75 the program puts itself into the background" {
    deploy web '#!/bin/sh' 'exec ./daemon'
    cat >srv/web/daemon <<'END'
#!/usr/bin/python3
import os, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
time.sleep(30)
END
    chmod 755 srv/web/daemon
    looked_after
    died web
    cause web background 7
    says_too 'foreground'
}

@test "W76 the memory limit is too small" {
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec softlimit -m 3000000 /usr/bin/python3 -c "import time; time.sleep(99)"'
    log web
    looked_after
    died web
    cause web memory-limit 6
    says_too 'run:3'
}

@test "W86 a limit of memory that ulimit sets, or that leaves no room for threads, is named" {
    deploy web '#!/bin/sh' 'exec 2>&1' 'ulimit -v 200000' 'exec /usr/bin/python3 -c "b = bytearray(1 << 28)"'
    log web
    deploy app '#!/bin/sh' 'exec 2>&1' 'exec softlimit -a 100000000 /usr/bin/python3 threads.py'
    log app
    python app threads.py <<'END'
import threading, time
for i in range(1000): threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
END
    looked_after
    died web
    died app
    wait_for grep -q MemoryError srv/web/log/main/current
    wait_for grep -q thread srv/app/log/main/current
    cause web memory-limit 6
    says_too 'ulimit -v gives it 195 MB'
    says_too 'run:3'
    says_too 'for example: ulimit -d 400000'
    cause app memory-limit 6
    says_too 'softlimit -a gives it 95'
    says_too 'softlimit -d 268435456'
}

@test "W88 who is killed within a limit of memory is told how to get more" {
    deploy web '#!/bin/sh' "exec softlimit -d 30000000 sh -c 'kill -ABRT \$\$'"
    looked_after
    died web
    holdfast why web --folder service >answer || true
    grep -F 'softlimit -d in run gives it 29 MB' answer
    grep -F 'give it more in that line, for example: softlimit -d 268435456' answer
}

@test "W87 a limit of processes and threads" {
    needs_root
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec setuidgid nobody softlimit -p 1 /usr/bin/python3 -c "import threading
threading.Thread().start()"'
    log web
    looked_after
    died web
    wait_for grep -q thread srv/web/log/main/current
    cause web process-limit 6
    says_too 'softlimit -p gives it 1'
    says_too 'for example: softlimit -p 256'
}

@test "W77 the descriptor limit is too small" {
    mkdir -p srv/web
    python web server.py <<'END'
import os
while True: os.open('/dev/null', os.O_RDONLY)
END
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec softlimit -o 20 /usr/bin/python3 server.py'
    log web
    looked_after
    died web
    wait_for grep -q 'Too many' srv/web/log/main/current
    cause web descriptor-limit 6
}

@test "W78 the port is taken, by whom" {
    a_port
    start /usr/bin/python3 -m http.server $port --bind 127.0.0.1
    taker=$started
    listening $port
    deploy web '#!/bin/sh' 'exec 2>&1' "exec /usr/bin/python3 -m http.server $port --bind 127.0.0.1"
    log web
    looked_after
    died web
    cause web port-taken 8
    says_too "pid $taker"
}

@test "W79 the port is for root only" {
    needs_root
    if [ "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" -lt 1000 ]; then
        skip "NOT RUN: on this machine such ports are for all"
    fi
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec setuidgid nobody ./server.py'
    cat >srv/web/server.py <<'END'
#!/usr/bin/python3
import socket
try: socket.create_server(('127.0.0.1', 977))
except OSError as e: raise SystemExit(f'cannot bind port 977: {e.strerror}')
END
    chmod 755 srv/web/server.py
    log web
    looked_after
    died web
    wait_for grep -q Permission srv/web/log/main/current
    cause web port-privileged 8
}

@test "W80 a loop of lives longer than a second" {
    deploy web '#!/bin/sh' 'sleep 1.2' 'exit 9'
    looked_after
    died web
    cause web exits 7
    says_too 'exit code 9'
}

@test "W81 it may not use a file that it needs" {
    needs_root
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec setuidgid nobody sh -c "cat /etc/shadow || exit 5"'
    log web
    looked_after
    died web
    wait_for grep -q Permission srv/web/log/main/current
    cause web file-unreadable 4
}

@test "W82 the original's supervise: the last words are all there is" {
    if [ ! -x "$ORACLE_BIN/supervise" ]; then skip "NOT RUN: no original daemontools"; fi
    deploy web '#!/bin/sh' 'exit 3'
    rm service/web
    start "$ORACLE_BIN/supervise" srv/web
    wait_for svok srv/web
    rc=0
    holdfast why ./srv/web >answer || rc=$?
    [ "$rc" = 7 ]
    grep -q 'original daemontools' answer
}

# Makes a memory group of 20 MB in $group; fails where that is not allowed.
memory_group() {
    local place limit
    for place in /sys/fs/cgroup/memory /sys/fs/cgroup; do
        group=$place/holdfast-test.$$
        mkdir "$group" 2>/dev/null || continue
        for limit in "$group/memory.limit_in_bytes" "$group/memory.max"; do
            if [ -e "$limit" ] && echo 20000000 >"$limit"; then return 0; fi
        done
        rmdir "$group"
    done
    return 1
}

@test "W83 the kernel killed it, since memory had run out" {
    needs_root
    if ! memory_group; then skip "NOT RUN: no memory groups here"; fi
    mkdir -p srv/web
    python web hog.py <<'END'
hoard = [bytearray(1000000) for _ in range(200)]
END
    deploy web '#!/bin/sh' "echo \$\$ >$group/cgroup.procs" 'exec /usr/bin/python3 hog.py'
    looked_after
    died web
    if ! dmesg 2>/dev/null | tail -n 99 | grep -q 'Killed process'; then
        skip "NOT RUN: the kernel's log is not for us"
    fi
    cause web out-of-memory 7
    says_too 'Killed process'
    svc -dx service/web
    wait_for '! svok service/web'
    wait_for rmdir "$group"
}
