# SPDX-License-Identifier: MIT
# The first links of the chain: a name in the scan directory, a directory, a supervision.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

@test "W01 not linked" {
    looked_after
    cause web not-linked 1
}

@test "W02 a directory that nobody supervises" {
    looked_after
    mkdir elsewhere
    cause ./elsewhere not-linked 1
    says_too "ln -s $PWD/elsewhere service/"
}

@test "W03 a link that leads to nothing" {
    looked_after
    ln -s ../srv/gone service/web
    cause web link-dangling 1
    says_too ../srv/gone
}

@test "W04 a name that svscan ignores" {
    looked_after
    deploy .web
    cause .web name-hidden 1
}

@test "W05 a file where a directory should be" {
    looked_after
    touch service/web
    cause web not-a-directory 1
    says_too 'move it out of'
    rm service/web
    touch srv/file
    ln -s ../srv/file service/web
    cause web not-a-directory 1
    says_too 'leads to ../srv/file'
    says_too 'ln -sfn /the/right/directory service/web'
}

@test "W06 no svscan for this directory: there is none, or it runs on another" {
    deploy web
    rc=0
    holdfast why web --folder service >answer || rc=$?
    [ "$rc" = 1 ]
    grep -qE 'no svscan is running|supervises another directory' answer
}

@test "W07 svscan supervises another directory" {
    mkdir other
    start svscan other
    deploy web
    wait_for '[ "$(readlink /proc/'"$started"'/cwd)" = "$PWD/other" ]'
    cause web svscan-elsewhere 1
    says_too "$PWD/other"
}

@test "W08 svscan itself is stopped" {
    looked_after
    deploy first
    up service/first
    kill -STOP "$(engine)" "$scanner"
    deploy web
    cause web not-taken 1
    says_too "kill -CONT $scanner"
    kill -CONT "$scanner" "$(engine)"
}

@test "W09 something else holds the lock" {
    mkdir -p srv/web/supervise
    start setlock srv/web/supervise/lock sleep 99
    wait_for test -e srv/web/supervise/lock
    wait_for '! setlock -n srv/web/supervise/lock true'
    looked_after
    deploy web
    wait_for grep -q lock messages
    cause web foreign-lock 1
}

@test "W10 a file where a named pipe should be" {
    mkdir -p srv/web/supervise
    touch srv/web/supervise/control
    looked_after
    deploy web
    wait_for grep -q control messages
    cause web supervise-unusable 1
}

@test "W11 a file where the directory supervise should be" {
    mkdir -p srv/web
    touch srv/web/supervise
    looked_after
    deploy web
    wait_for test -s messages
    cause web supervise-unusable 1
}

@test "W12 no scan directory" {
    rmdir service
    cause web folder-missing 1
}

@test "W13 a directory that one may not look into" {
    needs_root
    looked_after
    deploy web
    up service/web
    chmod 700 srv
    rc=0
    setuidgid nobody holdfast why web --folder service >answer || rc=$?
    [ "$rc" = 1 ]
    grep -q sudo answer
}

@test "W14 its supervision was ended by a command" {
    looked_after
    deploy web
    up service/web
    svc -dx service/web
    wait_for '! svok service/web'
    cause web not-taken 1
    says_too 'svc -x'
}

without_any() {
    deploy web
    cause web no-svscan 1
    says_too 'svscan service'
}

@test "W15 no svscan at all" {
    needs_root
    export -f deploy cause answers says_too
    apart without_any
}

without_its_svscan() {
    looked_after
    deploy web
    up service/web
    pid=$(pid_of service/web)
    kill -KILL "$scanner"
    wait_for '! svok service/web'
    cause web no-svscan 1
    says_too "its process (pid $pid) runs on"
    says_too 'no second copy'
}

@test "W15 a svscan that was killed: what it left runs on" {
    needs_root
    export -f looked_after up says pid_of deploy cause answers says_too
    apart without_its_svscan
}

@test "W16 svscan is stopping everything, and this has exited already" {
    looked_after
    deploy slow '#!/bin/sh' "trap '' TERM" 'touch ready' 'while :; do sleep 0.1; done'
    deploy web
    up service/web
    wait_for test -e srv/slow/ready
    kill -TERM "$scanner"
    wait_for '! svok service/web'
    cause web svscan-stopping 1
    says_too 'svscan is stopping everything'
    if grep -q 'HUP\|svc -x' answer; then cat answer && false; fi
    cause slow svscan-stopping 1
    says_too 'has not exited yet'
}
