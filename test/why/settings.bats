# SPDX-License-Identifier: MIT
# The directory of settings (envdir), and who reads it.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
load why

with_settings() { # [WORD...] in front of envdir and behind it
    mkdir -p srv/web/env
    echo 1 >srv/web/env/SIZE
    deploy web '#!/bin/sh' 'exec 2>&1' "exec ${1-} envdir ./env ${2-} sleep 99"
}

@test "W190 a directory among the settings" {
    with_settings
    mkdir srv/web/env/.git
    finds ./srv/web null 0
    mkdir srv/web/env/subdir
    finds ./srv/web env-dir-unusable 4
    says_too "$PWD/srv/web/env/subdir is a directory"
    says_too 'run:3'
    log web
    looked_after
    died web
    wait_for grep -q 'is a directory' srv/web/log/main/current
    cause web env-dir-unusable 4
    says_too "$PWD/srv/web/env/subdir"
}

@test "W191 a setting that is a link to nothing" {
    with_settings
    ln -s nowhere srv/web/env/LINK
    finds ./srv/web env-dir-unusable 4
    says_too "rm $PWD/srv/web/env/LINK"
}

@test "W192 a setting that its reader may not read" {
    needs_root
    with_settings '' 'setuidgid nobody'
    chmod 600 srv/web/env/SIZE
    finds ./srv/web null 0
    rm service/web
    with_settings 'setuidgid nobody'
    finds ./srv/web env-dir-unusable 4
    says_too "nobody may not read $PWD/srv/web/env/SIZE"
}

@test "W193 only its last words tell of the settings" {
    with_settings
    mkdir srv/web/env/subdir
    mv srv/web/run srv/web/start
    printf '%s\n' '#!/bin/sh' 'if :; then exec ./start; fi' >srv/web/run
    chmod 755 srv/web/run
    log web
    looked_after
    died web
    wait_for grep -q 'is a directory' srv/web/log/main/current
    cause web env-dir-unusable 4
    says_too './env/subdir: is a directory'
}

@test "W194 setuidgid takes no group" {
    deploy web '#!/bin/sh' 'exec setuidgid nobody:nogroup sleep 99'
    finds web user-missing 4
    says_too 'setuidgid nobody'
    says_too 'takes a user alone'
    if grep -q useradd answer; then cat answer && false; fi
}

@test "W195 what only its reader may read is no fault for who checks it" {
    needs_root
    with_settings '' 'setuidgid nobody'
    chmod 600 srv/web/env/SIZE
    setuidgid nobody holdfast check ./srv/web --folder service >answer
    says_too 'nothing wrong'
}

@test "W408 whoever its program runs as may replace the run script of root" {
    needs_root
    chmod 755 .
    deploy web '#!/bin/sh' 'exec setuidgid nobody sleep 99'
    deploy app '#!/bin/sh' 'exec setuidgid nobody sleep 99'
    deploy good '#!/bin/sh' 'exec setuidgid nobody sleep 99'
    log good 'exec setuidgid nobody multilog t ./main'
    install -d -o nobody srv/good/log/main srv/good/data
    chown nobody srv/web/run
    chmod 775 srv/app
    chgrp "$(id -gn nobody)" srv/app
    for name in web app good; do
        holdfast check ./srv/$name --json >checked.$name
    done
    grep -F '"run-replaceable"' checked.web
    grep -F "chown root $PWD/srv/web/run && chmod go-w $PWD/srv/web/run" checked.web
    grep -F "nobody may write to $PWD/srv/app (mode 0775, owned by root:" checked.app
    if grep run-replaceable checked.good; then false; fi
    looked_after
    up service/web
    holdfast why web --folder service --json >answer
    says_too '"run-replaceable"'
}
