#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names that lib.bash sets
# [process] of service.toml: what keeps a service from becoming what it is to be.

load why

# The same of a service that was not started yet, and of one that could not be.
both() { # CAUSE CODE TEXT...
    local each
    finds web "$1" "$2"
    for each in "${@:3}"; do says_too "$each"; done
    looked_after
    wait_for tried_once web
    cause web "$1" "$2"
    for each in "${@:3}"; do says_too "$each"; done
}

@test "W370 [process] user: there is no such user" {
    deploy web
    rules web '[process]' 'nice = 1' 'user = "nosuchuser"'
    both user-missing 4 'there is no such user' 'srv/web/service.toml:3' \
        'useradd --system --no-create-home --shell /usr/sbin/nologin nosuchuser'
}

@test "W371 [process] user: a group is missing, a number has none, a name is misspelt" {
    deploy web
    rules web '[process]' 'user = "daemon:nosuchgroup"'
    finds web user-missing 4
    says_too 'there is no group nosuchgroup'
    rules web '[process]' 'user = "54321"'
    finds web user-missing 4
    says_too '54321:54321'
    rules web '[process]' 'user = "deamon"'
    finds web user-missing 4
    says_too 'did you mean daemon?'
    rules web '[process]' 'user = "54321:54321"'
    [ "$(id -u)" != 0 ] || finds web null 0
}

@test "W372 [process] cwd: it is missing" {
    deploy web
    rules web '[process]' "cwd = \"$PWD/gone/%n\""
    both file-missing 5 'mkdir -p' 'gone' 'srv/web/service.toml:2'
}

@test "W373 [process] cwd: it is closed to the user" {
    needs_root
    mkdir -m 700 closed
    deploy web
    rules web '[process]' "cwd = \"$PWD/closed\"" 'user = "daemon"'
    both directory-closed 4 'daemon may not enter the directory' 'chmod g+x'
}

@test "W374 [process] env_file: missing, closed, wrong" {
    needs_root
    deploy web
    rules web '[process]' 'env_file = "settings"' 'user = "daemon"'
    finds web env-file-unusable 4
    says_too 'put it there'
    touch srv/web/settings
    chmod 600 srv/web/settings
    finds web env-file-unusable 4
    says_too 'daemon may not read'
    chmod 644 srv/web/settings
    printf 'A=1\nwrong\n' >srv/web/settings
    both env-file-unusable 4 'line 2: NAME=VALUE is expected'
    echo 'A=1' >srv/web/settings
    svc -t service/web
    wait_for '[ "$(pgrep -u daemon -x sleep -P "$scanner")" = "$(pid_of service/web)" ]'
    well web
}

@test "W375 [process] env_dir: missing, or closed to the user" {
    needs_root
    deploy web
    rules web '[process]' 'env_dir = "env"' 'user = "daemon"'
    finds web env-dir-unusable 4
    says_too 'one file a setting'
    mkdir srv/web/env
    touch srv/web/env/A
    chmod 600 srv/web/env/A
    both env-dir-unusable 4 'daemon may not read' 'srv/web/service.toml:2'
}

@test "W376 [process]: run is executed by the user, who may not read it" {
    needs_root
    deploy web
    chmod 711 srv/web/run
    rules web '[process]' 'user = "daemon"'
    finds web run-unreadable 2
    says_too 'run is executed as daemon'
}

@test "W377 [process]: an ordinary user's svscan" {
    needs_root
    for each in other nice oom; do deploy "$each"; done
    rules other '[process]' 'user = "bin"'
    rules nice '[process]' 'nice = -1'
    rules oom '[process]' 'oom_score = -1'
    chown -R daemon srv service
    : >messages
    start setuidgid -s daemon svscan service 2>>messages
    for each in other nice oom; do wait_for tried_once "$each"; done
    cause other not-permitted 4
    says_too 'run svscan as root, or remove it from'
    says_too 'srv/other/service.toml:2'
    cause nice not-permitted 4
    cause oom not-permitted 4
    says_too '[process] oom_score'
}

@test "W378 [process] user may remove the file that makes him so" {
    needs_root
    deploy web
    rules web '[process]' 'user = "daemon"'
    chown daemon srv/web
    looked_after
    wait_for '[ "$(pgrep -u daemon -x sleep -P "$scanner")" = "$(pid_of service/web)" ]'
    well web
    says_too run-replaceable
    says_too 'which alone keeps it from being started as root'
}

@test "W379 what is well, and what is not there, is no finding" {
    deploy web
    deploy plain
    rules web '[process]' 'nice = 1' 'cwd = ".."' 'umask = "022"'
    finds web null 0
    finds plain null 0
    looked_after
    up service/web service/plain
    well web
    well plain
}
