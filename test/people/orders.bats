# SPDX-License-Identifier: MIT
# Orders: what they say, and to whom they go.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names of lib.bash
load people

@test "O01 on a terminal, what is waited for, and then no trace of it" {
    looked_after
    deploy web '#!/bin/sh' "trap '' TERM" 'touch ready' 'while :; do sleep 0.1; done'
    wait_for test -e srv/web/ready
    terminal holdfast stop web
    sees '^waiting until web is down'
    sees '^waiting until web is down: 1 second'
    kill -KILL "$(pid_of service/web)"
    sees '^web: down$'
    if shows_now 'waiting'; then tmux capture-pane -p && false; fi
}

@test "O02 reload: of one that knows it, and of one that does not" {
    looked_after
    deploy good '#!/bin/bash' "trap 'touch reloaded' HUP" 'touch ready' \
        'while :; do sleep 0.02; done'
    deploy bad
    up service/bad
    wait_for test -e srv/good/ready
    gives 0 holdfast reload good
    wait_for test -e srv/good/reloaded
    gives 1 holdfast reload bad
    err 'bad does not handle SIGHUP'
    err 'holdfast restart bad'
}

@test "O03 --all leaves alone what is down, but for start and stop" {
    looked_after
    mkdir -p srv/off
    touch srv/off/down
    deploy web
    deploy off
    up service/web
    wait_for svok service/off
    for order in restart pause continue 'signal WINCH'; do
        # shellcheck disable=SC2086 # many words
        gives 0 holdfast $order --all
        says service/off ': down'
    done
    gives 0 holdfast start --all
    says service/off ': up'
    gives 0 holdfast stop --all
    says service/web ': down'
}

@test "O04 there is nothing to pause" {
    looked_after
    deploy web
    up service/web
    gives 0 holdfast stop web
    gives 2 holdfast pause web
    err 'web: not running: nothing to pause'
    gives 0 holdfast restart web # which starts it
    out 'web: up'
}

@test "O05 a restart that has not happened: what still runs is the old process" {
    looked_after
    deploy web '#!/bin/sh' "trap '' TERM" 'touch ready' 'while :; do sleep 0.1; done'
    wait_for test -e srv/web/ready
    pid=$(pid_of service/web)
    gives 1 holdfast restart --wait 0.3 web
    out "web: stopping (pid $pid)"
    err "web is not restarted yet: its old process (pid $pid) has not exited"
    err 'holdfast restart --force web kills it'
    gives 1 holdfast stop --wait 0.3 web
    err "web is not down yet: its process (pid $pid) has not exited"
    err 'holdfast stop --force web kills it'
}

@test "O06 what ends again and again is not up, and both lines say so" {
    looked_after
    deploy web '#!/bin/sh' 'exec sleep 0.01'
    wait_for '[ "$(deaths service/web)" -ge 2 ]'
    for order in start restart 'restart --force'; do
        # shellcheck disable=SC2086 # many words
        gives 1 holdfast $order --wait 10000 web
        if grep -E 'web: up|killed' out err; then false; fi
        out 'web: crash-loop'
        err 'web is not up: it exits with code 0 right after its start'
        err 'holdfast why web explains why'
    done
}

# A run script that forgets exec, in front of a program that does not end with it.
deploy_without_exec() {
    deploy "$1" '#!/bin/sh' 'sleep 99' 'echo'
    up "service/$1"
    wait_for 'pgrep -P "$(pid_of service/'"$1"')" -x sleep'
    child=$(pgrep -P "$(pid_of "service/$1")" -x sleep)
}

@test "O07 what stop and remove leave behind, where run forgets exec" {
    looked_after
    deploy_without_exec web
    gives 0 holdfast stop web
    err "web: pid $child (sleep) of it is still there"
    err "to end the surviving processes: kill $child"
    gives 0 holdfast stop web # and as long as it is
    err "web: pid $child (sleep) of it is still there"
    kill "$child"
    gives 0 holdfast start web
    wait_for 'pgrep -P "$(pid_of service/web)" -x sleep'
    child=$(pgrep -P "$(pid_of service/web)" -x sleep)
    gives 0 holdfast remove web
    err "web: pid $child (sleep) of it is still there"
    kill "$child"
}

@test "O08 nothing is left behind of what ends together" {
    looked_after
    deploy web '#!/bin/bash' 'sleep 99 &' "trap 'kill %1; exit' TERM" 'touch ready' 'wait'
    wait_for test -e srv/web/ready
    gives 0 holdfast stop web
    [ ! -s err ]
}

@test "O09 what has ended once since the order is not said to end again and again" {
    looked_after
    mkdir -p srv/web
    touch srv/web/down
    deploy web '#!/bin/sh' 'exit 1'
    wait_for svok service/web
    gives 1 holdfast start --wait 0.5 web
    err 'web is not up: it has exited already; holdfast why web explains why'
}

@test "O10 remove says what does not exit, and kills it when told to" {
    looked_after
    deploy web '#!/bin/sh' "trap '' TERM" 'while :; do sleep 0.02; done'
    up service/web
    pid=$(pid_of service/web)
    gives 111 holdfast remove web --wait 1
    err "web was told to stop 1 second ago, and has not exited: pid $pid (run) runs on"
    err "svc -k $PWD/srv/web"
    svc -k srv/web
    wait_for '! svok srv/web'
    ln -s ../srv/web service/web
    up service/web
    gives 0 holdfast remove web --wait 1 --force
    err 'has not exited in time: killing it'
    [ ! -e service/web ]
}

@test "O11 another service that runs the same program is not taken for what is left behind" {
    looked_after
    deploy web '#!/bin/sh' 'exec sleep 98'
    deploy other '#!/bin/sh' 'exec sleep 98'
    up service/web
    up service/other
    gives 0 holdfast restart other
    gives 0 holdfast stop web
    [ ! -s err ]
    gives 0 holdfast remove --purge web
    [ ! -s err ]
    gives 0 holdfast status other
}

@test "O12 what runs once is not kept up by a restart" {
    looked_after
    deploy web
    up service/web
    pid=$(pid_of service/web)
    svc -o service/web
    wait_for '! says service/web "want up"'
    gives 2 holdfast restart web
    err 'it runs once, and is not restarted'
    [ "$(pid_of service/web)" = "$pid" ]
    sed -n 's/.*once more: \(.*\); to keep.*/\1/p' err >advice
    sh -e advice
    wait_for changed service/web "$pid"
    up service/web
}
