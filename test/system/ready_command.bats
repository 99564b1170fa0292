#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2154 # scripts of services; names for and from lib.bash
# [ready] by = "check", check = { exec = ... }: a command of the service's own finds it ready, and is
# held on a short leash.

load lib
load services

setup() {
    setup_names
    chmod 755 .
}

# A service that only runs, and its ./check of these lines.
checked() { # NAME [LINE...]
    deploy "$1" '#!/bin/sh' 'ulimit -n >files' 'exec sleep 999'
    printf '%s\n' '#!/bin/sh' "${@:2}" >"srv/$1/check"
    chmod 755 "srv/$1/check"
}

by_command() { # NAME COMMAND [LINE...]
    rules "$1" '[ready]' 'by = "check"' "check = { exec = $2 }" "${@:3}"
}

# Those of a check that are alive.
watchers() { pgrep -P "$(engine)" -x holdfast-enter | wc -l; }
none_of() { # FILE with pids
    local pid
    while read -r pid; do
        gone "$pid" || return 1
    done <"$1"
}

why_says() { # NAME TEXT
    holdfast why "$1" >reason || true
    grep -qF -- "$2" reason
}

@test "ready when it exits 0, and then it is run no more; where, and as what" {
    checked web 'echo x >>runs' '[ -e go ] || exit 1' 'pwd >where' 'cat >read' 'echo out' \
        'cut -d" " -f 5,6 /proc/self/stat >session; echo $$ >>session' 'ulimit -n >limit' \
        'echo "$# $1 $2" >arguments'
    by_command web '["./check", "%n %%", ""]'
    looked_after
    wait_for lines srv/web/runs 2
    is_not_ready web
    touch srv/web/go
    wait_for is_ready web
    wait_for '[ "$(watchers)" = 0 ]'
    runs=$(wc -l <srv/web/runs)
    [ "$(events_of web | grep -c '^ready$')" = 1 ]
    [ "$(cat srv/web/where)" = "$PWD/srv/web" ]
    [ ! -s srv/web/read ]
    [ "$(cat srv/web/arguments)" = '2 web % ' ]
    [ "$(sed -n 1p srv/web/session)" = "$(sed -n '2s/.*/& &/p' srv/web/session)" ]
    cmp srv/web/limit srv/web/files
    [ ! -e srv/web/supervise/said ]
    svc -h service/web # the engine has had its turn
    wait_for '[ "$(deaths service/web)" = 1 ]'
    wait_for is_ready web
    [ "$(wc -l <srv/web/runs)" = $((runs + 1)) ]
    [ ! -s messages ]
}

@test "a line is for the shell; what needs it starts when it is ready" {
    checked db
    by_command db '"test -e go && echo fine"'
    deploy app
    rules app 'needs = ["db"]'
    looked_after
    wait_for is_not_ready db
    says service/app 'want up$'
    touch srv/db/go
    wait_for is_ready app
}

@test "as the user of the service, with its environment and its directory" {
    needs_root
    checked web
    mkdir -m 777 srv/web/here
    by_command web '"id -u >who; id -G >>who; echo $PORT >>who; pwd >>who; mv who done"' \
        '[process]' 'user = "daemon"' 'env = { PORT = "8080" }' 'cwd = "here"'
    looked_after
    wait_for is_ready web
    [ "$(cat srv/web/here/done)" = "$(id -u daemon)
$(id -G daemon)
8080
$PWD/srv/web/here" ]
}

@test "a command that is not there is not taken for a success" {
    checked web
    by_command web '["./none"]'
    looked_after
    wait_for why_says web 'the last check: exit code 203: holdfast-enter: fatal: web: start: unable to run ./none: '
    is_not_ready web
}

@test "why: its exit code and the first line of its errors, fit to be shown" {
    checked web 'if [ -e second ]; then kill -9 $$; fi' \
        'printf "\n  \033[31mno\tconnection\033[0m\r\nmore\n" >&2' 'exit 3'
    by_command web '["./check"]'
    looked_after
    wait_for why_says web 'the last check: exit code 3: ^[[31mno connection^[[0m'
    run holdfast why web
    [ "$status" = 10 ]
    [[ $output == *'has not succeeded: ./check'* ]]
    [[ $output != *more* ]]
    touch srv/web/second
    wait_for why_says web 'the last check: killed by SIGKILL'
}

@test "rubbish: a flood of errors, and no end of them, harms nobody" {
    checked web 'head -c 300000 /dev/urandom >&2' 'head -c 3000 /dev/zero | tr "\0" x >&2' \
        'head -c 300000 /dev/urandom' 'echo x >>runs' '[ -e go ]'
    by_command web '["./check"]'
    checked loud 'echo $$ >>pids' 'yes >&2'
    rules loud '[ready]' 'by = "check"' 'check = { exec = ["./check"], timeout = "300ms" }'
    looked_after
    wait_for lines srv/web/runs 2
    [ "$(wc -c <srv/web/supervise/said)" -le 201 ]
    is_not_ready web
    touch srv/web/go
    wait_for is_ready web
    wait_for why_says loud 'the last check: it was killed after 0.3 seconds'
}

# A check that hangs, with children that try to get away: in the background, by a session of its own
# and by an orphan. All of them ignore TERM, and have their pid in `pids`.
hanging() { # NAME TIMEOUT
    checked "$1" 'trap "" TERM HUP' 'echo $$ >>pids' \
        'sh -c "echo \$\$ >>pids; exec sleep 998" &' \
        'setsid sh -c "echo \$\$ >>pids; exec sleep 998" &' \
        '(setsid sh -c "echo \$\$ >>pids; sleep 998 & echo \$! >>pids; wait" &)' \
        '[ -e go ] || sleep 998'
    rules "$1" '[ready]' 'by = "check"' "check = { exec = [\"./check\"], timeout = \"$2\" }"
}

@test "what hangs is killed at its timeout, with all that it has started, and tried again" {
    hanging web 700ms
    looked_after
    wait_for lines srv/web/pids 10
    head -n 5 srv/web/pids >first
    none_of first
    why_says web 'the last check: it was killed after 0.7 seconds'
    is_not_ready web
    touch srv/web/go
    wait_for is_ready web
    wait_for '[ "$(watchers)" = 0 ]'
    none_of srv/web/pids # nor does one that succeeds leave anything behind
    [ ! -s messages ]
}

@test "never two at once" {
    checked web 'mkdir lock || echo two >>bad' 'echo x >>runs' 'sleep 0.3' 'rmdir lock' 'exit 1'
    by_command web '["./check"]'
    looked_after
    wait_for lines srv/web/runs 3
    [ "$(watchers)" -le 1 ]
    [ ! -e srv/web/bad ]
}

@test "the engine is killed while one runs: it dies, and the next engine begins anew" {
    hanging web 1h
    looked_after
    wait_for lines srv/web/pids 5
    pid=$(pid_of service/web)
    old=$(engine)
    kill -KILL "$old"
    head -n 5 srv/web/pids >first
    wait_for none_of first
    wait_for another_engine "$old"
    wait_for lines srv/web/pids 10
    old=$(engine)
    touch srv/web/go
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for is_ready web
    [ "$(pid_of service/web)" = "$pid" ]
    [ "$(events_of web | grep -c '^ready$')" = 1 ]
}

@test "the engine is killed when it has succeeded, and before that is written" {
    checked web 'echo x >>runs' '[ -e go ]'
    by_command web '["./check"]'
    looked_after
    wait_for lines srv/web/runs 1
    pid=$(pid_of service/web)
    old=$(engine)
    touch srv/web/go
    kill -STOP "$old"
    wait_for '[ -z "$(pgrep -P "$old" -x check)" ]'
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for is_ready web
    [ "$(pid_of service/web)" = "$pid" ]
    [ "$(events_of web | grep -c '^ready$')" = 1 ]
}

@test "its watcher is killed: the command dies, nothing is known, and another is run" {
    hanging web 1h
    looked_after
    wait_for lines srv/web/pids 1
    command=$(head -n 1 srv/web/pids)
    kill -KILL "$(pgrep -P "$(engine)" -x holdfast-enter)"
    wait_for gone "$command"
    wait_for '[ "$(watchers)" = 1 ]'
    is_not_ready web
    [ ! -e srv/web/supervise/said ]
    xargs kill -KILL <srv/web/pids 2>/dev/null || true
}

@test "the service ends: its check does, too, and the next process gets one of its own" {
    hanging web 1h
    looked_after
    wait_for lines srv/web/pids 5
    svc -d service/web
    wait_for '[ "$(watchers)" = 0 ]'
    wait_for none_of srv/web/pids
    touch srv/web/go
    svc -u service/web
    wait_for is_ready web
}

@test "a hundred that hang take turns, and the others do not wait for them" {
    for i in {1..100}; do
        checked "slow$i" 'echo $$ >pid' 'exec sleep 999'
        by_command "slow$i" '["./check"]'
    done
    looked_after
    wait_for '[ "$(watchers)" = 32 ]'
    deploy plain
    wait_for is_ready plain
    [ "$(watchers)" -le 32 ]
    svc -dx service/slow*
    wait_for '[ "$(watchers)" = 0 ]'
}

@test "without holdfast-enter it is said once, and it is not ready" {
    other_program holdfast-enter
    checked web
    by_command web '["true"]'
    looked_after
    wait_for grep -q 'web: unable to run its check by holdfast-enter: file does not exist; it is not ready until that can be' messages
    is_not_ready web
    [ "$(wc -l <messages)" = 1 ]
}

@test "supervise: it works without svscan" {
    checked web 'echo x >>runs' '[ -e go ]'
    by_command web '["./check"]'
    supervising srv/web
    wait_for lines srv/web/runs 1
    svstat srv/web | grep -q 'not ready$'
    touch srv/web/go
    wait_for '! svstat srv/web | grep -q "not ready"'
}

@test "service.toml is removed: the process that runs is found ready all the same" {
    checked web 'echo x >>runs' '[ -e go ]'
    by_command web '["./check"]'
    looked_after
    wait_for lines srv/web/runs 1
    rm srv/web/service.toml
    touch srv/web/go
    svc -c service/web
    wait_for is_ready web
    [ "$(events_of web | grep -c '^ready$')" = 1 ]
}

@test "by hand it is run under the same conditions" {
    mkdir web && cd web
    run holdfast-enter --check 9000 web true
    [ "$status" = 100 ]
    [ "$output" = 'holdfast-enter: --check is for the engine' ]
    mkfifo requests
    exec 8<>requests
    run holdfast-enter --check 9000:0:100:100:7:-:1 web sh -c 'echo "$(ulimit -n) $HOLDFAST_NAME $HOLDFAST_PID" >&2; exit 2' <requests
    [[ $output == '1 failed '*' 0 exit code 2: 100 web 7' ]]
    run holdfast-enter --check 9000:1:100:100:7:-:1 web true <requests
    [[ $output == '1 failed '*'there are none that could be trusted'* ]]
    run timeout 20 holdfast-enter --check 90000:0:100:100:7:-:1 web sleep 99 </dev/null
    [ "$status" = 0 ]
    [ -z "$output" ]
}
