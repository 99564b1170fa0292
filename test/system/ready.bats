#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
# [ready]: a service says when it is ready, and what depends on that.

load lib
load services

setup() { setup_names; }

# One that is ready when the file `go` is there.
on_demand() {
    deploy "$1" '#!/bin/sh' 'echo here >here' 'until [ -e go ]; do sleep 0.02; done' \
        'echo >&3' 'exec sleep 999'
    rules "$1" '[ready]' 'by = "fd"'
}

@test "by = fd: a newline at descriptor 3, and svstat, status, wait and events know it" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    is_not_ready web
    [ "$(holdfast status web | awk 'NR == 2 { print $2 }')" = not-ready ]
    run holdfast wait --timeout 0.5 ready web
    [ "$status" != 0 ]
    start holdfast wait --timeout 20 ready web
    touch srv/web/go
    left "$started"
    is_ready web
    holdfast status --json web | grep -q '"ready": true'
    [ "$(events_of web | grep -c '^ready$')" = 1 ]
    holdfast events web | grep -q 'ready after '
}

@test "fd: another descriptor; and the service has no other that it does not know" {
    deploy web '#!/bin/sh' 'echo up >&7' 'exec sleep 999'
    rules web '[ready]' 'by = "fd"' 'fd = 7'
    looked_after
    wait_for is_ready web
    pid=$(pid_of service/web)
    [ "$(cd "/proc/$pid/fd" && echo *)" = '0 1 2 7' ]
    [ "$(readlink "/proc/$pid/fd/7")" = "$PWD/srv/web/supervise/ready" ]
}

@test "what is no newline is no word" {
    deploy web '#!/bin/sh' 'printf almost >&3' 'echo >>said' 'until [ -e go ]; do sleep 0.02; done' \
        'echo >&3' 'exec sleep 999'
    rules web '[ready]' 'by = "fd"'
    looked_after
    wait_for test -e srv/web/said
    is_not_ready web
    touch srv/web/go
    wait_for is_ready web
}

@test "ready, and ended at once: a hundred times, each counted once" {
    deploy quick '#!/bin/sh' 'echo >>runs' '[ "$(wc -l <runs)" -le 100 ] || exec sleep 999' 'echo >&3'
    rules quick '[restart]' 'delay = "10ms"' 'max_delay = "10ms"' '[ready]' 'by = "fd"'
    looked_after
    wait_for lines srv/quick/runs 101
    events_of quick | awk '
        $0 == "started" { if (ready > 1) bad = 1; if (n++ && !ready) bad = 1; ready = 0 }
        $0 == "ready" { ready++ }
        END { exit bad }'
}

@test "timeout: what is not ready in time is replaced, and that is a failure" {
    deploy late '#!/bin/sh' 'echo >>runs' 'exec sleep 999'
    rules late '[ready]' 'by = "fd"' 'timeout = "300ms"' '[restart]' 'delay = "20ms"' 'give_up = 3'
    looked_after
    wait_for says service/late '^service/late: down '
    [ "$(deaths service/late)" = 3 ]
    holdfast events late | grep -q 'told to exit, to be replaced: not ready in time'
}

@test "timeout: what ignores TERM is killed" {
    deploy deaf '#!/bin/sh' 'trap "" TERM' 'echo >>runs' 'while :; do sleep 0.1; done'
    rules deaf '[ready]' 'by = "fd"' 'timeout = "100ms"' '[stop]' 'timeout = "100ms"'
    looked_after
    wait_for lines srv/deaf/runs 2
}

@test "the engine is killed while it is not ready: the word is not lost, before, between and after" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    pid=$(pid_of service/web)
    old=$(engine)
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for is_not_ready web
    old=$(engine)
    kill -STOP "$old"
    touch srv/web/go
    wait_for '[ "$(readlink /proc/$pid/exe)" = "$(readlink -f "$(command -v sleep)")" ]'
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for is_ready web
    old=$(engine)
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for svok service/web
    is_ready web
    [ "$(pid_of service/web)" = "$pid" ]
    [ "$(events_of web | grep -c '^ready$')" = 1 ]
}

@test "ready, closed and heard by an engine that is killed before it has written that down" {
    deploy web '#!/bin/sh' 'echo >&3' 'exec 3>&-' 'echo here >here' 'exec sleep 999'
    rules web '[ready]' 'by = "fd"'
    looked_after
    wait_for is_ready web
    # As if the engine had died before its write: the record says that it is not ready yet.
    pid=$(pid_of service/web)
    old=$(engine)
    kill -STOP "$scanner" "$old"
    cp srv/web/supervise/status ready
    kill -CONT "$scanner" "$old"
    is_ready web
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for is_ready web
    [ "$(pid_of service/web)" = "$pid" ]
}

@test "supervise: readiness works without svscan" {
    on_demand web
    supervising srv/web
    wait_for test -e srv/web/here
    svstat srv/web | grep -q 'not ready$'
    touch srv/web/go
    wait_for '! svstat srv/web | grep -q "not ready"'
}

@test "why and check: not ready, and since when" {
    deploy web '#!/bin/sh' 'echo here >here' 'exec sleep 999'
    rules web '[ready]' 'by = "fd"' 'timeout = "1h"'
    looked_after
    wait_for test -e srv/web/here
    run holdfast why web
    [ "$status" = 10 ]
    [[ $output == *'has not said that it is ready: no newline at descriptor 3'* ]]
    [[ $output == *'is replaced ([ready] timeout)'* ]]
}

# A server on $port, whose /health answers 200 when the file `go` is there, else 503.
server() {
    a_port
    deploy "$1" '#!/usr/bin/python3' 'import http.server, os, sys' \
        'class Handler(http.server.BaseHTTPRequestHandler):' \
        '    def do_GET(self):' \
        '        open("asked", "a").write("x\n")' \
        '        self.send_response(200 if os.path.exists("go") else 503)' \
        '        self.end_headers()' \
        '        self.wfile.write(b"pong")' \
        '    def log_message(self, *_): pass' \
        "http.server.HTTPServer(('127.0.0.1', $port), Handler).serve_forever()"
}

checkers() { pgrep -P "$(engine)" -x holdfast-checke | wc -l; }

@test "by = check: http, asked until it answers as it should, and then no more" {
    server web
    rules web '[ready]' 'by = "check"' "check = { http = \"http://127.0.0.1:$port/\", body = \"pong\" }"
    looked_after
    wait_for lines srv/web/asked 2
    is_not_ready web
    touch srv/web/go
    wait_for is_ready web
    [ "$(checkers)" = 0 ]
    asked=$(wc -l <srv/web/asked)
    [ "$(events_of web | grep -c '^ready$')" = 1 ]
    [ "$(wc -l <srv/web/asked)" = "$asked" ]
}

@test "by = check: tcp and unix; what needs it starts when it listens" {
    a_port
    deploy db '#!/bin/sh' 'until [ -e go ]; do sleep 0.02; done' \
        "exec python3 -m http.server --bind 127.0.0.1 $port"
    rules db '[ready]' 'by = "check"' "check = { tcp = \"127.0.0.1:$port\" }"
    deploy app '#!/bin/sh' 'exec sleep 999'
    rules app 'needs = ["db", "local"]'
    deploy local '#!/usr/bin/python3' 'import socket, os, time' 's = socket.socket(socket.AF_UNIX)' \
        "s.bind('$PWD/local.sock')" "os.chmod('$PWD/local.sock', 0o666)" 's.listen()' 'time.sleep(999)'
    rules local '[ready]' 'by = "check"' "check = { unix = \"$PWD/local.sock\" }"
    chmod 755 "$PWD"
    looked_after
    wait_for is_ready local
    is_not_ready db
    says service/app 'want up$'
    touch srv/db/go
    wait_for is_ready app
}

@test "by = check: the engine, and the checker, are killed while it is not ready" {
    server web
    rules web '[ready]' 'by = "check"' "check = { http = \"http://127.0.0.1:$port/\" }"
    looked_after
    wait_for lines srv/web/asked 1
    pid=$(pid_of service/web)
    old=$(engine)
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for '[ "$(checkers)" = 1 ]'
    kill -KILL "$(pgrep -P "$(engine)" -x holdfast-checke)"
    asked=$(wc -l <srv/web/asked)
    wait_for lines srv/web/asked $((asked + 1))
    touch srv/web/go
    wait_for is_ready web
    [ "$(pid_of service/web)" = "$pid" ]
}

@test "by = check: what has ended is asked no more" {
    server web
    rules web '[ready]' 'by = "check"' "check = { http = \"http://127.0.0.1:$port/\" }"
    looked_after
    wait_for lines srv/web/asked 1
    svc -d service/web
    wait_for '[ "$(checkers)" = 0 ]'
}
