#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
# service.toml, [finish]: what follows on each exit.

load lib
load services

setup() { setup_folder; }

# A service that shows its starts, and ends as its file `end` says when it is told to.
showing='echo run >>done; trap "" HUP; echo here >here; while :; do read -r how <gate && exit $how; done'
finish='echo "finish $HOLDFAST_NAME $HOLDFAST_REASON $HOLDFAST_EXIT$*" >>done'

ready() { # NAME RULES...
    deploy "$1" '#!/bin/sh' "$showing"
    mkfifo "srv/$1/gate"
    rules "$@"
}
here() { wait_for test -e "srv/$1/here"; }
done_by() { [ "$(paste -sd, "srv/$1/done")" = "$2" ]; }
finishing() { says "service/$1" "^service/$1: down [0-9]* seconds.*, finishing$"; }

# The finish command's own pid.
finisher() { [ "$(stands "service/$1" state)" = 66 ] && od -An -tu4 -j 12 -N 4 "srv/$1/supervise/status" | tr -d ' '; }

@test "[finish] command: once for each process, with how and why it ended, and before the next" {
    ready app '[finish]' "command = '$finish'"
    looked_after
    here app
    echo 3 >srv/app/gate
    wait_for done_by app 'run,finish app itself exit 3,run'
    svc -k service/app
    wait_for done_by app 'run,finish app itself exit 3,run,finish app order signal 9,run'
    svc -d service/app
    wait_for rests app
    done_by app 'run,finish app itself exit 3,run,finish app order signal 9,run,finish app order signal 15'
}

@test "a list is executed as it is, as what [process] says, and with the arguments of s6 or runit" {
    ready s6 '[process]' 'env = { WORD = "here" }' 'umask = "077"' '[finish]' 'arguments = "s6"' \
        'command = ["./finish", "a b", "%n"]'
    printf '%s\n' '#!/bin/sh' 'echo "$0/$WORD/$(umask)/$#/$1/$2/$3/$4/$5" >>done; cd / && [ -d srv ]' >srv/s6/finish
    ready runit '[finish]' 'command = ["./finish"]' 'arguments = "runit"'
    printf '%s\n' '#!/bin/sh' 'echo "$#/$1/$2" >>done' >srv/runit/finish
    chmod 755 srv/*/finish
    looked_after
    here s6
    here runit
    svc -k service/s6
    echo 7 >srv/runit/gate
    wait_for done_by s6 "run,./finish/here/0077/5/a b/s6/256/9/s6,run"
    wait_for done_by runit 'run,2/7/0,run'
}

@test "while it runs the service is finishing: down for everybody, and stop waits for it" {
    ready app '[finish]' 'command = "echo finish >>done; read -r _ <end; echo end >>done"' 'timeout = "1h"'
    mkfifo srv/app/end
    looked_after
    export SVDIR=$PWD/service
    here app
    svc -d service/app
    wait_for finishing app
    pid=$(finisher app)
    [ "$(holdfast status app | awk 'NR == 2 { print $2 }')" = finishing ]
    run holdfast status --json app
    [ "$status" = 3 ]
    [[ $output == *'"state": "finishing"'*'"up": false'* ]]
    run holdfast why app
    [ "$status" = 10 ]
    [[ $output == *"its process has ended, and its finish command has been running for"* ]]
    [[ $output == *"pid $pid"* ]]
    [[ $output == *"it gets KILL in 1 hour ([finish] timeout)"* ]]
    start holdfast stop app
    stopper=$started
    kill -0 "$stopper"
    echo >srv/app/end
    left "$stopper"
    rests app
    done_by app 'run,finish,end'
}

@test "an order up while it runs is obeyed when it has ended; so is an order down" {
    ready app '[restart]' 'when = "never"' '[finish]' 'command = "echo finish >>done; read -r _ <end"' 'timeout = "1h"'
    mkfifo srv/app/end
    looked_after
    here app
    echo 0 >srv/app/gate
    wait_for finishing app
    svc -u service/app
    echo >srv/app/end
    wait_for done_by app 'run,finish,run'
    echo 0 >srv/app/gate
    wait_for finishing app
    svc -u service/app
    svc -d service/app
    echo >srv/app/end
    wait_for rests app
    done_by app 'run,finish,run,finish'
}

@test "[finish] timeout: then KILL, with its process group; and svc -k does it, too" {
    ready app '[finish]' 'command = "trap \"\" TERM; sleep 98 & echo $! >child; while :; do sleep 97; done"' 'timeout = "100ms"'
    looked_after
    export SVDIR=$PWD/service
    here app
    svc -d service/app
    wait_for rests app
    wait_for gone "$(cat srv/app/child)"
    rm srv/app/child
    rules app '[finish]' 'command = "sleep 98 & echo $! >child; sleep 97"' 'timeout = "1h"'
    svc -o service/app
    here app
    wait_for up service/app
    svc -d service/app
    wait_for test -s srv/app/child
    svc -tdh service/app
    finishing app
    svc -k service/app
    wait_for rests app
    wait_for gone "$(cat srv/app/child)"
    [ "$(events_of app | tail -n 1)" = finished ]
}

@test "one that cannot be executed keeps nobody; why says so" {
    ready app '[finish]' 'command = ["./no-such"]'
    looked_after
    export SVDIR=$PWD/service
    here app
    echo 0 >srv/app/gate
    wait_for done_by app 'run,run'
    grep -q 'holdfast-enter: fatal: app: start: unable to run ./no-such' messages
    run holdfast why app
    [[ $output == *"its finish command failed when it ran last"* ]]
}

@test "the engine is killed while it runs: it is not run again, and its end is known" {
    ready app '[finish]' 'command = "echo finish >>done; read -r _ <end"' 'timeout = "1h"'
    mkfifo srv/app/end
    looked_after
    here app
    echo 0 >srv/app/gate
    wait_for finishing app
    pid=$(finisher app)
    new_engine app
    finishing app
    [ "$(finisher app)" = "$pid" ]
    echo >srv/app/end
    wait_for done_by app 'run,finish,run'
}

@test "engine and service are killed at once: the finish command follows all the same" {
    ready app '[finish]' "command = '$finish'"
    looked_after
    here app
    pid=$(pid_of service/app)
    before=$(engine)
    kill -STOP "$before"
    kill -KILL "$pid"
    kill -KILL "$before"
    wait_for done_by app 'run,finish app itself signal 9,run'
}

@test "everything stops: the finish command has its time, and what is needed goes after it" {
    ready app 'needs = ["db"]' '[finish]' 'command = "read -r _ <end; [ -e ../db/here ] && echo finish >>done"' 'timeout = "1h"'
    mkfifo srv/app/end
    ready db '[finish]' 'command = "rm here"'
    looked_after
    here app
    kill -TERM "$scanner"
    wait_for '[ "$(stands service/app state)" = 66 ]'
    [ -e srv/db/here ]
    echo >srv/app/end
    left "$scanner"
    done_by app 'run,finish'
    [ ! -e srv/db/here ]
}

@test "a logger reads what the finish command says; log/service.toml has none" {
    ready app '[finish]' 'command = "echo said by finish"'
    mkdir srv/app/log
    printf '%s\n' '#!/bin/sh' 'exec multilog ./main' >srv/app/log/run
    chmod 755 srv/app/log/run
    looked_after
    here app
    svc -d service/app
    wait_for grep -q 'said by finish' srv/app/log/main/current
    printf '%s\n' '[finish]' 'command = "true"' >srv/app/log/service.toml
    run holdfast-rules srv/app/log
    [ "$status" = 1 ]
    [[ $output == *'[finish]'* ]]
}
