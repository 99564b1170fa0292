#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
# holdfast-enter: what the engine gets to know of it, whom it trusts, and by hand.

load lib
load services

setup() { setup_folder; }

said() { grep -qF -- "$1" messages; }

# What the process of a service shows.
of() { field "$(pid_of "service/$1")" "$2"; }

# It could not be started, with that errno; and has no process.
not_started() { # NAME ERRNO
    [ "$(stands "service/$1" ending ending_value | tr '\n' ' ')" = "6e $(printf '%02x' "$2") 00 00 00 " ]
}

# A service that shows that it has begun, for what is to be refused.
shown() { deploy "$1" '#!/bin/sh' 'echo here >>/proc/self/cwd/here' 'exec sleep 99'; }

users() {
    needs_root
    chmod 755 . # what a service's user has to reach
}

# ---- who does it ----

@test "without holdfast-enter: not started, and said once; what does not need it runs" {
    other_program holdfast-enter
    shown web
    rules web '[process]' 'nice = 1'
    shown plain
    looked_after
    wait_for test -e srv/plain/here
    wait_for said "unable to start web by $PWD/programs/holdfast-enter: file does not exist"
    wait_for not_started web 2
    [ ! -e srv/web/here ]
}

@test "the engine dies while a process is being made ready: it goes on, or its exit code tells" {
    other_program holdfast-enter '#!/bin/sh' 'read -r _ <"$3-gate"' "exec $HF_BIN/holdfast-enter \"\$@\""
    shown good
    rules good '[process]' 'nice = 1'
    shown bad
    rules bad '[process]' 'cwd = "/no/such"' '[restart]' 'when = "never"'
    mkfifo srv/good/good-gate srv/bad/bad-gate
    looked_after
    up service/good service/bad
    pid=$(pid_of service/good)
    old=$(engine)
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for svok service/good
    echo >srv/good/good-gate
    wait_for test -e srv/good/here
    [ "$(pid_of service/good)" = "$pid" ]
    [ "$(cut -d ' ' -f 19 "/proc/$pid/stat")" = 1 ]
    [ "$(fds "$pid")" = 3 ]
    echo >srv/bad/bad-gate
    wait_for rests bad
    [ "$(stands service/bad ending ending_value | tr '\n' ' ')" = "65 c8 00 00 00 " ] # exited, 200
}

@test "one that hangs holds up nobody, and is ended by an order" {
    other_program holdfast-enter '#!/bin/sh' 'exec sleep 99'
    shown web
    rules web '[process]' 'nice = 1'
    shown plain
    looked_after
    wait_for test -e srv/plain/here
    up service/web
    before=$(fds "$(engine)")
    svc -d service/web
    wait_for rests web
    [ "$(stands service/web ending_value)" = "0f 00 00 00" ]
    wait_for '[ "$(fds "$(engine)")" = $((before - 1)) ]'
    [ ! -e srv/web/here ]
}

@test "a directory without [process] costs no descriptor; one with it none when it has executed" {
    shown plain
    looked_after
    up service/plain
    before=$(fds "$(engine)")
    rules plain '[process]' 'nice = 1'
    pid=$(pid_of service/plain)
    svc -t service/plain
    wait_for changed service/plain "$pid"
    wait_for "[ \"\$(fds \"\$(engine)\")\" = $before ]"
}

# As it would have been accepted by a version that knows more; its sum as in doc/service-dir.md.
with_line() { # LINE: one more in srv/web/supervise/rules
    python3 - "$1" srv/web/supervise/rules <<'END'
import sys
line, path = sys.argv[1:]
body = open(path).read().split("\n", 1)[1] + line + "\n"
total = 2166136261
for byte in body.encode():
    total = (total ^ byte) * 16777619 % 2**32
open(path, "w").write("holdfast-rules 1 %08x\n%s" % (total, body))
END
}

@test "what a later version accepted, and this one does not know, is not left out: it is read anew" {
    shown web
    rules web '[process]' 'nice = 1'
    looked_after
    wait_for test -e srv/web/here
    kill -TERM "$scanner"
    left "$scanner"
    with_line 'restart.delay 20000000'
    rm srv/web/here
    looked_after
    wait_for test -e srv/web/here
    grep -qx 'restart.delay 20000000' srv/web/supervise/rules # the sum is right: it was accepted
    kill -TERM "$scanner"
    left "$scanner"
    with_line 'limits.files 7'
    with_line 'process.chroot /srv'
    rm srv/web/here
    looked_after
    wait_for test -e srv/web/here
    [ "$(grep -cE 'limits|chroot' srv/web/supervise/rules)" = 0 ]
    kill -TERM "$scanner"
    left "$scanner"
    with_line 'process.chroot /srv'
    rm srv/web/here
    cd srv/web
    run holdfast-enter web true
    [ "$status" = 78 ]
    [[ $output = *'this version does not know all keys of [process]'* ]]
}

# ---- a directory that belongs to the user of the service ----

@test "a user who owns the directory cannot choose by which rules he is started" {
    users
    shown web
    rules web '[process]' 'nice = 1'
    looked_after
    wait_for test -e srv/web/here
    svc -d service/web
    wait_for rests web
    chown -R daemon srv/web/supervise
    chown root srv/web/supervise/*
    mv srv/web/supervise/rules srv/web/supervise/old # written by root, without a user
    rules web '[process]' 'nice = 1' 'user = "daemon"'
    svc -u service/web
    up service/web
    wait_for '[ "$(of web Uid | cut -f 1)" = 1 ]'
    svc -d service/web
    wait_for rests web
    rm srv/web/here

    # The file that was accepted before; one of his own; none.
    cp -a srv/web/supervise/rules saved
    mv srv/web/supervise/old srv/web/supervise/rules
    svc -u service/web
    wait_for not_started web 11
    said 'web: supervise/rules: these are not the rules that were accepted'
    svc -d service/web
    cp saved srv/web/supervise/rules
    chown daemon srv/web/supervise/rules
    svc -u service/web
    wait_for not_started web 2
    said 'web: supervise/rules: there are none that could be trusted: look at its owner'
    svc -d service/web
    rm srv/web/supervise/rules
    ln -s "$PWD/saved" srv/web/supervise/rules
    svc -u service/web
    wait_for '[ "$(grep -c "none that could be trusted" messages)" -gt 1 ]'
    svc -d service/web
    wait_for rests web
    [ ! -e srv/web/here ]
}

@test "settings and directory are read with the user's rights: a link to root's is of no use to him" {
    users
    mkdir -m 700 secret
    echo 'KEY=secret' >secret/settings
    chmod 600 secret/settings
    mkdir secret/env
    echo secret >secret/env/KEY
    for each in file dir cwd; do
        shown "$each"
        chown daemon "srv/$each"
    done
    ln -s "$PWD/secret/settings" srv/file/settings
    rules file '[process]' 'user = "daemon"' 'env_file = "settings"'
    ln -s "$PWD/secret/env" srv/dir/env
    rules dir '[process]' 'user = "daemon"' 'env_dir = "env"'
    ln -s "$PWD/secret" srv/cwd/data
    rules cwd '[process]' 'user = "daemon"' 'cwd = "data"'
    looked_after
    for each in file dir cwd; do wait_for not_started "$each" 13; done
    [ -z "$(find . -name here)" ]
}

# ---- by hand ----

@test "holdfast-enter by hand: as the service would be, and exit codes as systemd has them" {
    deploy web
    rules web '[process]' 'env = { WHO = "%n" }' 'umask = "077"'
    looked_after
    up service/web
    cd service/web
    [ "$(holdfast-enter web sh -c 'echo $WHO; umask')" = $'web\n0077' ]
    run holdfast-enter web /no/such
    [ "$status" = 203 ]
    [ "$output" = 'holdfast-enter: fatal: web: start: unable to run /no/such: file does not exist: look at the program, and at who may execute it' ]
    cd /
    run holdfast-enter web true
    [ "$status" = 78 ]
    run holdfast-enter web
    [ "$status" = 100 ]
    run holdfast-enter --engine 99:1 web true
    [ "$status" = 100 ]
}
