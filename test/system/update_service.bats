# SPDX-License-Identifier: MIT
# update-service: the matrix of its options, in a root of its own.
# shellcheck disable=SC2016,SC2154 # scripts in quotes; variables of lib.bash
load lib

setup() {
    hf_setup
    needs_root
    export -f update prepare links
}

# svc's part is recorded: whom it is sent to, not what becomes of it.
prepare() {
    PATH=$PWD/bin:$PATH
    mkdir -p bin root /srv/app /srv/app/log /srv/other
    printf '#!/bin/sh\necho "svc $*"\n' >bin/svc
    chmod 755 bin/svc
    if [ "$side" = oracle ]; then PATH=$PATH:$ORACLE_SBIN; fi
    export SVDIR=$PWD/root
}

links() { find "$@" -mindepth 1 -printf '%f -> %l\n' | sort; }

update() {
    echo "-- $*"
    echo "-- $*" >&2
    try update-service "$@"
}

misuse() {
    prepare
    update
    update ''
    update '' /srv/app
    update '' /missing
    update app
    update --add
    update --remove ''
    update --add /
    update --frobnicate
    update --frobnicate /srv/app
    update --frobnicate /missing
    update -x srv
    update --add /missing
    update --add /etc/passwd
    update --remove /missing
    cd /srv || exit
    update --add app
    update --add .
    update --add /srv/app .hidden
    update --add /srv/app a/b
    update --remove /srv/app a/b
    mkdir /srv/.dot
    update --add /srv/.dot
    ls -A "$SVDIR"
}

@test "misuse: every message, an empty line after it, exit 1" {
    same apart in_own_root misuse
    has '! Usage: update-service --add|--remove <service-directory> [<service-name>]'
    has '!        update-service --list|--check [<service-name>]'
    has '! update-service: fatal: /missing does not exist, or is not a directory.'
    has '! update-service: fatal: The <service-directory> must start with a slash.'
    has '! update-service: fatal: The <service-name> must not start with a dot.'
    has '! update-service: fatal: The <service-name> must not contain a slash.'
}

adding() {
    prepare
    update --add /srv/app
    update -a /srv/app/
    update --add /srv/app named surplus words
    update --add /srv/other app
    mkdir root/taken
    update --add /srv/other taken
    touch root/file
    update --add /srv/other file
    ln -s /nowhere root/dangling
    update --add /srv/other dangling
    links root
    ls -A /srv/app
}

@test "--add: a link, no second one, nothing that is there is touched" {
    same apart in_own_root adding
    has '> Service app added.'
    has '> Service app already added.'
    has '! update-service: fatal: SCRATCH/root/taken exists, but is not a symbolic link.'
    has "! update-service: fatal: SCRATCH/root/app exists, but doesn't point to /srv/other."
    has '> app -> /srv/app'
    has '> named -> /srv/app'
}

below_etc() {
    prepare
    unset SVDIR
    mkdir -p /etc/sv/app/log /etc/sv/app/supervise /etc/sv/linked/log
    touch /etc/sv/app/supervise/old
    ln -s /elsewhere /etc/sv/linked/supervise
    update --add /etc/sv/app
    update --add /etc/sv/linked other-name
    links /etc/service /etc/sv
}

@test "--add of a directory below /etc: what supervise writes goes to /var/lib/supervise" {
    same apart in_own_root below_etc
    has '> supervise -> /var/lib/supervise/app'
    has '> supervise -> /var/lib/supervise/app.log'
    has '> supervise -> /elsewhere'
    has '> supervise -> /var/lib/supervise/other-name.log'
    has '> app -> /etc/sv/app'
}

supervised_already() {
    prepare
    mkdir /srv/app/supervise
    mkfifo /srv/app/supervise/ok
    update --add /srv/app stale
    exec 7<>/srv/app/supervise/ok
    update --add /srv/app
    exec 7>&-
    ls root
}

@test "--add refuses what is supervised already; the original asked another suite's tool" {
    differs apart in_own_root supervised_already \
        --ours '> -- --add /srv/app stale' '> Service stale added.' '> rc 0' \
        '> -- --add /srv/app' '> rc 1' '> stale' '! -- --add /srv/app stale' '! -- --add /srv/app' \
        '! update-service: fatal: /srv/app is currently controlled by a supervise(8) process.' '! ' \
        '= 0' \
        --oracle '> -- --add /srv/app stale' '> Service stale added.' '> rc 0' \
        '> -- --add /srv/app' '> Service app added.' '> rc 0' '> app' '> stale' \
        '! -- --add /srv/app stale' '! -- --add /srv/app' '= 0'
}

removing() {
    prepare
    ln -s /srv/app root/app
    ln -s /srv/other root/named
    ln -s /srv/nowhere root/dangling
    mkdir root/dir /srv/dir
    update --remove /srv/other app
    update --remove /srv/app absent
    update --remove /srv/other dangling
    update --remove /srv/dir
    update --remove /srv/app/
    update -r /srv/other named
    ls root
}

@test "--remove: the link goes, the service and its log are told to" {
    same apart in_own_root removing
    has '> svc -dx /srv/app'
    has '> svc -dx /srv/app/log'
    has '> Service app removed, the service daemon received the TERM and CONT signals.'
    has '! update-service: warning: SCRATCH/root/absent does not exist.'
    has '! update-service: fatal: SCRATCH/root/dir is not a symbolic link.'
    has '! update-service: fatal: SCRATCH/root/app does not point to /srv/other.'
}

listing() {
    prepare
    update --list
    ln -s /srv/app root/app
    ln -s /srv/nowhere root/dangling
    mkdir root/dir
    update --list
    update -l ''
    for name in app app/ dangling dir absent; do
        update --list "$name"
        update -l "$name"
        update --check "$name"
        update -c "$name"
    done
    update --check
    SVDIR=/missing update --list
    SVDIR=/missing update --check
    SVDIR='' update --list
}

@test "--list and --check" {
    same apart in_own_root listing
    has '> app -> /srv/app'
    has '> dangling -> /srv/nowhere'
    has '! Service absent not registered.'
    has '! Service dir not registered.'
}

not_root() {
    prepare
    chmod 755 . ..
    for option in -a --add -r --remove; do
        setpriv --reuid=65534 --regid=65534 --clear-groups \
            bash -c 'try update-service "$@"' update "$option" /srv/app
    done
    ln -s /srv/app root/app
    setpriv --reuid=65534 --regid=65534 --clear-groups bash -c 'try update-service -l app'
}

@test "only root may add and remove" {
    same apart in_own_root not_root
    has '! update-service: fatal: update-service -a must be run by root.'
    has '! update-service: fatal: update-service -r must be run by root.'
    has '> app -> /srv/app'
}
