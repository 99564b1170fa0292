#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2154 # scripts of services; names for and from lib.bash
# [ready] by = "log": a line of its log shows that a service is ready; a line of this process, and of no
# other, whatever becomes of those who read it.

load lib
load services

setup() { setup_names; }

# Writes what stands in `say`, a line when that is there, to its log: `lines`.
speaker() { # NAME PATTERN [LINE...]
    deploy "$1" '#!/bin/sh' 'exec 2>&1' 'echo starting' 'while [ ! -e end ]; do' \
        'if [ -e say ]; then mv say said && cat said; fi; sleep 0.02; done' 'exit 1'
    mkdir -p "srv/$1/log"
    printf '%s\n' '#!/bin/sh' 'exec cat >>../lines' >"srv/$1/log/run"
    chmod 755 "srv/$1/log/run"
    rules "$1" '[ready]' 'by = "log"' "log = '$2'" "${@:3}"
}
say_in() { # NAME TEXT: and it has come to the log
    printf '%b\n' "$2" >"srv/$1/new"
    mv "srv/$1/new" "srv/$1/say"
    wait_for grep -qF -- "$(printf '%b\n' "$2" | tail -n 1)" "srv/$1/lines"
}
# The engine has had its turn, twice, since the line was in the log.
still_not_ready() { # NAME
    local count
    for _ in one two; do
        count=$(holdfast events "$1" | wc -l)
        svc -c "service/$1"
        wait_for "[ \$(holdfast events $1 | wc -l) -gt $count ]"
    done
    is_not_ready "$1"
}
watchers() { pgrep -P "$scanner" -x holdfast-label | wc -l; }
standbys() { pgrep -P "$scanner" -x label-standby | wc -l; }
@test "ready by the first line that has the pattern; the log has all lines, unchanged" {
    speaker web '^Listening on port [0-9]+$'
    looked_after
    wait_for grep -q starting srv/web/lines
    say_in web 'not Listening on port 80'
    say_in web 'Listening on port 80 soon'
    still_not_ready web
    run holdfast why web
    [ "$status" = 10 ]
    [[ $output == *'no line of its output has had the pattern ^Listening on port [0-9]+$ yet'* ]]
    say_in web 'Listening on port 8080'
    wait_for is_ready web
    say_in web 'Listening on port 8081'
    say_in web 'the last'
    run holdfast why web
    [ "$status" = 0 ]
    [ "$(events_of web | grep -c '^ready$')" = 1 ]
    printf '%s\n' starting 'not Listening on port 80' 'Listening on port 80 soon' \
        'Listening on port 8080' 'Listening on port 8081' 'the last' | cmp - srv/web/lines
    pid=$(pid_of service/web)
    [ "$(cd "/proc/$pid/fd" && echo 0 1 2)" = '0 1 2' ]
    [ ! -e "/proc/$pid/fd/3" ]
    [ ! -s messages ]
}

@test "DOS's line ends, a NUL, a line in pieces, and one that is longer than anything" {
    speaker web '^up at [0-9]$'
    deploy pieces '#!/bin/sh' 'printf "up "; printf "at 7"; echo >written' \
        'until [ -e go ]; do sleep 0.02; done' 'printf "\r\n"' 'exec sleep 999'
    rules pieces '[ready]' 'by = "log"' 'log = "^up at 7$"'
    looked_after
    wait_for grep -q starting srv/web/lines
    head -c 100000 /dev/zero | tr '\0' x >srv/web/new
    printf 'up at 7\n' >>srv/web/new # in the same line
    mv srv/web/new srv/web/say
    wait_for grep -q 'xup at 7' srv/web/lines
    printf 'up at 7\0\n' >srv/web/new
    mv srv/web/new srv/web/say
    say_in web behind
    still_not_ready web
    wait_for test -e srv/pieces/written
    is_not_ready pieces
    touch srv/pieces/go
    wait_for is_ready pieces
}

@test "lines of the process before do not count: read late, or of what it has left behind" {
    speaker web ready
    printf '%s\n' '#!/bin/sh' '[ ! -e second ] || exec sleep 999' \
        '(trap "" HUP; until [ -e late ]; do sleep 0.02; done; echo ready; echo >told) &' \
        'echo starting' 'until [ -e now ]; do sleep 0.02; done' 'echo ready' 'echo >said' \
        'exec sleep 999' >srv/web/run
    looked_after
    wait_for grep -q starting srv/web/lines
    watcher=$(pgrep -P "$scanner" -x holdfast-label)
    kill -STOP "$watcher"
    touch srv/web/now
    wait_for test -e srv/web/said
    touch srv/web/second
    pid=$(pid_of service/web)
    svc -k service/web
    wait_for changed service/web "$pid"
    kill -CONT "$watcher"
    wait_for grep -q ready srv/web/lines
    touch srv/web/late
    wait_for gone "$watcher"
    [ "$(grep -c ready srv/web/lines)" = 2 ]
    still_not_ready web
}

@test "the engine is killed before the line, between it and the record, and after" {
    speaker web ready
    looked_after
    wait_for grep -q starting srv/web/lines
    pid=$(pid_of service/web)
    new_engine
    is_not_ready web
    old=$(engine)
    kill -STOP "$old"
    say_in web ready
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for is_ready web
    new_engine
    is_ready web
    [ "$(pid_of service/web)" = "$pid" ]
    [ "$(events_of web | grep -c '^ready$')" = 1 ]
}

@test "who reads is killed, and the other, again and again: no line is lost, and the word is heard" {
    deploy web '#!/bin/sh' 'i=0; until [ -e go ]; do i=$((i+1)); echo "line $i"; done' 'echo ready' \
        'echo "$i" >count' 'exec sleep 999'
    mkdir srv/web/log
    printf '%s\n' '#!/bin/sh' 'exec cat >>../lines' >srv/web/log/run
    chmod 755 srv/web/log/run
    rules web '[ready]' 'by = "log"' 'log = "^ready$"'
    looked_after
    wait_for lines srv/web/lines 100
    for _ in {1..10}; do
        wait_for '[ "$(watchers) $(standbys)" = "1 1" ]'
        count=$(wc -l <srv/web/lines)
        kill -KILL "$(pgrep -P "$scanner" -x holdfast-label)"
        wait_for lines srv/web/lines $((count + 1))
    done
    touch srv/web/go
    wait_for is_ready web
    wait_for grep -qx ready srv/web/lines
    { seq -f 'line %.0f' "$(cat srv/web/count)"; echo ready; } | cmp - srv/web/lines
}

@test "its logger is restarted, or another: that does not matter" {
    speaker web ready
    looked_after
    wait_for grep -q starting srv/web/lines
    svc -t service/web/log
    wait_for '[ "$(deaths service/web/log)" = 1 ]'
    say_in web ready
    wait_for is_ready web
}

@test "without a log, and with names before its lines" {
    deploy plain '#!/bin/sh' 'until [ -e go ]; do sleep 0.02; done' 'echo ready' 'exec sleep 999'
    rules plain '[ready]' 'by = "log"' 'log = "^ready$"'
    start svscan --prefix-output service >out 2>>messages
    scanner=$started
    wait_for is_not_ready plain
    touch srv/plain/go
    wait_for is_ready plain
    wait_for grep -q 'Z plain: ready$' out
    [ "$(wc -l <out)" = 1 ]
    kill -TERM "$scanner"
    left "$scanner" >how
    [ "$(cat how)" = 'ended with 0' ]
}

@test "standard error is not its log, and stays where it was" {
    deploy web '#!/bin/sh' 'echo ready >&2' 'echo starting' 'echo >said' 'exec sleep 999'
    mkdir srv/web/log
    printf '%s\n' '#!/bin/sh' 'exec cat >>../lines' >srv/web/log/run
    chmod 755 srv/web/log/run
    rules web '[ready]' 'by = "log"' 'log = "ready"'
    looked_after
    wait_for grep -q starting srv/web/lines
    wait_for grep -qx ready messages
    still_not_ready web
    [ "$(cat srv/web/lines)" = starting ]
}

@test "where its output is appended to a file" {
    deploy plain '#!/bin/sh' 'until [ -e go ]; do sleep 0.02; done' 'echo one; echo ready; echo two' \
        'exec sleep 999'
    rules plain '[ready]' 'by = "log"' 'log = "ready"'
    start svscan service >>out 2>>messages
    scanner=$started
    wait_for is_not_ready plain
    touch srv/plain/go
    wait_for is_ready plain
    wait_for lines out 3
    [ "$(cat out)" = $'one\nready\ntwo' ]
}

@test "as another user; the user's process, and who reads ends with it" {
    needs_root
    speaker web ready '[process]' 'user = "daemon"'
    chmod 755 .
    chmod 777 srv/web
    looked_after
    wait_for grep -q starting srv/web/lines
    [ "$(field "$(pid_of service/web)" Uid)" = $'1\t1\t1\t1' ]
    say_in web ready
    wait_for is_ready web
    svc -dx service/web
    wait_for '[ "$(watchers)$(standbys)" = 00 ]'
}

@test "holdfast-label is missing: the service is not started, and it is said" {
    other_program holdfast-label
    deploy web
    rules web '[ready]' 'by = "log"' 'log = "ready"'
    looked_after
    wait_for grep -q 'unable to start web by .*/holdfast-label: file does not exist' messages
    says service/web ': down'
}

@test "a pattern that is none is a fault of the file" {
    deploy web
    rules web '[ready]' 'by = "log"' 'log = "("'
    run holdfast-rules srv/web
    [ "$status" = 1 ]
    [[ $output == *'[ready] log: '* ]]
    run holdfast-label --ready 1:x web true
    [ "$status" = 100 ]
    run holdfast-label --ready x web true
    [ "$status" = 100 ]
    run holdfast-label --ready '3:(' web true 3>/dev/null
    [ "$status" = 111 ]
}
