#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
# Programs that are hard to stop, of every kind: nothing of them is left, or it is named.

load ../people/people

setup() { setup_names; }

# Each process that a service starts writes its pid into `born`.
left_of() { # NAME
    local each
    while read -r each; do gone "$each" || echo "$each"; done <"srv/$1/born"
}

# It has started so many processes.
in_the_zoo() { # NAME COUNT LINE...
    deploy "$1" '#!/bin/sh' 'echo $$ >>born' "${@:3}"
    [ -n "${scanner-}" ] || looked_after
    HF_PATIENCE=30 wait_for lines "srv/$1/born" "$2"
}

none_left() {
    if [ -z "$(left_of "$1")" ]; then return 0; fi
    # shellcheck disable=SC2046 # many words
    ps -o pid,ppid,pgid,sid,stat,args -p "$(left_of "$1" | paste -sd,)" && false
}

stops_whole() { # NAME [OPTION...]
    gives 0 holdfast stop "${@:2}" "$1"
    [ ! -s err ]
    wait_for rests "$1"
    wait_for none_left "$1"
}

@test "it ignores TERM, INT, QUIT and HUP: [stop] timeout" {
    mkdir -p srv/deaf
    rules deaf '[stop]' 'timeout = "200ms"'
    in_the_zoo deaf 1 'trap "" TERM INT QUIT HUP' 'while :; do sleep 0.02; done'
    stops_whole deaf
}

@test "it forks twice and leaves: what lives on is named, and found by --all-processes" {
    in_the_zoo forks 2 '(sleep 98 & echo $! >>born) &' 'exec sleep 99'
    gives 0 holdfast stop forks
    err "forks: pid $(sed -n 2p srv/forks/born) (sleep) of it is still there"
    gives 0 holdfast start forks
    wait_for lines srv/forks/born 4
    kill "$(sed -n 2p srv/forks/born)"
    wait_for gone "$(sed -n 2p srv/forks/born)"
    stops_whole forks --all-processes
}

@test "... and by kill = group, without a word" {
    mkdir -p srv/forks
    rules forks '[stop]' 'kill = "group"'
    in_the_zoo forks 2 '(sleep 98 & echo $! >>born) &' 'exec sleep 99'
    stops_whole forks
}

@test "a grandchild in a session of its own is out of reach of kill = group, and is named" {
    mkdir -p srv/away
    rules away '[stop]' 'kill = "group"'
    in_the_zoo away 2 'setsid sh -c "echo \$\$ >>born; exec sleep 98" &' 'exec sleep 99'
    grandchild=$(sed -n 2p srv/away/born)
    gives 0 holdfast stop away
    err "away: pid $grandchild (sleep) of it is still there"
    if gone "$grandchild"; then false; fi
    kill "$grandchild"
}

@test "... also when its parent has left, and with --all-processes, which end those of the same session" {
    in_the_zoo away 2 'setsid sh -c "sleep 98 & echo \$! >>born" &' 'exec sleep 99'
    grandchild=$(sed -n 2p srv/away/born)
    wait_for gone "$(ps -o sid= -p "$grandchild" | tr -d ' ')" # its parent
    gives 0 holdfast stop --all-processes away
    err "away: pid $grandchild (sleep) of it is still there"
    kill "$grandchild"
}

@test "sh | tee: TERM ends the shell in front, kill = group the rest" {
    mkdir -p srv/pipe
    rules pipe '[stop]' 'kill = "group"'
    in_the_zoo pipe 3 \
        '{ echo $(exec sh -c "echo \$PPID") >>born; while :; do echo line; sleep 0.05; done; } |' \
        'sh -c "echo \$\$ >>born; exec tee copy" >/dev/null'
    stops_whole pipe
}

@test "sh | tee: without it the pipe is named" {
    in_the_zoo pipe 2 'sleep 98 | sh -c "echo \$\$ >>born; exec tee copy" >/dev/null'
    gives 0 holdfast stop pipe
    err "$(sed -n 2p srv/pipe/born) (tee)"
}

# Five generations, each of which starts two: 63 processes, and new ones while they are being ended.
bomb='./bomb 5; wait'
set_bomb() { # NAME
    mkdir -p "srv/$1"
    printf '%s\n' '#!/bin/sh' 'echo $$ >>born' 'trap "" TERM' \
        '[ "$1" = 0 ] || { ./bomb $(($1 - 1)) & ./bomb $(($1 - 1)) & }' \
        'while :; do sleep 0.1; done' >"srv/$1/bomb"
    chmod 755 "srv/$1/bomb"
}

@test "a fork bomb, in the middle of it: kill = group" {
    set_bomb bomb
    rules bomb '[stop]' 'kill = "group"' 'timeout = "100ms"'
    in_the_zoo bomb 10 "$bomb"
    stops_whole bomb
}

@test "... and all that ignore TERM are ended by --all-processes" {
    set_bomb bomb
    in_the_zoo bomb 64 "$bomb"
    stops_whole bomb --all-processes
}

@test "one that was stopped by SIGSTOP: CONT follows its signal" {
    in_the_zoo frozen 1 'trap "echo TERM >got; exit" TERM' 'while :; do sleep 0.02; done'
    kill -STOP "$(cat srv/frozen/born)"
    stops_whole frozen
    [ "$(cat srv/frozen/got)" = TERM ]
}

@test "... also where its whole group was, which only KILL reaches" {
    mkdir -p srv/frozen
    rules frozen '[stop]' 'kill = "group"' 'timeout = "200ms"'
    in_the_zoo frozen 2 'trap "" TERM' 'sleep 98 & echo $! >>born' 'while :; do sleep 0.02; done'
    kill -STOP -- "-$(head -n 1 srv/frozen/born)"
    stops_whole frozen
}

# KILL does not reach who waits for a file system whose server has taken the request, and waits itself.
hangs() {
    needs_root
    [ -e /dev/fuse ] || skip 'NOT RUN: no /dev/fuse here'
    mkdir back between mounted
    echo text >back/file
    start bindfs -f back between
    server=$started
    wait_for test -e between/file
    start bindfs -f between mounted
    wait_for test -e mounted/file
}

teardown() {
    if [ -n "${server-}" ]; then
        kill -CONT "$server" 2>/dev/null || true
        end_all "$hf_test" || true
        umount -l "$hf_test/scratch/mounted" "$hf_test/scratch/between" 2>/dev/null || true
    fi
    hf_teardown
}

@test "uninterruptible: not even KILL ends it; stop names it, why says what it waits for" {
    hangs
    mkdir -p srv/stuck
    rules stuck '[stop]' 'timeout = "100ms"'
    in_the_zoo stuck 1 'until [ -e go ]; do sleep 0.02; done' 'exec cat ../../mounted/file'
    kill -STOP "$server"
    wait_for '! grep -L "^State:.T" /proc/$server/task/*/status | grep -q .'
    touch srv/stuck/go
    pid=$(pid_of service/stuck)
    wait_for '[ "$(cat "/proc/$pid/comm")" = cat ] && field "$pid" State | grep -q "^[SD]"'
    gives 1 holdfast stop --wait 2 stuck
    err "stuck is not down yet: its process (pid $pid) has not exited"
    run holdfast why stuck
    [[ $output == *'waits for a disk or a file system that does not answer'*"pid $pid (cat)"* ]]
    kill -CONT "$server"
    wait_for rests stuck
    none_left stuck
}
