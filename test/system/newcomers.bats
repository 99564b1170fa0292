#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # programs expand their own; $started is lib's
# Directories that are made, copied, or whose folder is made again while svscan runs.

load lib
load services

made_file_by_file() {
    mkdir sv
    service sv/other
    scanning sv 2>words
    up sv/other
    mkdir sv/made
    : >sv/made/down
    printf '#!/bin/sh\n: >ran\nexec sleep 99\n' >sv/made/run
    chmod 755 sv/made/run
    wait_for test -p sv/made/supervise/control
    svc -u sv/other
    svstat sv/made | sed 's/ [0-9]* seconds//'
    [ -e sv/made/ran ] && echo "was started"
    cat words
}
@test "a service that is made file by file is taken when it is whole: down is obeyed" {
    ours made_file_by_file
    shows '> sv/made: down' '= 0'
}

copied_while_up() {
    mkdir sv one
    service one
    ln -s ../one sv/
    scanning sv
    up sv/one
    first=$(pid_of sv/one)
    cp -a one two
    ln -s ../two sv/
    wait_for '[ "$(svstat sv/two | grep -c ": up")" = 1 ]'
    [ "$(pid_of sv/two)" != "$first" ] && echo "a process of its own"
    svc -d sv/two
    wait_for '! svstat sv/two | grep -q ": up"'
    [ "$(pid_of sv/one)" = "$first" ] && echo "the first one lives"
}
@test "a copy of a running service's directory is a service of its own" {
    ours copied_while_up
    has '> a process of its own'
    has '> the first one lives'
}

folder_made_again() {
    mkdir sv a b
    service a
    service b
    ln -s ../a sv/
    scanning sv 2>words
    up sv/a
    first=$(pid_of sv/a)
    rm -r sv
    mkdir sv
    ln -s ../a ../b sv/
    up sv/b
    [ "$(pid_of sv/a)" = "$first" ] && echo "the same process"
}
@test "a scan directory that is removed and made again is the scan directory" {
    ours folder_made_again
    has '> the same process'
}

folder_gone() {
    mkdir sv a
    service a
    ln -s ../a sv/
    scanning sv 2>words
    up sv/a
    rm -r sv
    wait_for grep -q 'unable to find .*/sv: file does not exist' words
    svstat a | grep -c ': up'
}
@test "a scan directory that is removed: it is said, and running services keep running" {
    ours folder_gone
    has '> 1'
}

linked_and_ordered() {
    mkdir sv
    service sv/other
    scanning sv
    up sv/other
    for name in 1 2 3 4 5 6 7 8 9; do
        service "a$name"
        touch "a$name/down"
        ln -s "../a$name" sv/
        svc -u "sv/a$name"
    done
    wait_for '[ "$(svstat sv/a* | grep -c ": up")" = 9 ]'
    echo obeyed
}
@test "an order right after the link is obeyed" {
    ours linked_and_ordered
    shows '> obeyed' '= 0'
}

# What the process that the order started has written, for a service that is linked and for one that
# stands in the scan directory itself. The first is less than a second old, and so waits.
logged_and_ordered() {
    mkdir sv
    for name in sv/young linked sv/inside; do service "$name" 'echo "$$ speaks"; exec sleep 99'; done
    ln -s ../linked sv/
    scanning sv >words
    for name in young linked inside; do
        up "sv/$name"
        first=$(pid_of "sv/$name")
        mkdir "sv/$name/log"
        printf '#!/bin/sh\nexec multilog ./main\n' >"sv/$name/log/run"
        chmod 755 "sv/$name/log/run"
        svc -t "sv/$name"
        wait_for changed "sv/$name" "$first"
        wait_for "grep -qx '$(pid_of "sv/$name") speaks' sv/$name/log/main/current"
    done
    echo logged
}
@test "a log that is made right before svc -t takes what the next process writes" {
    ours logged_and_ordered
    shows '> logged' '= 0'
}

# The engine is slow to watch the directory: the log comes after it was looked for, and before that.
@test "a log that comes in the moment in which its service is taken is found" {
    mkdir service srv
    other_program holdfast-engine '#!/bin/sh' \
        "exec strace -D -o $PWD/trace -e trace=inotify_add_watch -e inject=inotify_add_watch:delay_enter=1s:when=2 $HF_BIN/holdfast-engine \"\$@\""
    looked_after
    wait_for grep -q inotify_add_watch trace
    deploy web '#!/bin/sh' 'while echo a line; do sleep 0.1; done'
    wait_for svok service/web
    mkdir srv/web/log
    printf '%s\n' '#!/bin/sh' "exec multilog $PWD/main" >srv/web/log/run
    chmod 755 srv/web/log/run
    svc -t service/web
    wait_for test -s main/current
}
