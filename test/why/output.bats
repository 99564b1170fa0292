# SPDX-License-Identifier: MIT
# What a service prints is read where it goes, also where nobody keeps a log of it: a file, the
# journal, readproctitle.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

server_on() { # PORT LINE...: prints what goes wrong on standard error
    local taken=$1
    shift
    deploy web '#!/bin/sh' "$@" 'exec /usr/bin/python3 server.py'
    python web server.py <<END
import socket
socket.create_server(('127.0.0.1', $taken))
END
}

# Somebody listens on a port that run does not name.
a_port_that_is_taken() {
    a_port
    /usr/bin/python3 -m http.server "$port" --bind 127.0.0.1 >/dev/null 2>&1 3>&- &
    taker=$!
    wait_for listening "$port"
}

@test "W190 without a log: a port that is taken, from the file that svscan prints to" {
    a_port_that_is_taken
    server_on "$port"
    looked_after
    died web 2
    cause web port-taken 8
    says_too "port $port"
    kill "$taker"
}

@test "W191 without a log: a file that is missing, from the file that run prints to" {
    deploy web '#!/bin/sh' 'exec >>printed 2>&1' 'exec cat /srv/no/such/file'
    looked_after
    died web 2
    cause web file-missing 5
    says_too '/srv/no'
    says_too "$PWD/srv/web/printed"
    if grep -q multilog answer; then cat answer && false; fi
    if holdfast --folder service logs web 2>err; then false; fi
    grep -qF "tail -n 50 $PWD/service/web/printed" err || grep -qF "tail -n 50 $PWD/srv/web/printed" err ||
        grep -qF 'tail -n 50 service/web/printed' err
}

@test "W192 a log without what is said of errors: that is where svscan prints" {
    log web
    a_port_that_is_taken
    server_on "$port" 'echo begins'
    looked_after
    died web 2
    wait_for grep -q begins srv/web/log/main/current
    cause web port-taken 8
    says_too "port $port"
    kill "$taker"
}

@test "W412 with its errors in its log, what others print is not taken for its own" {
    log web
    deploy other '#!/bin/sh' 'echo "cannot open /no/such/thing: No such file or directory" >&2' 'exit 1'
    deploy web '#!/bin/sh' 'exec 2>&1' 'echo "this is the end"' 'exit 4'
    start svscan service >messages 2>&1
    died web 2
    died other 2
    wait_for grep -q 'the end' srv/web/log/main/current
    cause web exits 7
    says_too 'this is the end'
    if grep -q such/thing answer; then cat answer && false; fi
}

@test "W193 lines of others are not taken for its own, where svscan names them" {
    deploy other '#!/bin/sh' 'echo "cannot open /no/such/thing: No such file or directory" >&2' 'exit 1'
    deploy web '#!/bin/sh' 'echo "web: unknown option: --colour" >&2' 'exit 64'
    start svscan --prefix-output service >messages 2>&1
    died web 2
    died other 2
    cause web exits 7
    says_too 'unknown option: --colour'
    if grep -q such/thing answer; then cat answer && false; fi
    cause other file-missing 5
    says_too /no/such/thing
}

@test "W194 without a log: from what readproctitle shows" {
    deploy web '#!/bin/sh' 'echo "fatal: no configuration for web" >&2' 'exit 3'
    mkfifo pipe
    dots=$(printf '%400s' '' | tr ' ' .)
    start sh -c 'exec readproctitle service errors: "$0" <pipe' "$dots"
    reader=$started
    start sh -c 'exec svscan service >pipe 2>&1'
    died web 2
    wait_for "grep -qa 'no configuration' /proc/$reader/cmdline"
    cause web exits 7
    says_too 'fatal: no configuration for web'
    says_too "ps -ww -o args= -p $reader"
}

# Its output is a socket, of which systemd says that it is the journal's.
under_a_journal() {
    cat >svscan.py <<'END'
import os, signal, socket
ours, its = socket.socketpair()
if os.fork():
    signal.pause()
which = os.fstat(its.fileno())
os.environ["JOURNAL_STREAM"] = f"{which.st_dev}:{which.st_ino}"
os.dup2(its.fileno(), 1)
os.dup2(its.fileno(), 2)
os.execvp("svscan", ["svscan", "service"])
END
    printf '%s\n' '#!/bin/sh' 'echo "$*" >>'"$PWD/asked" \
        'echo "web: another line"' 'echo "Error: Cannot find module express"' >journalctl
    chmod 755 journalctl
    mount --bind journalctl /usr/bin/journalctl
    start /usr/bin/python3 svscan.py
    died web 2
    cause web exits 7
    says_too 'Cannot find module express'
    scanner=$(sed -n 's/.*_PID=\([0-9]*\).*/\1/p' asked | tail -n 1)
    grep -qzx "$PWD/service\|service" "/proc/$scanner/cmdline"
    says_too "journalctl -n 50 _PID=$scanner"
    if holdfast --folder service logs web 2>err; then false; fi
    grep -q "journalctl -n 50 _PID=$scanner" err
}

@test "W195 without a log: from the journal, and the command that shows it" {
    needs_root
    if ! [ -e /usr/bin/journalctl ]; then skip "NOT RUN: there is no journalctl to mount over"; fi
    deploy web '#!/bin/sh' 'exit 1'
    export -f died deaths cause answers says_too
    apart under_a_journal
}

@test "W196 of many lines the one that looks like an error is shown" {
    log web
    deploy web '#!/bin/sh' 'exec 2>&1' 'cat trace' 'exit 1'
    cat >srv/web/trace <<'END'
node:internal/modules/cjs/loader:1080
  throw err;
  ^

Error: Cannot find module 'express'
Require stack:
- /srv/app/server.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1077:15)
    at Module._load (node:internal/modules/cjs/loader:922:27)
    at Module.require (node:internal/modules/cjs/loader:1143:19)
    at require (node:internal/modules/cjs/helpers:119:18)
    at Object.<anonymous> (/srv/app/server.js:1:11)
    at Module._compile (node:internal/modules/cjs/loader:1256:14)
    at node:internal/main/run_main_module:23:47 {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/srv/app/server.js' ]
}

Node.js v18.20.4
END
    looked_after
    died web 2
    wait_for grep -q express srv/web/log/main/current
    cause web exits 7
    says_too "Error: Cannot find module 'express'"
    if grep -q 'Node.js v18' answer; then cat answer && false; fi
}
