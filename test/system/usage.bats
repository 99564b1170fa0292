# SPDX-License-Identifier: MIT
# How the tools that lead to another program answer misuse.
# shellcheck disable=SC2016,SC2154 # scripts in quotes; variables of lib.bash
load lib

chain_tools='fghack pgrphack setlock softlimit setuidgid envuidgid envdir'

no_arguments() {
    for tool in $chain_tools readproctitle; do try "$tool"; done
}

@test "U01 without arguments: a usage line, 100; envdir 111; readproctitle silent" {
    same no_arguments
    has '! softlimit: usage: softlimit [-a allbytes] [-c corebytes] [-d databytes] [-f filebytes] [-l lockbytes] [-m membytes] [-o openfiles] [-p processes] [-r residentbytes] [-s stackbytes] [-t cpusecs] child'
    has '! envdir: usage: envdir dir child'
    has '> rc 111'
    has '> rc 100'
}

one_argument() {
    for tool in setlock setuidgid envuidgid envdir readproctitle; do try "$tool" x; done
    try setlock -n x
    try softlimit -m 1000000000
    ls
}

@test "U01 without a program to run: the same, and nothing is touched" {
    same one_argument
}

bad_options() {
    try setlock -Z f true
    try setlock -nZx f true
    try setlock -: f true
    try softlimit -Z true
    try softlimit -m
    try softlimit -o 10 -t
    ls
}

@test "U02 unknown options and missing values: two lines, 100" {
    same bad_options
    has '! setlock: illegal option -- Z'
    has '! softlimit: option requires an argument -- m'
    has '! setlock: usage: setlock [ -nNxX ] file program [ arg ... ]'
}

called_by_another_name() {
    ln -s "$(command -v setlock)" other
    try ./other -Z f true
    try ./other missing/f true
}

@test "U02 the name in an option's error is the one it was called by, elsewhere its own" {
    same called_by_another_name
    has '! other: illegal option -- Z'
    has '! setlock: fatal: unable to open missing/f: file does not exist'
}

options_are_operands() {
    try pgrphack -x
    try fghack -x true
    try setuidgid -- true
    try envuidgid -h true
    try envdir -- true
    try readproctitle --
}

@test "tools without options take a leading dash for an operand" {
    same options_are_operands
    has '! pgrphack: fatal: unable to run -x: file does not exist'
    has '! setuidgid: fatal: unknown account --'
}

commands='svc svok svstat supervise svscan fghack pgrphack setlock softlimit setuidgid envuidgid envdir
    tai64n tai64nlocal readproctitle multilog holdfast-checker holdfast-enter holdfast-label
    holdfast-rules'

help_of_all() {
    for tool in $commands; do try "$tool" --help </dev/null; done
}

@test "--help alone explains each command, and names its page" {
    ours help_of_all
    for tool in $commands; do
        grep -qE "^> usage: $tool( |\$)" <<<"$transcript"
        [ "$tool" = multilog ] || grep -qxF "> more: man $tool" <<<"$transcript"
    done
    [ "$(grep -cx '> rc 0' <<<"$transcript")" = "$(wc -w <<<"$commands")" ]
    [ "$(grep -c '^!' <<<"$transcript")" = 0 ]
}

called_help() {
    mkdir -- --help
    try svstat --help
    try svok --help
    try envdir --help env -i true
    rm -r -- --help
    try setuidgid --help true
}

@test "what is called --help, and --help that is not alone, are what they are to the original" {
    same called_help
    has '> --help: unable to open supervise/ok: file does not exist'
    has '! setuidgid: fatal: unknown account --help'
}
