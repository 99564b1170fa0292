#!/bin/sh
# SPDX-License-Identifier: MIT
# update-service: adds, removes and lists services, as Debian's packages do it in their scripts.

root=${SVDIR:-/etc/service}
self=${0##*/}

say() { printf '%s\n' "$*"; }
stop() {
    printf '%s\n\n' "$*" >&2
    exit 1
}
fatal() { stop "$self: fatal: $*"; }
misuse() {
    stop "Usage: $self --add|--remove <service-directory> [<service-name>]
       $self --list|--check [<service-name>]"
}
root_only() { [ "$(id -u)" = 0 ] || fatal "$self $1 must be run by root."; }

list() { # NAME
    [ -n "$1" ] || exec ls -1 "$root"
    target=$(readlink "$root/$1") || stop "Service $1 not registered."
    say "$1 -> $target"
}

# /etc may be read-only: what supervise writes is kept elsewhere.
keep_state_outside() { # DIR NAME
    [ -h "$1/supervise" ] && return
    rm -rf "$1/supervise" && ln -s "/var/lib/supervise/$2" "$1/supervise" || exit
}

add() { # DIR NAME
    root_only -a
    link=$root/$2
    if [ -e "$link" ]; then
        [ -h "$link" ] || fatal "$link exists, but is not a symbolic link."
        [ "$(readlink "$link")" = "$1" ] || fatal "$link exists, but doesn't point to $1."
        say "Service $2 already added."
        return
    fi
    if svok "$1" 2>/dev/null; then
        fatal "$1 is currently controlled by a supervise(8) process."
    fi
    case $1 in
        /etc/*)
            keep_state_outside "$1" "$2"
            if [ -d "$1/log" ]; then keep_state_outside "$1/log" "$2.log"; fi
            ;;
    esac
    ln -s "$1" "$link" || exit
    say "Service $2 added."
}

remove() { # DIR NAME
    root_only -r
    link=$root/$2
    [ -e "$link" ] || stop "$self: warning: $link does not exist."
    [ -h "$link" ] || fatal "$link is not a symbolic link."
    [ "$(readlink "$link")" = "$1" ] || fatal "$link does not point to $1."
    rm -f "$link" || exit
    svc -dx "$1" || fatal "Unable to send the service $2 the down and exit commands."
    if [ -d "$1/log" ]; then
        svc -dx "$1/log" ||
            fatal "Unable to send the log service of $2 the down and exit commands."
    fi
    say "Service $2 removed, the service daemon received the TERM and CONT signals."
}

option=${1-}
dir=${2-}
dir=${dir%/}
case $option in
    -l | --list)
        list "$dir"
        exit
        ;;
    -c | --check)
        exec >/dev/null 2>&1
        list "$dir"
        exit
        ;;
    -* | "") ;; # an empty one is found to be misuse at the end
    *) misuse ;;
esac

[ -n "$dir" ] || misuse
[ -d "$dir" ] || fatal "$dir does not exist, or is not a directory."
case $dir in
    /*) ;;
    *) fatal "The <service-directory> must start with a slash." ;;
esac
name=${3:-${dir##*/}}
case $name in
    .*) fatal "The <service-name> must not start with a dot." ;;
    */*) fatal "The <service-name> must not contain a slash." ;;
esac

case $option in
    -a | --add) add "$dir" "$name" ;;
    -r | --remove) remove "$dir" "$name" ;;
    *) misuse ;;
esac
