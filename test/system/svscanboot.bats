# SPDX-License-Identifier: MIT
# svscanboot in a root of its own, where /etc/service and /service are its to use.
# shellcheck disable=SC2016,SC2154 # scripts in quotes; variables of lib.bash
load lib

setup() {
    hf_setup
    needs_root
    export -f talking_service booted only_svscan
}

# A service in $1 that says on both streams what it sees, and keeps it in the scratch directory.
talking_service() {
    service "$1" "env | grep -vE '^(_|SHLVL|OLDPWD|PWD)=' >$PWD/env
        readlink /proc/self/fd/0 >$PWD/input
        echo on output; echo on error >&2; exec sleep 99"
}

# Starts svscanboot and waits until readproctitle shows what the service said.
booted() {
    start /command/svscanboot "$@"
    wait_for 'grep -qs "on error" /proc/[0-9]*/cmdline'
}

only_svscan() { ps -o pid= -C svscan | head -n 1 | tr -d ' '; }

tree() {
    talking_service /etc/service/talk
    HOME=/root SECRET=x booted
    cat env input
    ps -o args= -C readproctitle | sed -e 's/\.\.\.\.*/.../' -e 's/ *$//'
    ps -o args= -C readproctitle | tr -dc . | wc -c
    readlink "/proc/$(only_svscan)/cwd" "/proc/$(only_svscan)/fd/0"
}

@test "services see a PATH and nothing else; what nobody logs is shown by readproctitle" {
    same apart in_own_root tree
    has '> PATH=/command:/usr/local/bin:/usr/local/sbin:/bin:/sbin:/usr/bin:/usr/sbin:/usr/X11R6/bin'
    has '> readproctitle service errors: ...on output on error'
    has '> /dev/null'
}

missing_folder() {
    rmdir /etc/service
    start /command/svscanboot
    wait_for gone "$started"
    echo ended
}

@test "no folder of services: nothing is said, svscanboot ends" {
    same apart in_own_root missing_folder
    has '> ended'
}

named_folder() {
    talking_service /etc/service/talk
    mkdir /other
    talking_service /other/talk
    booted /other/
    readlink "/proc/$(ps -o pid= -C sleep | head -n 1 | tr -d ' ')/cwd"
}

@test "the folder may be named; the original ignores the argument that its own unit gives" {
    differs apart in_own_root named_folder --ours '> /other/talk' '= 0' \
        --oracle '> /etc/service/talk' '= 0'
}

both_folders() {
    talking_service /etc/service/talk
    mkdir /service
    talking_service /service/talk
    booted
    readlink "/proc/$(ps -o pid= -C sleep | head -n 1 | tr -d ' ')/cwd"
}

@test "/service, where the original's manual puts it, comes before /etc/service" {
    differs apart in_own_root both_folders --ours '> /service/talk' '= 0' \
        --oracle '> /etc/service/talk' '= 0'
}

svscan_dies() {
    talking_service /etc/service/talk
    booted
    kill -KILL "$(only_svscan)"
    wait_for '! only_svscan | grep -q .'
    if [ "$side" = ours ]; then wait_for gone "$started"; fi
    if gone "$started"; then echo svscanboot ended; else echo svscanboot stays; fi
    ps -o comm= -C sleep
}

@test "svscanboot ends with svscan, so that init starts it again, and lets the services live" {
    differs apart in_own_root svscan_dies --ours '> svscanboot ended' '> sleep' '= 0' \
        --oracle '> svscanboot stays' '> sleep' '= 0'
}

readproctitle_dies() {
    service /etc/service/talk "echo x >>$PWD/starts; while :; do echo on output; echo on error >&2; sleep 0.1; done"
    booted
    first=$(pgrep -x readproctitle)
    kill "$first"
    wait_for '[ -n "$(pgrep -x readproctitle)" ] && [ "$(pgrep -x readproctitle)" != "$first" ]'
    wait_for 'grep -qs "on error" "/proc/$(pgrep -x readproctitle)/cmdline"'
    wc -l <starts
}

@test "a readproctitle that is killed is started again, and harms no service" {
    export -f readproctitle_dies
    ours apart in_own_root readproctitle_dies
    shows '> 1' '= 0'
}

again() {
    talking_service /etc/service/talk
    booted
    service=$(pgrep -x sleep)
    start /command/svscanboot
    wait_for '[ $(pgrep -cx readproctitle) = 2 ] || gone "$started"'
    if [ "$side" = oracle ]; then wait_for gone "$service"; fi
    if gone "$service"; then echo was stopped; else echo runs on; fi
}

@test "a second svscanboot does not stop what runs" {
    differs apart in_own_root again --ours '> runs on' '= 0' --oracle '> was stopped' '= 0'
}

found_beside() {
    mkdir beside
    cp /command/* beside/
    printf '#!/bin/sh\necho this one >%s\n' "$PWD/said" >beside/svscan
    printf '#!/bin/sh\necho the other >%s\n' "$PWD/said" >/command/svscan
    chmod 755 beside/svscan /command/svscan
    ln -s "$PWD/beside/svscanboot" link
    start ./link
    wait_for test -s said
    cat said
}

@test "svscanboot starts the svscan that it was installed with, not another in its PATH" {
    ours apart in_own_root found_beside
    shows '> this one' '= 0'
}
