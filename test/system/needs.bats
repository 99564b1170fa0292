#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
# needs, wants and after: who waits for whom, when services start, are lost, and stop.

load lib
load services

setup() { setup_names; }

is_waiting() { says "service/$1" 'down .*, want up$'; }

# Each writes down when it starts, and when it is told to end; ready when the first is written.
told() { # NAME [LINE OF RULES...]
    deploy "$1" '#!/bin/sh' "trap 'echo end $1 >>../../order; exit 0' TERM" "echo start $1 >>../../order" \
        'echo >&3' 'while :; do sleep 0.02; done'
    rules "$@" '[ready]' 'by = "fd"'
}

@test "needs: a service starts when what it needs is ready, and not before" {
    deploy db '#!/bin/sh' 'until [ -e go ]; do sleep 0.02; done' 'echo ready db >>../../order' 'echo >&3' \
        'exec sleep 999'
    rules db '[ready]' 'by = "fd"'
    told app 'needs = ["db"]'
    looked_after
    wait_for svok service/app
    wait_for is_waiting app
    holdfast status | grep -qx 'app waits for db'
    holdfast status --json app | tr -d ' \n' | grep -q '"waits_for":\["db"\]'
    touch srv/db/go
    wait_for is_ready app
    [ "$(cat order)" = "$(printf 'ready db\nstart app')" ]
}

@test "a chain starts from its root, and stops in reverse order" {
    told a
    told b 'needs = ["a"]'
    told c 'needs = ["b"]'
    looked_after
    wait_for is_ready c
    kill -TERM "$scanner"
    left "$scanner"
    cat order
    [ "$(tr '\n' , <order)" = 'start a,start b,start c,end c,end b,end a,' ]
}

@test "instances of one file need instances: %i is what stands behind the @" {
    for each in 1 2; do
        told "db@$each"
        told "app@$each" 'needs = ["db@%i"]'
    done
    rm "service/db@2"
    looked_after
    wait_for is_ready "app@1"
    wait_for is_waiting "app@2"
    holdfast status | grep -qx 'app@2 waits for db@2'
    ln -s "../srv/db@2" service/
    wait_for is_ready "app@2"
}

@test "d while it waits: it is down at once; and a need that comes later starts it" {
    told app 'needs = ["db"]'
    told db
    rm service/db
    looked_after
    wait_for is_waiting app
    svc -d service/app
    wait_for says service/app 'normally up$'
    svc -u service/app
    wait_for is_waiting app
    ln -s ../srv/db service/db
    wait_for is_ready app
    [ "$(tr '\n' , <order)" = 'start db,start app,' ]
}

@test "needs_lost: by default it goes on; with stop it ends, and comes back with its need" {
    told db
    told keeps 'needs = ["db"]'
    told stops 'needs = ["db"]' 'needs_lost = "stop"'
    looked_after
    wait_for is_ready keeps
    wait_for is_ready stops
    kept=$(pid_of service/keeps)
    svc -d service/db
    wait_for is_waiting stops
    [ "$(pid_of service/keeps)" = "$kept" ]
    svc -u service/db
    wait_for is_ready stops
    [ "$(pid_of service/keeps)" = "$kept" ]
    holdfast events stops | grep -q 'to be replaced: something that it needs was not good'
}

@test "needs_lost = restart: it goes on, and is replaced when its need is good again" {
    told db
    told app 'needs = ["db"]' 'needs_lost = "restart"'
    looked_after
    wait_for is_ready app
    pid=$(pid_of service/app)
    svc -d service/db
    wait_for says service/db 'normally up$'
    [ "$(pid_of service/app)" = "$pid" ]
    svc -u service/db
    wait_for changed service/app "$pid"
    [ "$(tr '\n' , <order)" = 'start db,start app,end db,start db,end app,start app,' ]
}

@test "a oneshot between the two: it runs until it has succeeded, and is done in this boot" {
    told db
    deploy migrate '#!/bin/sh' 'echo migrate >>../../order' '[ "$(grep -c migrate ../../order)" = 2 ]'
    rules migrate 'type = "oneshot"' 'needs = ["db"]' '[restart]' 'delay = "20ms"'
    told app 'needs = ["db", "migrate"]'
    looked_after
    wait_for is_ready app
    [ "$(tr '\n' , <order)" = 'start db,migrate,migrate,start app,' ]
    [ "$(holdfast status migrate | awk 'NR == 2 { print $2 }')" = 'done' ]
    kill -KILL "$(engine)"
    kill -TERM "$scanner"
    left "$scanner"
    looked_after
    wait_for is_ready app
    [ "$(grep -c migrate order)" = 2 ]
    svc -d service/migrate
    svc -u service/migrate
    wait_for '[ "$(grep -c migrate order)" -ge 3 ]' # it fails from now on
}

@test "down files: what is needed is pulled up, and let go; an order is stronger" {
    told db
    touch srv/db/down
    told app 'needs = ["db"]'
    touch srv/app/down
    looked_after
    wait_for svok service/app
    svc -u service/app
    wait_for is_ready app
    svc -d service/app
    wait_for says service/db '^service/db: down [0-9]* seconds$'
    [ "$(tr '\n' , <order)" = 'start db,start app,end app,end db,' ]
    svc -u service/db
    svc -u service/app
    wait_for is_ready app
    svc -d service/app
    wait_for says service/app '^service/app: down [0-9]* seconds$'
    says service/db '^service/db: up '
}

@test "wants: waited for, but not for ever; a name that stands for nothing is not waited for" {
    deploy slow '#!/bin/sh' 'exec sleep 999'
    rules slow '[ready]' 'by = "fd"'
    told app 'wants = ["slow", "nothing"]' 'wants_wait = "500ms"'
    told other 'after = ["slow"]' 'wants_wait = "1h"'
    looked_after
    wait_for is_ready app
    wait_for is_waiting other
    svc -d service/slow
    wait_for is_ready other
}

@test "the engine is killed at every step of a chain: each starts once, in order" {
    for name in a b c d; do
        deploy "$name" '#!/bin/sh' "echo start $name >>../../order" 'until [ -e go ]; do sleep 0.02; done' \
            'echo >&3' 'exec sleep 999'
    done
    rules a '[ready]' 'by = "fd"'
    rules b 'needs = ["a"]' '[ready]' 'by = "fd"'
    rules c 'needs = ["b"]' '[ready]' 'by = "fd"'
    rules d 'needs = ["c"]' '[ready]' 'by = "fd"'
    looked_after
    n=0
    for name in a b c d; do
        n=$((n + 1))
        wait_for lines order "$n"
        old=$(engine)
        kill -KILL "$old"
        wait_for another_engine "$old"
        touch "srv/$name/go"
    done
    wait_for is_ready d
    [ "$(tr '\n' , <order)" = 'start a,start b,start c,start d,' ]
}

@test "why: it waits, for what, and why that is not there; a cycle; a name that stands for nothing" {
    told disk
    touch srv/disk/down
    told db 'needs = ["disk"]'
    told app 'needs = ["db"]'
    told lost 'needs = ["nothing"]'
    told hen 'needs = ["egg"]'
    told egg 'needs = ["hen"]'
    looked_after
    wait_for is_ready disk # pulled up
    svc -d service/disk
    svc -d service/db service/app
    wait_for says service/disk 'down'
    svc -u service/app service/db
    wait_for is_waiting app
    run holdfast why app
    [ "$status" = 12 ]
    [[ $output == *'it waits: app needs db, which needs disk, and disk is not there for it: it is down'* ]]
    [[ $output == *'holdfast start disk'* ]]
    run holdfast why lost
    [ "$status" = 12 ]
    [[ $output == *'there is no service of this name'* ]]
    run holdfast why hen
    [ "$status" = 12 ]
    [[ $output == *'hen needs egg, which needs hen: none of them can be the first to start'* ]]
    run holdfast check lost
    [[ $output == *'there is no service of this name'* ]]
}
