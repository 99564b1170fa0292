#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
# service.toml, [stop] command and reload, and restarts that stop a service as a stop does.

load lib
load services

setup() { setup_names; }

# It notes the signals that it gets, and exits by TERM. Its command notes that it runs.
serving='for each in HUP INT USR1; do trap "echo $each >>got" $each; done
trap "echo TERM >>got; exit 0" TERM; echo run >>got; echo $$ >pid; echo here >here
while :; do read -r _ <gate; done'
noting='echo "command $HOLDFAST_NAME $(cmp -s pid - <<END && echo pid
$HOLDFAST_PID
END
)" >>got'

serve() { # NAME RULES...
    deploy "$1" '#!/bin/sh' "$serving"
    mkfifo "srv/$1/gate" "srv/$1/wait"
    rules "$@"
}
got() { [ "$(paste -sd, "srv/$1/got")" = "$2" ]; }
here() { wait_for test -e "srv/$1/here"; }
preparing() { [ "$(stands "service/$1" state)" = 70 ]; }
said() { grep -qF -- "$1" messages; }

@test "[stop] command: it runs before the signal, with the name and the pid of the service" {
    serve app '[stop]' "command = '''$noting'''"
    looked_after
    here app
    svc -d service/app
    wait_for rests app
    got app 'run,command app pid,TERM'
}

@test "... in the service's directory, as what [process] says; a list is executed as it is" {
    serve app '[process]' 'env = { WORD = "here" }' '[stop]' 'command = ["./stop", "a b", "%n"]'
    printf '%s\n' '#!/bin/sh' 'echo "$0/$WORD/$1/$2" >>got' >srv/app/stop
    chmod 755 srv/app/stop
    looked_after
    here app
    svc -d service/app
    wait_for rests app
    got app 'run,./stop/here/a b/app,TERM'
}

@test "while it runs the service is stopping, and still serves; a second order changes nothing" {
    serve app '[stop]' 'command = "echo command >>got; read -r _ <wait"' 'timeout = "1h"'
    looked_after
    here app
    pid=$(pid_of service/app)
    svc -d service/app
    wait_for got app 'run,command'
    preparing app
    svc -d service/app
    [ "$(pid_of service/app)" = "$pid" ]
    [ "$(holdfast status app | awk 'NR == 2 { print $2 }')" = stopping ]
    run holdfast why app
    [ "$status" = 3 ]
    [[ $output == *"its stop command runs"* ]]
    echo >srv/app/wait
    wait_for rests app
    got app 'run,command,TERM'
}

@test "an order up takes it back; the next stop runs it anew" {
    serve app '[stop]' 'command = "echo command >>got; read -r _ <wait; echo end >>got"' 'timeout = "1h"'
    looked_after
    here app
    svc -d service/app
    wait_for got app 'run,command'
    svc -u service/app
    wait_for says service/app ': up \(pid [0-9]*\) [0-9]* seconds$'
    svc -d service/app
    wait_for got app 'run,command,command'
    echo >srv/app/wait
    wait_for rests app
    got app 'run,command,command,end,TERM'
}

@test "one that takes longer than the timeout, or fails, is said; the signals follow" {
    serve slow '[stop]' 'command = "setsid sleep 98 & echo $! >child; wait"' 'timeout = "300ms"'
    serve bad '[stop]' 'command = "echo no such balancer >&2; exit 3"'
    serve none '[stop]' 'command = ["./no-such"]'
    looked_after
    for each in slow bad none; do here $each; done
    svc -d service/slow service/bad service/none
    for each in slow bad none; do wait_for rests $each; done
    got slow 'run,TERM'
    said 'supervise: warning: slow: its stop command failed: it was killed after 0.3 seconds'
    said 'supervise: warning: bad: its stop command failed: exit code 3: no such balancer'
    said 'supervise: warning: none: its stop command failed: exit code 203'
    wait_for gone "$(cat srv/slow/child)"
}

@test "the engine is killed while it runs: that ends, and it begins again" {
    serve app '[stop]' 'command = "echo $$ >>command; read -r _ <wait"' 'timeout = "1h"'
    looked_after
    here app
    pid=$(pid_of service/app)
    svc -d service/app
    wait_for test -s srv/app/command
    first=$(cat srv/app/command)
    new_engine app
    wait_for lines srv/app/command 2
    wait_for gone "$first"
    [ "$(pid_of service/app)" = "$pid" ]
    echo >srv/app/wait
    wait_for rests app
    got app 'run,TERM'
}

@test "everything stops: each service runs its own, however many there are" {
    for each in $(seq 40); do serve "app$each" '[stop]' 'command = "echo command >>got; sleep 0.1"' 'timeout = "1h"'; done
    looked_after
    for each in $(seq 40); do here "app$each"; done
    kill -TERM "$scanner"
    left "$scanner"
    for each in $(seq 40); do got "app$each" 'run,command,TERM'; done
}

@test "holdfast restart stops as holdfast stop does: command, signals, timeout" {
    serve app '[stop]' 'command = "echo command >>got"' 'steps = ["INT 200ms", "TERM 1h"]' '[restart]' 'when = "never"'
    looked_after
    here app
    pid=$(pid_of service/app)
    holdfast restart app
    changed service/app "$pid"
    wait_for got app 'run,command,INT,TERM,run'
    deploy stuck '#!/bin/sh' 'trap "" TERM; echo here >here; while :; do sleep 98; done'
    rules stuck '[stop]' 'timeout = "200ms"'
    here stuck
    pid=$(pid_of service/stuck)
    holdfast restart stuck
    changed service/stuck "$pid"
    holdfast events app | grep -q 'ordered to restart'
}

@test "... and what has no [stop] is restarted as always" {
    serve app
    rm srv/app/service.toml
    looked_after
    here app
    pid=$(pid_of service/app)
    holdfast restart app
    changed service/app "$pid"
    holdfast events app | grep -q 'svc -t'
}

@test "[stop] reload: the signal that holdfast reload sends" {
    serve app '[stop]' 'reload = "USR1"'
    looked_after
    here app
    holdfast reload app
    wait_for got app 'run,USR1'
    rules app '[stop]' 'reload = "INT"'
    svc -c service/app
    wait_for grep -q 'stop.reload 2' srv/app/supervise/rules
    holdfast reload app
    wait_for got app 'run,USR1,INT'
    rules app '[stop]' 'reload = "SEGV"'
    run holdfast-rules srv/app
    [ "$status" = 1 ]
    [[ $output == *'[stop] reload'*'it must be HUP, INT, QUIT, TERM, ALRM, USR1, USR2 or WINCH'* ]]
}
