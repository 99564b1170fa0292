#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
# service.toml, [stop]: several signals, and the whole process group.

load lib
load services

setup() { setup_folder; }

# The shell notes what it gets, and goes on. Its child is short: traps wait for it. What it gets at
# once it notes by number, so a loaded machine must let it run within a step's second.
noting='for each in HUP INT QUIT TERM; do trap "echo $each >>got" $each; done; echo here >here
while :; do sleep 0.02; done'

noted() { [ "$(tr '\n' ' ' <"srv/$1/got")" = "$2" ]; }
killed() { [ "$(stands "service/$1" ending ending_value | tr '\n' ' ')" = "73 09 00 00 00 " ]; }
here() { wait_for test -e "srv/$1/here"; }

@test "[stop] steps: one signal after the other, and KILL when the last has had its time" {
    deploy app '#!/bin/sh' "$noting"
    rules app '[stop]' 'steps = ["QUIT 1s", "TERM 1s", "INT 1s"]'
    looked_after
    here app
    svc -d service/app
    wait_for rests app
    noted app 'QUIT TERM INT '
    killed app
}

@test "... and none after the one that it obeys" {
    deploy app '#!/bin/sh' 'trap "echo QUIT >>got" QUIT; trap "echo TERM >>got; exit 0" TERM; echo here >here' \
        'while :; do sleep 0.02; done'
    rules app '[stop]' 'steps = ["QUIT 200ms", "TERM 1h", "INT 1h"]'
    looked_after
    here app
    svc -d service/app
    wait_for rests app
    noted app 'QUIT TERM '
}

@test "[stop] timeout: KILL comes then, whichever step it is" {
    deploy app '#!/bin/sh' "$noting"
    rules app '[stop]' 'steps = ["QUIT 1s", "TERM 1h", "INT 1h"]' 'timeout = "2s"'
    looked_after
    here app
    svc -d service/app
    wait_for rests app
    noted app 'QUIT TERM '
    killed app
}

@test "the engine is killed between two steps: the next one goes on where it was" {
    deploy app '#!/bin/sh' "$noting"
    rules app '[stop]' 'steps = ["QUIT 1s", "HUP 3s", "INT 1s"]'
    looked_after
    here app
    svc -d service/app
    wait_for '[ "$(stands service/app stop_step)" = 01 ]'
    before=$(engine)
    kill -KILL "$before"
    wait_for another_engine "$before"
    wait_for rests app
    noted app 'QUIT HUP INT '
    killed app
}

@test "an order to stop again sends the signal of its step again, and changes no time" {
    deploy app '#!/bin/sh' "$noting"
    rules app '[stop]' 'steps = ["QUIT 200ms", "HUP 1h"]' 'timeout = "1h"'
    looked_after
    here app
    svc -d service/app
    wait_for noted app 'QUIT HUP '
    svc -d service/app
    wait_for noted app 'QUIT HUP HUP '
    svc -k service/app
    wait_for rests app
}

# Its children are in its group: they ignore TERM, or are stopped.
with_children='echo $$ >>starts
(trap "" TERM; while :; do sleep 0.1; done) & echo $! >>children
sleep 98 & kill -STOP $!; echo $! >>children
(trap "echo TERM >>got; exit" TERM; echo >>trapped; while :; do sleep 0.02; done) & echo here >here
wait; sleep 97'

all_gone() {
    local each
    while read -r each; do gone "$each" || return 1; done <srv/app/children
}

@test "[stop] kill = group: KILL reaches all that are in the process group" {
    deploy app '#!/bin/sh' "trap '' TERM; $with_children"
    rules app '[stop]' 'kill = "group"' 'timeout = "300ms"'
    looked_after
    here app
    svc -d service/app
    wait_for rests app
    killed app
    wait_for all_gone
    [ ! -e srv/app/got ] # the others were sent no TERM
}

@test "... and what a service leaves of its group is killed, however it ends" {
    deploy app '#!/bin/sh' "$with_children"
    rules app '[stop]' 'kill = "group"'
    looked_after
    here app
    for end in -k -t; do
        before=$(pid_of service/app)
        children=$(wc -l <srv/app/children)
        svc $end service/app
        wait_for changed service/app "$before"
        wait_for lines srv/app/children $((children + 2))
    done
    svc -d service/app
    wait_for rests app
    wait_for all_gone
}

@test "without it the others of its group live on, as ever" {
    deploy app '#!/bin/sh' 'sleep 99 & echo $! >children; exec sleep 99'
    looked_after
    wait_for test -s srv/app/children
    up service/app
    svc -k service/app
    wait_for '[ "$(wc -l <srv/app/children)" = 1 ]'
    child=$(cat srv/app/children)
    svc -d service/app
    wait_for rests app
    if gone "$child"; then false; fi
}

@test "[stop] signal_to = group: what is stopped by a signal is the whole group" {
    deploy app '#!/bin/sh' "$with_children"
    rules app '[stop]' 'signal_to = "group"'
    looked_after
    here app
    svc -h service/app # an order to send a signal is for the process alone
    wait_for '[ "$(wc -l <srv/app/starts)" = 2 ]'
    [ ! -e srv/app/got ]
    up service/app
    wait_for '[ "$(wc -l <srv/app/children)" = 4 ]'
    wait_for lines srv/app/trapped 2
    svc -d service/app
    wait_for rests app
    wait_for test -s srv/app/got
}

@test "a run script that ends in setsid leads its group, too" {
    deploy app '#!/bin/sh' 'exec setsid sh -c "sleep 98 & echo \$! >children; echo here >here; wait"'
    rules app '[stop]' 'kill = "group"'
    looked_after
    here app
    svc -k service/app
    wait_for all_gone
}

@test "kill = tree is not acted on yet, and refused" {
    deploy app
    rules app '[stop]' 'kill = "tree"'
    looked_after
    wait_for grep -qF 'app/service.toml:2:1: [stop] kill' messages
}
