#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # processors expand their own; $started is lib's
# Taking over a log directory after a stop, a kill or a power cut; from ourselves and the original.

load lib
load fed

tree() {
    local file
    for file in "$@"; do
        echo "$file"
        (cd "$file" && for name in *; do
            [ "$name" = journal ] && continue
            echo "  $name $(stat -c '%a %s' "$name") $(md5sum <"$name")"
        done)
    done
}

other_side() { # PROGRAM: the same one of the other suite
    if [ "$side" = ours ]; then echo "$ORACLE_BIN/$1"; else echo "$HF_BIN/$1"; fi
}

# ---- a crash ----

killed() {
    held_open multilog t ./d
    printf 'one\n' >&7
    wait_for test -s d/current
    stat -c '%a' d/current
    kill -KILL "$started"
    wait "$started"
    echo two | multilog t ./d
    stat -c '%n %a %s' d/*
    cut -c 27- d/@*.u d/current
}
@test "G11 after a kill, current becomes .u with its mode" {
    same killed
}

killed_while_idle() {
    held_open multilog ./d
    wait_for test -e d/current
    kill -KILL "$started"
    wait "$started"
    multilog ./d </dev/null
    tree d
}
@test "an empty current becomes .u too" {
    same killed_while_idle
}

# The state of a directory at a chosen moment of a crash.
crash_state() { # DIR [FILE=MODE...]
    local dir=$1 file
    shift
    mkdir "$dir"
    for file in "$@"; do
        echo "${file%=*} of $dir" >"$dir/${file%=*}"
        chmod "${file#*=}" "$dir/${file%=*}"
    done
}

crash_states() {
    crash_state a current=644 previous=744 processed=644 state=644 newstate=644
    crash_state c current=644 previous=744 processed=744 state=644 newstate=644
    crash_state d current=644 previous=744
    ln d/previous d/@400000003b9aca00000001f4.u
    crash_state e current=644 previous=644
    crash_state f previous=744
    crash_state g current=644 processed=744
    crash_state h current=644 processed=600
    crash_state i processed=744 previous=744
    ln i/processed i/@400000003b9aca00000001f4.s
    local dir
    for dir in a c d e f g h i; do
        try multilog ./$dir </dev/null
        tree $dir
    done
}
@test "G12 a crash at each moment of a rotation" {
    same crash_states
}

clean_stop_leaves_the_rest() {
    crash_state b current=744 processed=644 state=644 newstate=644
    echo more | try multilog ./b
    tree b
}
@test "G12 after a clean stop, the state stays" {
    same clean_stop_leaves_the_rest
}

stale_previous() {
    crash_state b current=744 previous=744
    seq 1 1000 | try multilog s4096 ./b
    cat b/* | grep 'previous of b'
}
@test "a stale previous is kept; the original overwrites it at the next rotation" {
    differs stale_previous --ours '> rc 0' '> previous of b' '= 0' --oracle '> rc 0' '= 1'
}

torn_line() {
    crash_state a current=644
    printf 'whole\nto' >a/current
    crash_state b current=744
    printf 'whole\nto' >b/current
    crash_state c current=744
    printf 'whole\n' >c/current
    local dir
    for dir in a b c; do
        echo next | try multilog ./$dir
        cat $dir/@* $dir/current 2>/dev/null
    done
    true
}
@test "a torn last line is completed; the original glues the next line to it" {
    differs torn_line \
        --ours '> rc 0' '> whole' '> to' '> next' '> rc 0' '> whole' '> to' '> next' \
        '> rc 0' '> whole' '> next' '= 0' \
        --oracle '> rc 0' '> whole' '> tonext' '> rc 0' '> whole' '> tonext' \
        '> rc 0' '> whole' '> next' '= 0'
}

# ---- from one to the other ----

handed_over() {
    local round multilog
    for round in 1 2 3 4 5 6; do
        multilog=$(command -v multilog)
        if [ $((round % 2)) = 0 ]; then multilog=$(other_side multilog); fi
        seq -f "round $round line %080g" 1 60 | "$multilog" s4096 n99 ./d || echo "rc $?"
        [ -e d/journal ] && echo "a journal is left"
    done
    cat d/@* d/current | md5sum
    stat -c %a d/current d/state d/lock
}
@test "a directory goes from the original to us and back, with nothing lost" {
    same handed_over
}

killed_and_handed_over() {
    local round multilog total=0
    for round in 1 2 3 4 5 6; do
        multilog=$(command -v multilog)
        if [ $((round % 2)) = 0 ]; then multilog=$(other_side multilog); fi
        held_open "$multilog" s4096 n99 '!cat' ./d
        seq -f "round $round line %080g" 1 60 >&7
        total=$((total + 60))
        wait_for "[ \$(cat d/@* d/current 2>/dev/null | wc -l) = $total ] && [ ! -e d/previous ]"
        kill -KILL "$started"
        wait "$started" 2>/dev/null
    done
    cat d/@* d/current | wc -l
    cat d/@* d/current | sort -u | wc -l
}
@test "killed each time, and taken over by the other" {
    same killed_and_handed_over
    has '> 360'
}

# ---- a kill between reading and writing ----

# What was read in one piece, and written in many because of the labels, is on the disk already.
killed_after_a_long_read() {
    held_open multilog t s16777215 ./d
    wait_for test -e d/current
    kill -STOP "$started"
    seq 10000 >&7
    kill -CONT "$started"
    wait_for 'tail -n 1 d/current | grep -q " 10000$"'
    kill -KILL "$started"
    wait "$started"
    multilog t s16777215 ./d </dev/null
    cut -d ' ' -f 2 d/@* d/current 2>/dev/null | cmp - <(seq 10000) && echo conserved
}
@test "killed after a long read: no line is written twice" {
    ours killed_after_a_long_read
    shows '> conserved' '= 0'
}

# Numbered lines through a FIFO, the reader killed again and again at random moments: each line
# must be in the files once, in order.
kill_loop() { # SCRIPT...
    local writer round
    mkfifo in
    exec 8<>in
    (seq -f 'line %060.0f' 1 60000 >in; : >written) 8>&- &
    writer=$!
    for round in $(seq 1 60); do
        start sh -c 'exec multilog "$@" ./d <in' sh "$@" 8>&- 2>>warnings
        sleep "0.00$((RANDOM % 30))"
        kill -KILL "$started" 2>/dev/null
        wait "$started" 2>/dev/null
    done
    exec 9<in
    exec 8>&-
    start sh -c 'exec multilog "$@" ./d <&9 9<&-' sh "$@"
    exec 9<&-
    wait "$writer"
    wait "$started"
    cat d/@* d/current | sed -E 's/^@[0-9a-f]{24} //' | cmp - <(seq -f 'line %060.0f' 1 60000) &&
        echo conserved
    find d -name '*.u' | grep -c . | sed 's/^[1-9].*/some were killed/'
    [ ! -e d/journal ] || echo "a journal is left"
    cat warnings
}
@test "killed 60 times at random moments: every line once, in order" {
    ours kill_loop s100000 n9999
    shows '> conserved' '> some were killed' '= 0'
}
@test "the same with labels, and files that fill quickly" {
    ours kill_loop t s4096 n99999
    shows '> conserved' '> some were killed' '= 0'
}
@test "the same with a choice of lines" {
    ours kill_loop t -nothing '-*x*' s50000 n99999
    shows '> conserved' '> some were killed' '= 0'
}

# strace kills it as it enters its first read of the pipe: it has said how much it will take, and takes
# nothing.
killed_while_it_waits() {
    local reads
    held_open strace -D -o trace -e trace=read multilog ./other
    seq -f 'line %030.0f' 1 20 >&7
    wait_for grep -q 20 other/current
    kill -TERM "$started"
    wait "$started"
    reads=$(grep -n -m 1 '^read(0, "line' trace | cut -d: -f1)
    seq -f 'line %030.0f' 1 20 >&7
    held_open strace -D -o trace -e trace=read -e "inject=read:signal=KILL:when=$reads" multilog ./d
    wait "$started" 2>/dev/null
    [ -e d/journal ] && echo killed
    exec 9<in 7>&- 8>&-
    multilog ./d <&9
    cat d/@* d/current | cmp - <(seq -f 'line %030.0f' 1 20) && echo conserved
}
@test "killed while it waits for its input: nothing is made up" {
    ours killed_while_it_waits
    shows '> killed' '> conserved' '= 0'
}

# $1 is what happens to the journal between the kill and the next multilog.
killed_in_a_line() {
    held_open multilog ./d
    printf 'abc' >&7
    wait_for grep -q abc d/journal
    kill -KILL "$started"
    wait "$started" 2>/dev/null
    $1
    printf 'def\n' | multilog ./d
    cat d/@* d/current
}
of_another_boot() { printf x | dd of=d/journal bs=1 seek=8 conv=notrunc 2>/dev/null; }
@test "a line that was cut short goes on, but not one of another boot of the machine" {
    ours killed_in_a_line :
    shows '> abcdef' '= 0'
    ours killed_in_a_line of_another_boot
    shows '> def' '= 0'
}
