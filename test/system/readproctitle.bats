# SPDX-License-Identifier: MIT
# readproctitle: what it reads is seen in its command line.
# shellcheck disable=SC2016,SC2154 # scripts in quotes; variables of lib.bash
load lib

title() { tr '\0' '|' <"/proc/$started/cmdline"; }

# Feeds $1 (printf's format) and waits until the last argument is $2.
feed_and_expect() {
    # shellcheck disable=SC2059
    printf "$1" >&7
    wait_for "title | tr '\n' '/' | grep -qF '|$2|'"
}

feed() {
    mkfifo input
    exec 7<>input
    start readproctitle service errors: 'any twenty letters..' <input 7>&-
    wait_for "title | grep -q '|[.]\{20\}|'"
    feed_and_expect 'abc' '.................abc'
    title
    echo
    feed_and_expect '\n warning' '........abc/ warning'
    feed_and_expect ' a\0b\0c\n' '...abc/ warning abc/'
    title
    echo
    feed_and_expect 'xyz' '.../ warning abc/xyz'
    head -c 100000 /dev/zero | tr '\0' '-' >&7
    feed_and_expect 'the end is here' '...--the end is here'
    exec 7>&-
    try wait "$started"
}

@test "R01 text moves in from the right, NULs are left out, three dots stay; EOF is 0" {
    same feed
    has '> readproctitle|service|errors:|.................abc|'
    has '> rc 0'
}

misuse() {
    try readproctitle </dev/null
    try readproctitle a b .... </dev/null
    try readproctitle a b ..... </dev/null
    try readproctitle ..... </dev/null
    mkdir dir
    try readproctitle a ..... <dir
    try readproctitle a ..... <&-
}

@test "R01 four letters are too few: 100; what cannot be read: 111; both silent" {
    same misuse
    shows '> rc 100' '> rc 100' '> rc 0' '> rc 0' '> rc 111' '> rc 111' '= 0'
}

by_the_block() {
    head -c 1000000 /dev/zero | tr '\0' x >input
    strace -f -e trace=read -o calls readproctitle a 'twenty letters......' <input
    if [ "$(wc -l <calls)" -lt 1000 ]; then echo few reads; else echo many reads; fi
}

@test "readproctitle reads by the block, not by the byte" {
    if ! command -v strace >/dev/null; then skip "NOT RUN: needs strace"; fi
    ours by_the_block
    shows '> few reads' '= 0'
}
