# SPDX-License-Identifier: MIT
# Words of a command line that make no sense: each is refused, and told why.
# shellcheck disable=SC2154 # names of lib.bash
load people

@test "N01 numbers of seconds" {
    deploy web
    for words in 'start --wait -3 web' 'stop --wait=-0.1 web' 'restart --wait nan web' \
        'wait up web --timeout -1' 'wait up web --timeout 1e99' 'remove web --wait -1' \
        'add other --wait inf -- sleep 99'; do
        # shellcheck disable=SC2086 # many words
        gives 100 holdfast $words
        err 'not a number of seconds, 0 or more: '
    done
    [ -e service/web ]
}

@test "N02 numbers of lines" {
    deploy web
    for words in 'logs -n -5 web' 'logs -n many web' 'events --lines=-1 web' 'logs -n 0x10 web'; do
        # shellcheck disable=SC2086 # many words
        gives 100 holdfast $words
        err 'not a number of lines, 0 or more: '
    done
}

@test "N03 ports" {
    deploy web
    for port in 99999 0 -1 http; do
        for words in 'why web' 'check web' 'wait ready web' 'add other -n'; do
            # shellcheck disable=SC2086 # many words
            gives 100 holdfast $words --port "$port"
            err "--port: a port is a number from 1 to 65535, not $port"
        done
    done
}

@test "N04 days of no calendar" {
    deploy web
    for command in logs events; do
        gives 100 holdfast $command web --since 2026-02-30
        err '--since: not a time: 2026-02-30'
        gives 100 holdfast $command web --until '2026-04-31 10:00'
    done
}

@test "N05 a name that is empty" {
    deploy web
    for words in status why check start stop restart reload 'signal HUP' pause once 'wait up' logs \
        events remove; do
        # shellcheck disable=SC2086 # many words
        gives 100 holdfast $words ''
        err 'a name must not be empty'
    done
    gives 100 holdfast add '' -- sleep 99
    [ -e service/web ]
}

@test "N06 a pattern, where one service is meant" {
    looked_after
    deploy web1
    deploy web2
    up service/web1 service/web2
    for command in why check remove; do
        gives 100 holdfast $command 'web*'
        err 'web* is a pattern, and one service is meant; which one: web1 web2?'
        gives 100 holdfast $command 'x[yz]'
        err 'x[yz] is a pattern, and one service is meant; there is none that it fits'
    done
    gives 100 holdfast add 'web?' --dir "$PWD/srv/web3" -- sleep 99
    err 'cannot have * ? ['
    [ ! -e srv/web3 ]
    says service/web1 ': up'
}

@test "N07 a service whose name looks like a pattern" {
    looked_after
    deploy 'a[1]'
    up 'service/a[1]'
    gives 0 holdfast why 'a[1]'
    gives 0 holdfast remove 'a[1]'
}

@test "N08 what a user may not do is said, with what is in the way" {
    needs_root
    looked_after
    deploy web
    up service/web
    mkdir -p srv/web/log/main
    printf '#!/bin/sh\nexec multilog t ./main\n' >srv/web/log/run
    chmod 700 srv/web/log/main
    gives 1 setuidgid nobody holdfast logs web
    err 'you may not '
    err 'web/log/main (mode 0700'
    for order in 'disable web' 'enable web' 'edit web' 'remove web'; do
        # shellcheck disable=SC2086 # words
        gives 111 setuidgid nobody env EDITOR=true holdfast $order
        err 'you may not write to '
        err 'try it as root (sudo)'
    done
    [ ! -e srv/web/down ]
    chmod 700 srv/web/run
    gives 111 setuidgid nobody holdfast show web
    err 'you may not read '
    gives 111 setuidgid nobody holdfast add x --user daemon --dir "$PWD/srv/x" -- sleep 9
    err 'only root can run a service as another user'
}

@test "N09 a user who does not exist, and a command of the shell, are refused before anything is made" {
    gives 111 holdfast add web --user nobdy --dir "$PWD/srv/web" -- sleep 9
    err 'there is no user nobdy; did you mean nobody?'
    gives 100 holdfast add web --dir "$PWD/srv/web" -- cd /tmp
    err '--cwd'
    [ ! -e srv/web ]
}
