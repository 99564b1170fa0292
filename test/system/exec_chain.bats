# SPDX-License-Identifier: MIT
# How every tool that leads to another program finds and starts it.
# shellcheck disable=SC2016,SC2154 # scripts in quotes; variables of lib.bash
load lib

missing_program() {
    mkdir env
    for tool in fghack pgrphack 'setlock lock' softlimit 'setuidgid root' 'envuidgid root' \
        'envdir env'; do
        # shellcheck disable=SC2086 # words
        try $tool ./nonexistent
    done
}

@test "U04 a program that is not there: seven fatal lines, 111 each" {
    needs_root # setuidgid
    same missing_program
    for tool in fghack pgrphack setlock softlimit setuidgid envuidgid envdir; do
        has "! $tool: fatal: unable to run ./nonexistent: file does not exist"
    done
}

# Two folders for a PATH; `p` is what is searched.
two_folders() {
    mkdir one two
    printf '#!/bin/sh\necho two\n' >two/p
    chmod 755 two/p
    tool=$(command -v pgrphack)
}

not_executable_then_executable() {
    two_folders
    echo 'echo one' >one/p
    PATH=one:two try "$tool" p
    mkdir one/q
    PATH=one:two try "$tool" q
    rm one/p && mkdir one/p
    PATH=one:two try "$tool" p
}

@test "X01 the search goes on after what may not be executed" {
    same not_executable_then_executable
    shows '> two' '> rc 0' '> rc 111' '> two' '> rc 0' \
        '! pgrphack: fatal: unable to run q: access denied' '= 0'
}

bad_format_stops() {
    two_folders
    echo 'echo one' >one/p
    chmod 755 one/p
    PATH=one:two try "$tool" p
    PATH=one/p:two try "$tool" p
}

@test "X01 the search stops at a bad format and at a path through a file; no shell steps in" {
    same bad_format_stops
    shows '> rc 111' '> rc 111' '! pgrphack: fatal: unable to run p: exec format error' \
        '! pgrphack: fatal: unable to run p: not a directory' '= 0'
}

empty_elements() {
    two_folders
    cp two/p .
    for path in one: :one one::one ''; do PATH=$path try "$tool" p; done
    (unset PATH && try "$tool" true)
    (unset PATH && try "$tool" p)
}

@test "X01 an empty element is the current directory; no PATH is /bin:/usr/bin" {
    same empty_elements
    has '! pgrphack: fatal: unable to run p: file does not exist'
}

odd_names() {
    two_folders
    try pgrphack ''
    try pgrphack .
    try pgrphack ./two
    try pgrphack two/
    PATH='' try "$tool" ''
}

@test "X01 an empty name and a directory are no programs" {
    same odd_names
    has '! pgrphack: fatal: unable to run : access denied'
}

broken_interpreter() {
    printf '#!/no/such\n' >script
    chmod 755 script
    try pgrphack ./script
    printf 'echo no interpreter\n' >script
    try pgrphack ./script
    ln -s loop loop
    try pgrphack ./loop
}

@test "a script's missing interpreter, no interpreter, a link loop" {
    same broken_interpreter
    shows '> rc 111' '> rc 111' '> rc 111' \
        '! pgrphack: fatal: unable to run ./script: file does not exist' \
        '! pgrphack: fatal: unable to run ./script: exec format error' \
        '! pgrphack: fatal: unable to run ./loop: symbolic link loop' '= 0'
}

untouched() {
    umask 027
    printf 'said\n' >input
    printf '#!/bin/sh\necho "$# $1 $2"; umask; pwd; cat; read -r line <&7; echo $line; exit 5\n' >p
    chmod 755 p
    mkdir env
    exec 7<input
    try pgrphack setlock lock softlimit -c0 setuidgid root envuidgid root envdir env \
        ./p 'a  b' '' <input
}

@test "through all of them: arguments, umask, directory, descriptors and exit code arrive" {
    needs_root # setuidgid
    same untouched
    shows '> 2 a  b ' '> 0027' '> SCRATCH' '> said' '> said' '> rc 5' '= 0'
}
