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

environment() { tr '\0' '\n' <"/proc/$1/environ" | sort; } # PID

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
    wait_for another_engine "$old_engine"
    wait_for says sv/a ': up'
    [ "$(pid_of sv/a)" = "$before" ]
    environment "$before" >inherited
    obeys
    environment "$(pid_of sv/a)" | diff inherited - # nothing of what svscan tells itself
}

@test "an svscan that does not run is not tried, and that is said" {
    replace svscan garbage
    kill -USR2 "$guardian"
    wait_for grep -q 'svscan cannot run: not upgraded' messages
    [ "$(pid_of sv/a)" = "$before" ]
    obeys
}

@test "an engine that cannot run: the one before goes on" {
    replace holdfast-engine garbage
    kill -USR2 "$guardian"
    wait_for grep -q 'using the previous engine again' messages
    obeys
}

@test "an engine that ends at once: the one before goes on" {
    replace holdfast-engine '#!/bin/sh
exit 3
'
    kill -USR2 "$guardian"
    wait_for grep -q 'the engine exited with 3' messages
    wait_for grep -q 'using the previous engine again' messages
    obeys
}

@test "no engine at all on disk: the one before goes on" {
    rm programs/holdfast-engine
    kill -KILL "$(engine)"
    wait_for grep -q 'using the previous engine again' messages
    obeys
}

# As a version would leave it that puts the history elsewhere: from byte 1024 on, 96 slots.
move_history() { # STATUS
    /usr/bin/python3 - "$1" <<'END'
import struct, sys

def fnv1a(data):
    result = 2166136261
    for byte in data:
        result = (result ^ byte) * 16777619 & 0xffffffff
    return result

with open(sys.argv[1], "r+b") as file:
    status = bytearray(file.read())
    status[1024:1056] = status[512:544]
    struct.pack_into("<HH", status, 106, 1024, 96)
    size = struct.unpack_from("<H", status, 20)[0]
    struct.pack_into("<I", status, 24, fnv1a(status[:24] + status[28:size]))
    file.seek(0)
    file.write(status)
END
}

kill_engine() {
    local old
    old=$(engine)
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for says sv/b ': up' # it may have lived for less than a second before
    kill -KILL "$(pid_of sv/b)"
    wait_for '[ "$(deaths sv/b)" = '"$1"' ]'
}

@test "a record that is laid out anew gets a seal, by which later engines know it" {
    service sv/b
    wait_for says sv/b ': up'
    move_history sv/a/supervise/status
    kill_engine 1
    [ "$(holdfast events sv/a | wc -l)" = 1 ]
    chmod 777 sv/a/supervise
    kill_engine 2
    [ "$(pid_of sv/a)" = "$before" ]
}
