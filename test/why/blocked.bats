# SPDX-License-Identifier: MIT
# What the kernel holds: in a file system that does not answer, or in a wait without end.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

# A file system that a program answers for, until it is stopped.
mounted() {
    needs_root
    if [ ! -e /dev/fuse ]; then skip "NOT RUN: no /dev/fuse here"; fi
    mkdir back mounted
    echo text >back/file
    start bindfs -f back mounted
    server=$started
    wait_for test -e mounted/file
}

teardown() {
    if [ -n "${server-}" ]; then
        kill -CONT "$server" 2>/dev/null || true
        end_all "$hf_test" || true
        umount -l "$hf_test/scratch/mounted" 2>/dev/null || true
    fi
    hf_teardown
}

@test "W130 it waits for a file system that does not answer" {
    mounted
    deploy web '#!/bin/sh' 'exec /usr/bin/python3 reader.py'
    python web reader.py <<END
import os, time
f = open('$PWD/mounted/file')
open('opened', 'w')
while not os.path.exists('go'): time.sleep(0.01)
f.read()
END
    looked_after
    wait_for test -e srv/web/opened
    kill -STOP "$server"
    touch srv/web/go
    wait_for 'grep -qE "folio_wait|request_wait" /proc/$(pid_of service/web)/wchan'
    cause web blocked 10
    says_too "$PWD/mounted/file"
    says_too 'fuse'
}

@test "W131 its directory is on a file system that does not answer" {
    mounted
    mkdir back/web
    deploy web
    mv srv/web/run back/web/
    rm -r srv/web
    ln -s ../mounted/web srv/web
    looked_after
    up service/web
    kill -STOP "$server"
    cause web file-system-hangs 10
    says_too "$PWD/mounted"
    finds web file-system-hangs 10
}

@test "W132 its process waits for a child that executes nothing" {
    echo 'int vfork(); unsigned sleep(unsigned); int main() { if (!vfork()) sleep(99); }' >waits.c
    mkdir -p srv/web
    gcc -w -o srv/web/waits waits.c
    deploy web '#!/bin/sh' 'exec ./waits'
    looked_after
    up service/web
    wait_for 'grep -q "State:.D" /proc/$(pid_of service/web)/status'
    cause web blocked 10
    says_too 'a child that it has made'
}

@test "W133 status shows the others, and does not wait for it" {
    mounted
    for name in one two; do
        mkdir -p "back/$name"
        deploy "$name"
        mv "srv/$name/run" "back/$name/"
        rm -r "srv/$name"
        ln -s "../mounted/$name" "srv/$name"
    done
    rm service/one service/two
    ln -s ../mounted/one ../mounted/two service/
    deploy good
    looked_after
    up service/good service/one service/two
    kill -STOP "$server"
    strace -f -o trace -e trace=poll holdfast status --folder service >answer
    grep -qE '^good +up +[0-9]' answer
    grep -qE '^one +unreachable' answer
    grep -qE '^two +unreachable' answer
    [ "$(grep -c '= 0 (Timeout)' trace)" = 1 ] # one wait, for both of them
    holdfast status --folder service --json >answer
    /usr/bin/python3 -W ignore -m jsonschema -i answer "$hf_root/doc/status.schema.json"
}
