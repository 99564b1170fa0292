#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# USR2: svscan becomes the program that is on disk now. And back, if that does not work.

load lib
load services

setup() {
    hf_setup
    mkdir programs sv
    cp "$HF_BIN"/svscan "$HF_BIN"/holdfast-engine programs/
    service sv/a
    start programs/svscan sv 2>messages
    guardian=$started
    wait_for says sv/a ': up'
    before=$(pid_of sv/a)
}

engine() { # of the guardian
    local stat
    for stat in /proc/[0-9]*/stat; do
        if grep -q "(holdfast-engine) [A-Z] $guardian " "$stat" 2>/dev/null; then
            stat=${stat%/stat}
            echo "${stat##*/}"
        fi
    done
}

replace() { # PROGRAM CONTENT
    printf '%s' "$2" >programs/new
    chmod 755 programs/new
    mv programs/new "programs/$1"
}

obeys() {
    svc -t sv/a
    wait_for '[ "$(pid_of sv/a)" != "$before" ] && says sv/a ": up"'
}

@test "the program on disk takes over: same pids, and orders are obeyed" {
    old_engine=$(engine)
    cp programs/svscan programs/new && mv programs/new programs/svscan
    inode=$(stat -c %i programs/svscan)
    kill -USR2 "$guardian"
    wait_for '[ "$(stat -Lc %i /proc/$guardian/exe)" = "$inode" ]'
    wait_for '[ -n "$(engine)" ] && [ "$(engine)" != "$old_engine" ]'
    wait_for says sv/a ': up'
    [ "$(pid_of sv/a)" = "$before" ]
    ! grep -qz HOLDFAST "/proc/$guardian/environ" || ! grep -qz HOLDFAST_LEGACY "/proc/$before/environ"
    obeys
    ! grep -qz HOLDFAST_LEGACY "/proc/$(pid_of sv/a)/environ"
}

@test "an svscan that does not run is not tried, and that is said" {
    replace svscan garbage
    kill -USR2 "$guardian"
    wait_for grep -q 'svscan does not run: not upgraded' messages
    [ "$(pid_of sv/a)" = "$before" ]
    obeys
}

@test "an engine that cannot run: the one before goes on" {
    replace holdfast-engine garbage
    kill -USR2 "$guardian"
    wait_for grep -q 'going back to the engine that ran before' messages
    obeys
}

@test "an engine that ends at once: the one before goes on" {
    replace holdfast-engine '#!/bin/sh
exit 3
'
    kill -USR2 "$guardian"
    wait_for grep -q 'the engine exited with 3' messages
    wait_for grep -q 'going back to the engine that ran before' messages
    obeys
}

@test "no engine at all on disk: the one before goes on" {
    rm programs/holdfast-engine
    kill -KILL "$(engine)"
    wait_for grep -q 'going back to the engine that ran before' messages
    obeys
}
