#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2163 # processors expand their own; $started is lib's
# Full disks, failing processors, unreadable input, a clock set back: nothing is lost, TERM is obeyed.

load lib
load fed

# ---- input ----

read_error() { try multilog e <.; }
@test "a read error is an error; the original calls it the end of the input" {
    differs read_error \
        --ours '> rc 111' '! multilog: fatal: unable to read standard input: is a directory' '= 0' \
        --oracle '> rc 0' '= 0'
}

closed_descriptors() {
    multilog ./d <&-
    echo $?
    mkdir e
    mkfifo e/lock
    echo one | multilog ./e 2>&-
    echo $?
    printf 'one\ntwo\n' | multilog ./d 2>&-
    cat d/lock d/state d/current
}
@test "a closed standard descriptor is no file of the log" {
    ours closed_descriptors
    shows '> 111' '> 111' '> one' '> two' \
        '! multilog: fatal: unable to read standard input: file descriptor not open' '= 0'
}

limited() { # a limit of file sizes, in blocks of 512 bytes
    (ulimit -f 16 && seq 1 5000 | timeout 20 multilog n100 ./d)
    cat d/@* d/current | sort -n | uniq | wc -l
    find d -name '@*' -size +32 | wc -l
    (ulimit -f 1 && seq 1 5000 | timeout -s TERM 1 multilog n100 ./e)
}
@test "a limit of file sizes ends a file, not multilog" {
    ours limited
    has '> 5000'
    has '> 0'
    has '! multilog: warning: unable to write to ./e/current, pausing: file too big'
}

lines_before_a_read_error() {
    python3 -c 'import pty,os,subprocess,sys
leader, follower = pty.openpty()
child = subprocess.Popen(["multilog", "./d"], stdin=follower)
os.close(follower)
os.write(leader, b"one\n")
while not os.path.exists("d/current") or not os.path.getsize("d/current"): pass
os.close(leader)
print(child.wait())'
    cat d/current
    stat -c %a d/current
}
@test "what came before a read error is written, and current is clean" {
    ours lines_before_a_read_error
    has '> one'
    has '> 744'
}

not_yet() {
    python3 -c 'import os,subprocess,time
r, w = os.pipe()
os.set_blocking(r, False)
child = subprocess.Popen(["multilog", "./d"], stdin=r)
while not os.path.exists("d/current"): pass
try:
    child.wait(0.3)
except subprocess.TimeoutExpired:
    pass
try:
    os.write(w, b"later\n")
    os.close(r)
    os.close(w)
except OSError as e: print(e)
print(child.wait())'
    cat d/current
}
@test "G17 a descriptor with nothing to read yet is waited for" {
    differs not_yet --ours '> 0' '> later' '= 0' --oracle '> 0' '= 0'
}

closed_stderr() {
    python3 -c 'import os,subprocess
r, w = os.pipe()
os.close(r)
child = subprocess.Popen(["multilog", "e", "./d"], stdin=subprocess.PIPE, stderr=w)
child.stdin.write(b"one\n")
child.stdin.close()
print(child.wait())'
    cat d/current
}
@test "a closed pipe on standard error kills the original, not us" {
    differs closed_stderr --ours '> 0' '> one' '= 0' --oracle '> -13' '= 0'
}

# ---- a full disk ----

# A file system of 1 MB below `small`, in a mount namespace of its own.
on_small_disk() { # FUNCTION
    needs_root
    export -f piped held_open "$1" "${@:2}"
    ours apart small_disk_then "$1"
}
small_disk_then() {
    mkdir small
    mount -t tmpfs -o "size=${HF_DISK:-1m}" none small || exit 99
    "$1"
}
export -f small_disk_then

filled_and_freed() {
    held_open multilog s16384 n999 ./small/d
    (
        for i in $(seq 1 40000); do printf 'line %040d\n' "$i"; done >&7
        : >written
    ) 8>&- &
    wait_for grep -q 'unable to write to ./small/d/current, pausing: out of disk space' "$hf_err"
    mkdir kept
    # Make room as an administrator would, again and again; keep what is moved away.
    while [ ! -e written ] || [ "$(cat kept/* small/d/@* small/d/current 2>/dev/null | wc -l)" -lt 40000 ]; do
        for file in small/d/@*; do
            if [ -s "$file" ]; then cp -p "$file" kept/ && rm "$file"; fi
        done
    done
    exec 7>&- 8>&-
    wait "$started"
    echo "rc $?"
    cat kept/@* small/d/@* small/d/current 2>/dev/null |
        cmp - <(for i in $(seq 1 40000); do printf 'line %040d\n' "$i"; done) && echo conserved
}
@test "a disk of 1 MB filled and freed: every line once, in order" {
    export hf_err=$hf_test/ours.err
    on_small_disk filled_and_freed
    has '> conserved'
    has '> rc 0'
}

term_while_full() {
    head -c 1000000 /dev/zero >small/ballast
    held_open multilog n99 ./small/d
    (seq -f 'line %040.0f' 1 8000 >&7) 8>&- &
    wait_for grep -q 'pausing: out of disk space' "$hf_err"
    kill -TERM "$started"
    wait "$started"
    echo "rc $?"
    rm small/ballast
    held_open multilog n99 ./small/d
    wait_for "[ \$(cat small/d/@* small/d/current | wc -l) -ge 8000 ]"
    kill -TERM "$started"
    wait "$started"
    echo "rc $?"
    cat small/d/@* small/d/current | cmp - <(seq -f 'line %040.0f' 1 8000) && echo conserved
}
@test "G16 TERM is obeyed while the disk is full, and the next start loses nothing" {
    export hf_err=$hf_test/ours.err
    on_small_disk term_while_full
    has '> conserved'
    has '> rc 0'
}

full_at_the_start() {
    dd if=/dev/zero of=small/ballast bs=4k 2>/dev/null
    held_open multilog ./small/d
    printf 'one\n' >&7
    wait_for grep -q 'pausing: out of disk space' "$hf_err"
    kill -TERM "$started"
    wait "$started"
    echo "rc $?"
    timeout 1 head -n 1 <&8
}
@test "a disk that is full from the start: the input stays in the pipe" {
    export hf_err=$hf_test/ours.err
    on_small_disk full_at_the_start
    shows '> rc 0' '> one' \
        '! multilog: warning: unable to write to ./small/d/current, pausing: out of disk space' '= 0'
}

# ---- processors ----

fails_n_times() {
    held_open multilog s4096 n99 \
        '!echo x >>../tries; [ $(wc -l <../tries) -ge 2 ] || exit 1; cat' ./d
    seq -f 'line %094g' 1 300 >&7
    # Reading and writing go on meanwhile.
    wait_for grep -q 'line .*300$' d/current
    [ -z "$(find d -name '@*.s')" ] && echo "all written, none processed yet"
    wait_for "[ \$(ls d/@*.u 2>/dev/null | wc -l) = 0 ]"
    exec 7>&- 8>&-
    wait "$started"
    echo "rc $?"
    cat d/@*.s d/current | cmp - <(seq -f 'line %094g' 1 300) && echo conserved
}
@test "a processor that fails does not hold up the lines, and gets them in order" {
    ours fails_n_times
    shows '> all written, none processed yet' '> rc 0' '> conserved' \
        '! multilog: warning: processor failed in ./d, pausing' '= 0'
}

term_while_failing() {
    held_open multilog s4096 n99 '!exit 1' ./d
    seq -f 'line %094g' 1 100 >&7
    wait_for grep -q 'processor failed' "$hf_err"
    kill -TERM "$started"
    wait "$started"
    echo "rc $?"
    exec 7>&- 8>&-
    cat d/@* d/current | cmp - <(seq -f 'line %094g' 1 100) && echo conserved
    multilog s4096 n99 '!tr 0-9 a-j' ./d </dev/null
    cat d/@*.s d/current | tr a-j 0-9 | sed 's/^dbce/line/' | wc -l
    ls d
}
@test "TERM is obeyed while a processor fails; the next one gets the files" {
    export hf_err=$hf_test/ours.err
    ours term_while_failing
    has '> conserved'
    has '> 100'
}

slow_processor_bound() {
    held_open multilog s4096 n99 '!while [ ! -e ../go ]; do sleep 0.02; done; cat' ./d
    (seq -f 'line %094g' 1 2000 >&7; : >written) 8>&- &
    wait_for "[ \$(ls d/@*.u 2>/dev/null | wc -l) = 16 ]"
    wait_for "[ \$(cut -d' ' -f1 /proc/$started/wchan) ]"
    [ -e written ] || echo "the writer waits"
    find d -name '@*.u' | wc -l
    : >go
    exec 7>&-
    wait_for test -e written
    exec 8>&-
    wait "$started"
    cat d/@*.s d/current | cmp - <(seq -f 'line %094g' 1 2000) && echo conserved
}
@test "no more than 16 files wait for a processor" {
    ours slow_processor_bound
    has '> the writer waits'
    has '> 16'
    has '> conserved'
}

missing_state() {
    echo one | multilog ./d
    rm d/state
    seq 1 900 >in
    { sh -c 'timeout -s KILL 3 multilog s4096 "!cat; echo s >&5" ./d <in; echo "rc $?"' 2>&3; } \
        3>&2 2>/dev/null
    cat d/state
}
@test "a missing state is made again; the original tries for ever" {
    differs missing_state --ours '> rc 0' '> s' '= 0' \
        --oracle '> rc 137' '! multilog: fatal: unable to run cat; echo s >&5: file does not exist' \
        '! multilog: warning: processor failed in ./d, pausing' '! Killed' \
        '! cat: d/state: No such file or directory' '= 1'
}

# ---- the clock ----

clock_set_back() {
    mkdir d
    # What a directory looks like whose files were finished in the year 2033.
    for i in 1 2 3; do
        echo "future $i" >"d/@40000000774859000000000$i.s"
        chmod 744 d/@*
    done
    seq -f 'now %094g' 1 60 | multilog s4096 n5 ./d
    grep -l now d/@* | wc -l
    seq -f 'new %094g' 1 60 | multilog s4096 n5 ./d
    grep -h -o -m 1 -E '^(future .|now|new)' d/@*
}
@test "the clock set back: the oldest files go, not the newest" {
    differs clock_set_back --ours '> 2' '> now' '> now' '> new' '> new' '= 0' \
        --oracle '> 1' '> new' '> future 1' '> future 2' '> future 3' '= 0'
}

# Only files drag the labels along; a directory can have the very next one.
name_taken() {
    mkdir d
    echo future >d/@4000000077485900000001f4.s
    chmod 744 d/@*
    mkdir d/@4000000077485900000005dc.s
    seq -f '%0100g' 1 41 | multilog s4096 ./d
    (cd d && for name in @*; do stat -c '%n %F' "$name"; done) | sed 's/^@4000000077485900//'
}
@test "a label that a directory has is passed over" {
    ours name_taken
    shows '> 000001f4.s regular file' '> 000005dc.s directory' '> 000009c4.s regular file' '= 0'
}

# The compressor that stands beside multilog only counts.
@test "a compressor that leaves a file as it is does not start again at once" {
    mkdir programs log
    cp "$HF_BIN/multilog" programs
    printf '#!/bin/sh\necho >>../starts\n' >programs/multilog-zstd
    chmod 755 programs/multilog-zstd
    echo old >log/@400000006b0746eb0c87830c.s
    held_open programs/multilog z ./log
    wait_for test -s starts
    wait_for '! pgrep -P "$started"'
    exec 7>&- 8>&-
    wait "$started"
    [ "$(wc -l <starts)" = 1 ]
}
