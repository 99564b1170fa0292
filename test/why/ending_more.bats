# SPDX-License-Identifier: MIT
# Ends whose reason is not in the exit code: what the last words name, what the kernel refuses.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

@test "W140 it dumped core" {
    if [ "$(ulimit -Hc)" = 0 ]; then skip "NOT RUN: no core may be written here"; fi
    deploy web '#!/bin/sh' 'ulimit -c unlimited' 'kill -SEGV $$'
    looked_after
    died web
    cause web dumped-core 7
    says_too 'dumped core'
    says_too 'SIGSEGV'
}

@test "W140 setsid --fork leaves copies, and is told to the user" {
    deploy web '#!/bin/sh' 'exec setsid --fork sleep 96'
    looked_after
    died web 2
    cause web background 7
    says_too 'setsid --fork in run'
    says_too 'take setsid out of run'
}

@test "W141 run is a program that was cut off" {
    deploy web
    head -c 200 "$(command -v svok)" >srv/web/run
    looked_after
    wait_for tried_once web
    cause web not-started 7
    says_too 'damaged, or truncated'
}

@test "W142 run is open for writing in another program" {
    deploy web
    cp /bin/true busy && exec 8>>busy
    if ./busy 2>/dev/null; then skip "NOT RUN: this kernel executes what is open for writing"; fi
    exec 8>&-
    start tail -f /dev/null 8>>srv/web/run
    writer=$started
    looked_after
    wait_for grep -q busy messages
    cause web not-started 7
    says_too 'open for writing'
    says_too "(pid $writer)"
}

@test "W143 another service of the same program is no copy that was left behind" {
    for name in good bad; do
        deploy "$name" '#!/bin/sh' 'exec /usr/bin/python3 server.py'
    done
    echo 'import time; time.sleep(99)' >srv/good/server.py
    echo 'pass' >srv/bad/server.py
    looked_after
    up service/good
    died bad
    cause bad ends-at-once 7
}

@test "W144 the port that is taken stands in its last words only" {
    a_port
    start /usr/bin/python3 -m http.server $port --bind 127.0.0.1
    taker=$started
    listening $port
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec /usr/bin/python3 server.py'
    python web server.py <<END
import socket
try: socket.create_server(('127.0.0.1', $port))
except OSError as e: raise SystemExit(f'cannot listen on port $port: {e.strerror}')
END
    log web
    looked_after
    died web
    wait_for grep -q 'in use' srv/web/log/main/current
    cause web port-taken 8
    says_too "pid $taker"
    says_too 'http.server'
}

@test "W145 it may not write into its own directory" {
    needs_root
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec setuidgid nobody sh -c "echo >data || exit 5"'
    log web
    looked_after
    died web
    wait_for grep -q denied srv/web/log/main/current
    cause web file-unreadable 4
    says_too "nobody may not write to $PWD/srv/web"
    says_too "install -d -o nobody $PWD/srv/web/data"
    if grep -q 'chown' answer; then cat answer && false; fi # run is in there, and root executes it
}

@test "W146 it does not find a file that its last words name" {
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec cat ./settings'
    log web
    looked_after
    died web
    wait_for grep -q 'No such' srv/web/log/main/current
    cause web file-missing 5
    says_too "$PWD/srv/web/settings does not exist"
}

@test "W147 a memory limit in which it cannot even be loaded, and no log" {
    deploy web '#!/bin/sh' 'exec softlimit -m 2000000 /usr/bin/python3 -c "import time; time.sleep(99)"'
    looked_after
    died web
    cause web memory-limit 6
}

@test "W148 killed within a memory limit that is large enough" {
    deploy web '#!/bin/sh' 'exec softlimit -m 500000000 /bin/sh -c "kill -KILL \$\$"'
    looked_after
    died web
    cause web killed 7
    says_too 'a program that needs more may exit like this'
}

in_a_memory_group() {
    echo $$ >"$1/cgroup.procs"
    mount --bind /dev/null /dev/kmsg
    svscan service &
    died web 2
    cause web out-of-memory 7
}

@test "W149 killed since memory had run out, and the kernel's log is closed" {
    needs_root
    local place limit group=
    for place in /sys/fs/cgroup/memory /sys/fs/cgroup; do
        mkdir "$place/holdfast-test.$$" 2>/dev/null || continue
        for limit in memory.limit_in_bytes memory.max; do
            limit=$place/holdfast-test.$$/$limit
            if [ -e "$limit" ] && echo 40000000 >"$limit"; then group=$place/holdfast-test.$$; fi
        done
    done
    if [ -z "$group" ]; then skip "NOT RUN: no memory groups here"; fi
    mkdir -p srv/web
    python web hog.py <<'END'
hoard = [bytearray(1000000) for _ in range(200)]
END
    deploy web '#!/bin/sh' 'exec /usr/bin/python3 hog.py'
    export -f died deaths cause answers says_too
    apart in_a_memory_group "$group"
    wait_for rmdir "$group"
    says_too "$group, with a limit of 38 MB: the kernel has killed"
}

@test "W150 an error that does not go into its log" {
    deploy web '#!/bin/sh' 'echo no licence >&2' 'exit 3'
    log web
    looked_after
    died web
    cause web exits 7
    says_too 'do not go into its log'
    says_too "sed -i '1a exec 2>&1' $PWD/srv/web/run"
}
