# SPDX-License-Identifier: MIT
# A logger that is up, and whose log is not where people look for it; and one with two faults.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

with_a_log() {
    log web
    deploy web '#!/bin/sh' 'echo here' 'exec sleep 99'
    looked_after
    up service/web
    wait_for grep -q here srv/web/log/main/current
}

@test "W180 the log directory was deleted under its logger" {
    with_a_log
    well web
    rm -r srv/web/log/main
    cause web log-deleted 9
    says_too 'current (deleted)'
    says_too "install -d -o $(id -un) $PWD/srv/web/log/main"
    mkdir srv/web/log/main
    cause web log-deleted 9
    says_too 'svc -t service/web/log'
    if grep -q 'install' answer; then cat answer && false; fi
    first=$(pid_of service/web/log)
    svc -t service/web/log
    wait_for changed service/web/log "$first"
    wait_for test -e srv/web/log/main/current
    well web
}

@test "W181 the log directory was moved away under its logger" {
    with_a_log
    mv srv/web/log/main srv/web/log/old
    cause web log-deleted 9
    says_too 'moved away'
    says_too "$PWD/srv/web/log/old/current"
}

@test "W182 log/run is not executable, and its directory not writable" {
    needs_root
    log web 'exec setuidgid nobody multilog t ./main'
    chmod 644 srv/web/log/run
    mkdir -m 700 srv/web/log/main
    deploy web
    finds ./srv/web logger-down 9
    says_too 'chmod +x'
    says_too 'chown -R nobody'
    looked_after
    up service/web
    cause web logger-down 9
    says_too 'chmod +x'
}

@test "W184 a log directory whose name log/run makes up: the logger that runs has it open" {
    log web 'name=$(basename "${PWD%/log}")' 'dir=../../../logs/$name' 'mkdir -p "$dir"' \
        'exec multilog t "$dir"'
    deploy web '#!/bin/sh' 'echo here' 'exec sleep 99'
    mkdir logs
    looked_after
    up service/web service/web/log
    wait_for grep -q here logs/web/current
    holdfast --folder service logs web >out
    grep -q here out
    well web
    rm -r logs/web
    cause web log-deleted 9
    says_too "install -d -o $(id -un) $PWD/logs/web"
}

@test "W185 a log directory that is not known while its logger is down" {
    log web 'dir=$(pwd)/main' 'exec multilog t "$dir"'
    log job 'exec cat'
    deploy web
    deploy job
    for name in web job; do
        if holdfast --folder service logs "$name" >out 2>err; then false; fi
        cat err
        if [ $name = web ]; then grep -q 'known while the logger runs' err; fi
        if [ $name = job ]; then grep -q 'no log directory' err; fi
    done
}

# The directory `log` of b is that of a: its logger can only read what one of them writes.
share_a_log() {
    log a
    deploy a '#!/bin/sh' 'echo from a' 'exec sleep 99'
    deploy b '#!/bin/sh' 'echo from b' 'exec sleep 99'
    ln -s ../a/log srv/b/log
    looked_after
    up service/a service/b service/a/log
    wait_for test -s srv/a/log/main/current
}

@test "W186 two services with one directory log: one of them has no logger" {
    share_a_log
    read -r with without < <(grep -q 'from a' srv/a/log/main/current && echo a b || echo b a)
    well "$with"
    cause "$without" log-shared 9
    says_too "$PWD/srv/a/log"
    says_too "service $with"
    holdfast --folder service status >out
    grep -qE "^$with .* up *\$" out
    grep -qE "^$without .* unsupervised *\$" out
    if holdfast --folder service logs "$without" >out 2>err; then false; fi
    grep -q "service $with" err
    if grep -q from out; then false; fi
}

@test "W186 the remedy for a shared log gives the service its own" {
    share_a_log
    if grep -q 'from b' srv/a/log/main/current; then other=a; else other=b; fi
    [ "$other" = b ] || skip "NOT RUN: a was taken second, and its log is no link"
    cause b log-shared 9
    remedy=$(holdfast why b --folder service --json |
        /usr/bin/python3 -c 'import json, sys
for each in json.load(sys.stdin)["findings"]:
    if each["cause"] == "log-shared": print(each["remedies"][0])')
    eval "$remedy"
    wait_for grep -q 'from b' srv/b/log/main/current
    well b
    well a
}

@test "W183 only the file was deleted under its logger" {
    with_a_log
    rm srv/web/log/main/current
    cause web log-deleted 9
    says_too 'its log file was deleted'
}

@test "W187 a logger that could not start, and now reads and stays: nothing is wrong with it" {
    log web 'if [ ! -e good ]; then exit 111; fi' 'exec multilog t ./main'
    deploy web
    looked_after
    died web/log 2
    touch srv/web/log/good
    wait_for test -e srv/web/log/main/lock
    well web
}

@test "W404 what a logger left that ran as root keeps the one that runs as another user" {
    needs_root
    chmod 755 .
    deploy web
    log web 'exec setuidgid nobody multilog t ./main'
    mkdir srv/web/log/main
    chown nobody srv/web/log/main
    (umask 077 && touch srv/web/log/main/lock srv/web/log/main/journal)
    looked_after
    wait_for grep -q lock messages
    cause web log-unwritable 9
    says_too "nobody may not write to $PWD/srv/web/log/main/lock (mode 0600, owned by root:root)"
    says_too "log/run starts the logger as nobody, which has to own $PWD/srv/web/log/main"
    says_too "chown -R nobody $PWD/srv/web/log/main"
    chown -R nobody srv/web/log/main
    wait_for 'well web'
}

@test "W405 a log directory that is not there, and that the logger cannot make" {
    needs_root
    chmod 755 .
    deploy web
    log web 'exec setuidgid nobody multilog t ./main'
    finds web log-unwritable 9
    says_too "$PWD/srv/web/log/main does not exist, and cannot be made: nobody may not write to $PWD/srv/web/log"
    says_too "install -d -o nobody $PWD/srv/web/log/main"
}
