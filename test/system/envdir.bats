# SPDX-License-Identifier: MIT
# envdir: a directory's files become variables.
# shellcheck disable=SC2016,SC2154 # scripts in quotes; variables of lib.bash
load lib

# The environment as the child sees it, sorted: only its order may differ.
show_env() { # DIR [VARIABLE...]
    local dir=$1
    shift
    env -i "$@" "$(command -v envdir)" "$dir" /usr/bin/env -0 | sort -z | tr '\0' '|'
    echo
}

values() {
    mkdir d
    printf 'simple\n' >d/A
    printf 'no newline' >d/B
    printf '' >d/REMOVED
    printf '\n' >d/EMPTY
    printf ' \t \n' >d/BLANKS
    printf '  lead and trail \t \nsecond line\n' >d/SPACES
    printf 'x\0y\0\n' >d/NULS
    printf 'x\0 \t' >d/NUL_BLANKS
    printf 'dos\r\n' >d/CR
    printf 'hidden' >d/.DOT
    printf 'lower' >d/lower-case.name
    show_env d REMOVED=was KEPT=kept A=old
}

@test "E01 what a file's bytes become" {
    same values
    has '> A=simple|B=no newline|BLANKS=|CR=dos^M|EMPTY=|KEPT=kept|NULS=x'
}

failures() {
    mkdir -p d/sub loop
    ln -s loop loop/loop
    try envdir d echo no
    try envdir loop echo no
    touch file
    try envdir file echo no
    try envdir missing echo no
    try envdir '' echo no
    try envdir d/ echo no
}

@test "E02 what cannot be read is fatal" {
    same failures
    has '! envdir: fatal: unable to read d/sub: is a directory'
    has '! envdir: fatal: unable to read loop/loop: symbolic link loop'
    has '! envdir: fatal: unable to switch to directory file: not a directory'
    has '! envdir: fatal: unable to switch to directory missing: file does not exist'
}

as_nobody() {
    cp "$(command -v envdir)" .
    chmod 755 . envdir
    mkdir file unreadable unsearchable
    echo secret >file/A
    chmod 600 file/A
    chmod 711 unreadable
    chmod 744 unsearchable
    for dir in file unreadable unsearchable; do
        try setpriv --reuid=65534 --regid=65534 --clear-groups ./envdir "$dir" echo no
    done
}

@test "E02 what may not be read: a file, a directory, a directory not to be entered" {
    needs_root
    same as_nobody
    shows '> rc 111' '> rc 111' '> rc 111' \
        '! envdir: fatal: unable to read file/A: access denied' \
        '! envdir: fatal: unable to read directory unreadable: access denied' \
        '! envdir: fatal: unable to switch to directory unsearchable: access denied' '= 0'
}

fifo() {
    mkdir d
    mkfifo d/P
    show_env d P=was Q=kept
    exec 7<>d/P
    try envdir d echo no
}

@test "E02 a FIFO without a writer is empty; with a silent one, a failure" {
    same fifo
    shows '> Q=kept|' '> rc 111' \
        '! envdir: fatal: unable to read d/P: temporary failure' '= 0'
}

old_path_finds() {
    mkdir d bin
    printf '#!/bin/sh\necho "$PATH"\n' >bin/p
    chmod 755 bin/p
    pwd | sed 's#$#/elsewhere#' >d/PATH
    PATH=$PWD/bin:$PATH try envdir d p
    echo "$PWD/bin" >d/PATH
    try envdir d p
}

@test "E03 the child sees the new PATH but is found by the old" {
    same old_path_finds
    shows '> SCRATCH/elsewhere' '> rc 0' '> rc 111' \
        '! envdir: fatal: unable to run p: file does not exist' '= 0'
}

limits() {
    mkdir d
    head -c 200000 /dev/zero | tr '\0' x >d/BIG
    try envdir d true
    head -c 100000 /dev/zero | tr '\0' x >d/BIG
    try envdir d sh -c 'echo ${#BIG}; pwd; exit 8'
}

@test "E03 200 kB are too much for the kernel, 100 kB are not; the directory stays" {
    same limits
    shows '> rc 111' '> 100000' '> SCRATCH' '> rc 8' \
        '! envdir: fatal: unable to run true: argument list too long' '= 0'
}

# A dangling link is most often a secret or a setting that is not mounted (yet). To go on without
# it, or worse with another variable's value, would start the service with a wrong configuration;
# to remove a variable there is the empty file.
dangling_link() {
    mkdir d
    ln -s nowhere d/TOKEN
    try envdir d sh -c 'echo "token=${TOKEN-unset}"'
}

@test "a dangling link is a fatal error: what it should hold is unknown" {
    differs dangling_link \
        --ours '> rc 111' '! envdir: fatal: unable to read d/TOKEN: file does not exist' '= 0' \
        --oracle '> token=unset' '> rc 0' '= 0'
}

link_with_a_target() {
    mkdir d
    echo value >target
    ln -s ../target d/LINK
    show_env d
}

@test "a link with a target is as good as a file" {
    same link_with_a_target
    shows '> LINK=value|' '= 0'
}

equals_sign() {
    mkdir d
    printf 'v\n' >d/I=J
    printf '' >d/K=L
    printf 'a\n' >d/A
    show_env d I=inherited K=inherited
}

@test "a file with = in its name cannot slip in another variable: warned of and ignored" {
    ours equals_sign
    has '> A=a|I=inherited|K=inherited|'
    has '! envdir: warning: ignoring d/I=J: the name of a variable cannot contain ='
    has '! envdir: warning: ignoring d/K=L: the name of a variable cannot contain ='
}

# No shell passes on a name twice.
duplicates() {
    mkdir d
    echo new >d/A
    printf '' >d/B
    python3 - "$(command -v envdir)" <<'END'
import ctypes, sys
block = [b"A=1", b"B=1", b"C=1", b"A=2", b"B=2", b"C=2", None]
argv = [b"envdir", b"d", b"/usr/bin/env", None]
array = lambda words: (ctypes.c_char_p * len(words))(*words)
ctypes.CDLL(None).execve(sys.argv[1].encode(), array(argv), array(block))
END
}
sorted_duplicates() { duplicates | sort; }

@test "a name inherited twice is replaced and removed as one; others pass as they are" {
    differs sorted_duplicates \
        --ours '> A=new' '> C=1' '> C=2' '= 0' \
        --oracle '> A=2' '> A=new' '> B=2' '> C=1' '> C=2' '= 0'
}
