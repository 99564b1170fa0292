# SPDX-License-Identifier: MIT
# What the history tells why: who ordered it, since when it goes round and round, and how it ended
# before.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

deaths() { od -An -tu4 -j68 -N4 "service/$1/supervise/status" | tr -d ' '; }

@test "W160 ordered down, by whom and when" {
    needs_root
    looked_after
    deploy web
    up service/web
    SUDO_UID=65534 holdfast stop web --folder service
    cause web ordered-down 3
    says_too 'it was ordered down (svc -d) by nobody, at '
}

@test "W161 paused, by whom" {
    looked_after
    deploy web
    up service/web
    svc -p service/web
    wait_for says service/web paused
    cause web paused 3
    says_too "by $(id -un), at "
}

@test "W162 the loop: how often, since when, how fast" {
    deploy web '#!/bin/sh' 'exit 3'
    looked_after
    died web 3
    cause web exits 7
    grep -qE 'it has ended [0-9]+ times since [0-9:]{8} \(.*ago\), about every 1 second;' answer
}

@test "W163 a loop ends when somebody stops it, and one life is no loop" {
    deploy web '#!/bin/sh' 'if [ -e good ]; then exec sleep 99; fi' 'exit 3'
    looked_after
    died web 2
    touch srv/web/good
    up service/web
    holdfast restart web --folder service
    well web
    says_too '"restarted"'
    says_too "sent SIGTERM by $(id -un)"
}

@test "W164 a death that was ordered is no riddle, and costs no time" {
    looked_after
    deploy web
    up service/web
    first=$(pid_of service/web)
    svc -k service/web
    wait_for changed service/web "$first"
    begin=${EPOCHREALTIME/./}
    well web
    took=$((${EPOCHREALTIME/./} - begin))
    says_too "sent SIGKILL by $(id -un)"
    echo "$took microseconds"
    [ "$took" -lt 1000000 ]
}

@test "W165 killed by somebody, once: it is up again, and that is a note" {
    looked_after
    deploy web
    up service/web
    first=$(pid_of service/web)
    kill -KILL "$first"
    wait_for changed service/web "$first"
    well web
    says_too 'ended after'
    says_too 'SIGKILL'
}

@test "W166 the end of its supervision, by whom" {
    looked_after
    deploy web
    up service/web
    svc -dx service/web
    wait_for '! svok service/web'
    cause web not-taken 1
    says_too "(svc -x) by $(id -un), at "
}
