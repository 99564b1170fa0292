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
    says_too 'chown nobody'
    looked_after
    up service/web
    cause web logger-down 9
    says_too 'chmod +x'
}

@test "W183 only the file was deleted under its logger" {
    with_a_log
    rm srv/web/log/main/current
    cause web log-deleted 9
    says_too 'its log file was deleted'
}
