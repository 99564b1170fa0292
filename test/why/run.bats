# SPDX-License-Identifier: MIT
# The run script: whether the kernel can execute it and its interpreter understands it.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

@test "W20 no run" {
    looked_after
    mkdir srv/web
    ln -s ../srv/web service/
    wait_for svok service/web
    cause web run-missing 2
    says_too "printf '#!/bin/sh"
}

@test "W21 run is called run.sh" {
    deploy web
    mv srv/web/run srv/web/run.sh
    looked_after
    wait_for svok service/web
    cause web run-missing 2
    says_too 'run.sh'
}

@test "W22 run is not executable" {
    deploy web
    chmod 644 srv/web/run
    looked_after
    wait_for svok service/web
    cause web run-not-executable 2
    says_too 'chmod +x'
}

@test "W23 run is empty" {
    deploy web
    : >srv/web/run
    looked_after
    wait_for svok service/web
    cause web run-empty 2
    says_too "printf '#!/bin/sh"
}

@test "W24 run has no #! line" {
    deploy web 'exec sleep 99'
    looked_after
    wait_for svok service/web
    cause web run-no-interpreter 2
}

@test "W411 run is no script at all" {
    deploy web
    printf '\177ELG\0\1\2' >srv/web/run
    looked_after
    wait_for svok service/web
    cause web run-no-interpreter 2
    says_too 'neither a script nor a program'
}

@test "W25 CRLF line ends" {
    deploy web '#!/bin/sh'$'\r' 'exec sleep 99'$'\r'
    looked_after
    wait_for svok service/web
    cause web run-crlf 2
    says_too 'run:1'
}

@test "W26 CRLF in a later line" {
    deploy web '#!/bin/sh' 'exec 2>&1' 'exec sleep 99'$'\r'
    looked_after
    wait_for svok service/web
    cause web run-crlf 2
    says_too 'run:3'
}

@test "W27 a byte order mark before the #!" {
    deploy web $'\xEF\xBB\xBF#!/bin/sh' 'exec sleep 99'
    looked_after
    wait_for svok service/web
    cause web run-byte-order-mark 2
}

@test "W28 the interpreter is missing" {
    deploy web '#!/usr/local/bin/nosuchshell' 'exec sleep 99'
    looked_after
    wait_for svok service/web
    cause web interpreter-missing 2
    says_too nosuchshell
}

@test "W29 the interpreter that env looks for is missing" {
    deploy web '#!/usr/bin/env nosuchpython' 'print()'
    looked_after
    wait_for svok service/web
    cause web interpreter-missing 2
    says_too nosuchpython
}

@test "W30 a syntax error, with its line" {
    deploy web '#!/bin/sh' 'exec 2>&1' 'if true; then' 'exec sleep 99'
    looked_after
    wait_for svok service/web
    cause web run-syntax 2
    says_too 'run:5'
}

@test "W31 run is a directory" {
    looked_after
    mkdir -p srv/web/run
    ln -s ../srv/web service/
    wait_for svok service/web
    cause web run-missing 2
    says_too "mv $PWD/srv/web/run $PWD/srv/web/run.old"
}

@test "W32 run is a link that leads to nothing" {
    looked_after
    mkdir -p srv/web
    ln -s /opt/app/bin/start srv/web/run
    ln -s ../srv/web service/
    wait_for svok service/web
    cause web run-missing 2
    says_too 'leads to /opt/app/bin/start'
    says_too "ln -sfn /the/right/program $PWD/srv/web/run"
}

@test "W33 run is a program for another processor" {
    deploy web
    cp "$(command -v svok)" srv/web/run
    printf '\xF3\0' | dd of=srv/web/run bs=1 seek=18 conv=notrunc 2>/dev/null # RISC-V
    looked_after
    wait_for svok service/web
    cause web wrong-architecture 5
    says_too RISC-V
}

on_noexec() {
    mount -t tmpfs -o noexec,mode=755 none srv
    deploy web
    looked_after
    wait_for svok service/web
    cause web noexec 2
}

@test "W34 the file system is mounted noexec" {
    needs_root
    export -f deploy looked_after cause answers
    apart on_noexec
}

@test "W35 check finds the same, with nobody supervising" {
    deploy web '#!/bin/sh' 'exec setuidgid nosuchuser sleep 99'
    finds web user-missing 4
    says_too 'run:2'
    finds ./srv/web user-missing 4
    deploy good
    finds good null 0
}

# svscan of an ordinary user, whose supervision must be able to write.
looked_after_by_nobody() {
    chown -R nobody service srv
    start setuidgid nobody svscan service 2>>messages
}

@test "W36 the user of svscan may not read run" {
    needs_root
    deploy web
    looked_after_by_nobody
    chown root srv/web/run
    chmod 711 srv/web/run
    wait_for svok service/web
    cause web run-unreadable 2
    says_too 'svscan runs as nobody'
    says_too 'chmod g+r'
}

@test "W37 the user of svscan may not execute run" {
    needs_root
    deploy web
    looked_after_by_nobody
    chown root srv/web/run
    chmod 744 srv/web/run
    wait_for svok service/web
    cause web run-not-executable 2
    says_too 'svscan runs as nobody'
}
