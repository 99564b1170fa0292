#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A file system whose server does not answer: the services elsewhere do not notice for long.

load lib
load services

setup() {
    hf_setup
    needs_root
    [ -e /dev/fuse ] || skip "NOT RUN: no /dev/fuse here"
    mkdir back mounted sv
    service back/one
    service back/two
    service good
    start bindfs -f back mounted
    server=$started
    wait_for test -d mounted/one
    ln -s ../mounted/one ../mounted/two ../good sv/
    start svscan sv 2>messages
    wait_for says sv/one ': up'
    wait_for says sv/two ': up'
    wait_for says sv/good ': up'
}

teardown() {
    kill -CONT "$server" 2>/dev/null || true
    end_all "$hf_test" || true
    umount -l "$hf_test/scratch/mounted" 2>/dev/null || true
    hf_teardown
}

@test "a file system hangs: others are restarted meanwhile, and it is taken up again after" {
    one=$(pid_of sv/one)
    two=$(pid_of sv/two)
    good=$(pid_of sv/good)
    kill -STOP "$server"
    # Not one of its threads may take a request any more: whoever waits for that cannot be killed.
    wait_for '! grep -L "^State:.T" /proc/$server/task/*/status | grep -q .'
    kill -KILL "$one" # the engine wants to restart it, and gets stuck
    kill -KILL "$good"
    wait_for '[ "$(pid_of sv/good)" != "$good" ] && says sv/good ": up"' # and the other still hangs
    wait_for grep -q 'the engine was killed by signal 14 (stuck) at one' messages
    grep -q 'unable to reach two: timed out' messages
    kill -CONT "$server"
    wait_for '[ "$(pid_of sv/one)" != "$one" ] && says sv/one ": up"'
    wait_for says sv/two ': up'
    [ "$(pid_of sv/two)" = "$two" ]
}
