#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
# service.toml: one that is refused, and what one has decided.

load why

noted() { # NAME CAUSE
    holdfast why "$1" --folder service --json >answer
    grep -qF "\"cause\": \"$2\"" answer || { cat answer && false; }
}

@test "W361 refused, and never right: it is not started" {
    deploy web
    rules web '[stop]' 'timeot = "5s"' 'kill = "tree"'
    looked_after
    wait_for grep -q 'not started' messages
    cause web rules-refused 2
    says_too 'did you mean timeout?'
    says_too 'srv/web/service.toml:2'
    says_too '3:1: [stop] kill = \"tree\": this version of Holdfast does not act on it yet: remove it'
    says_too 'it is not started until this is mended'
    rules web '[stop]' 'timeout = "5s"'
    svc -u service/web
    up service/web
    well web
}

@test "W362 refused, and right before: a note, and the rules of before stay in force" {
    deploy web
    rules web '[stop]' 'timeout = "5s"'
    looked_after
    up service/web
    rules web 'nonsense'
    svc -c service/web
    wait_for test -e srv/web/supervise/rules.refused
    well web
    noted web rules-refused
    says_too 'the rules that were accepted before stay in force'
}

@test "W363 check finds every fault before the service is started, and is told whose the file must be" {
    needs_root
    deploy web
    rules web '[restart]' 'when = "sometimes"' 'delay = 5'
    finds web rules-refused 2
    says_too 'sometimes'
    says_too 'a unit is missing'
    rules web '[restart]'
    chown 1234 srv/web/service.toml
    finds web rules-refused 2
    says_too 'it belongs to user 1234'
    chown 0 srv/web/service.toml
    finds web null 0
}

@test "W364 it gave up: how often it failed, and how" {
    deploy web '#!/bin/sh' 'exit 7'
    rules web '[restart]' 'delay = "10ms"' 'give_up = 3'
    looked_after
    wait_for rests web
    cause web gave-up 7
    says_too 'it failed 3 times in a row'
    says_too 'exit code 7'
    svc -d service/web
    cause web ordered-down 3
}

@test "W365 it asked to stay down" {
    deploy web '#!/bin/sh' 'exit 100'
    rules web '[restart]' 'stop_on = [100]'
    looked_after
    wait_for rests web
    cause web asked-down 3
    says_too 'code 100'
}

@test "W366 it has succeeded, and is started again only after a failure" {
    deploy job '#!/bin/sh' 'exit 0'
    rules job '[restart]' 'when = "failure"'
    deploy once '#!/bin/sh' 'exit 3'
    rules once '[restart]' 'when = "never"'
    looked_after
    wait_for rests job
    wait_for rests once
    cause job ran-once 3
    says_too 'it has succeeded'
    cause once ran-once 3
    says_too 'its rules never start it again'
}

@test "W368 what its rules never start again is restarted by a person, and by nothing else" {
    deploy web
    rules web '[restart]' 'when = "never"'
    looked_after
    up service/web
    pid=$(pid_of service/web)
    holdfast restart web --folder service
    changed service/web "$pid"
    svc -t service/web
    wait_for rests web
    cause web ran-once 3
    says_too 'its rules never start it again'
}

@test "W367 it backs off: when the next start is" {
    deploy web '#!/bin/sh' 'exit 7'
    rules web '[restart]' 'delay = "10m"'
    looked_after
    died web
    cause web exits 7
    says_too 'its next start is in '
    says_too ' minutes ([restart])'
    holdfast status web --folder service --json >answer || true
    grep -qE '"next_start_in_seconds": 5[0-9][0-9]\.?[0-9]*,' answer
}

@test "status tells of a file that is refused, for people and as JSON" {
    deploy web
    rules web 'nonsense'
    looked_after
    wait_for grep -q 'not started' messages
    holdfast status --folder service >table
    grep -q '^service/web/service.toml:1:.*; it is not started until this is mended$' table
    holdfast status web --folder service --json >answer || true
    says_too '"failures_in_a_row": 0'
    says_too '"next_start_in_seconds": null'
    grep -A 2 '"rules_refused"' answer | grep -q '"1:'
}
