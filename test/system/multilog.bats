#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # processors expand their own; $started is lib's
# multilog against the original: the same script and input must leave the same files.

load lib
load fed

# Every file of a directory with mode and content; finished files in their order. `journal` is ours
# and only there while we run.
tree() {
    local file
    for file in "$@"; do
        [ -d "$file" ] || continue
        echo "$file $(stat -c %a "$file")"
        (cd "$file" && for name in *; do
            [ "$name" = journal ] && continue
            echo "  $name $(stat -c '%a %s' "$name") $(md5sum <"$name")"
        done)
    done
}

# It sleeps until there is input. The original looks at an ALRM only when its read is interrupted: one
# that comes just before the read is obeyed after the next line.
sleeps() { grep -qE 'pipe_read|poll' "/proc/$started/wchan"; }

# No signal is on its way to the logger any more.
signals_seen() { grep -q '^ShdPnd:[[:space:]]*0*$' "/proc/$started/status"; }

# Feeds lines one at a time, each after the one before has reached the file: the original's cuts
# then do not depend on how reads happen to fall.
slowly() { # DIR COUNT WIDTH
    local i
    for ((i = 1; i <= $2; i++)); do
        printf '%0*d\n' "$3" "$i"
        wait_for "[ \$(cat $1/@* $1/current 2>/dev/null | wc -l) = $i ]"
    done
}

# ---- actions ----

actions() {
    printf 'one\ntwo\n' | try multilog -two e
    printf 'one\ntwo\n' | try multilog '-*' +two e
    printf 'x\n' | try multilog x foo '#' log ''  t e
    printf 'x\n' | try multilog t e
    printf 'x\n' | try multilog timestamp e
    printf 'a\nb\n' | try multilog -a e +a e
    try multilog </dev/null
}
@test "G01 selecting, alerts, unknown words, t only as the first" {
    same actions
    has '! @TS x'
}

alert_lengths() {
    local length
    for length in 0 199 200 201 999 1000 1001 5000; do
        head -c "$length" /dev/zero | tr '\0' a | multilog e 2>&1 | md5sum
        (head -c "$length" /dev/zero | tr '\0' a; echo) | multilog t e 2>&1 | tail -c +26 | md5sum
    done
}
@test "G02 an alert shows 200 bytes, then three dots" {
    same alert_lengths
}

status_file() {
    printf 'first\nsecond\n' | try multilog =st
    stat -c '%a %s' st
    md5sum st
    head -c 3000 /dev/zero | tr '\0' b | try multilog =st
    md5sum st
    (head -c 1000 /dev/zero | tr '\0' c; echo) | try multilog t =st
    tail -c +26 st | md5sum
    echo no | try multilog =no/st
    mkdir dir
    echo no | try multilog =dir
    printf 'x\n' | try multilog -x =st2
    stat -c '%a %s' st2
}
@test "G03 a status file has 1001 bytes and the last line" {
    same status_file
    has '> 600 1001'
}

pattern_pairs() {
    local pattern line
    while IFS='|' read -r pattern line; do
        printf '%s\n' "$line" | multilog '-*' "+$pattern" e 2>/dev/null 2>&1 | sed "s/^/<$pattern> /"
    done <<'END'
|
|a
a|a
a|b
a|aa
*|
*|abc
*x|ax
*x|axx
*ab|aab
*ab|xab
* one|xy z one
a*c|abc
a*c|abcc
**|abc
**|a*c
***|a*b*
*.|one.
?|?
?|a
[a]|[a]
\*|\*
\*|*
a b*|a b c
END
}
@test "G04 patterns" {
    same pattern_pairs
}

match_window() {
    local n
    for n in 998 999 1000 1001 2000; do
        (head -c "$n" /dev/zero | tr '\0' a; printf 'bZ\n') | multilog '-*' '+*b' "./d$n"
        (head -c "$n" /dev/zero | tr '\0' a; printf 'bZ\n') | multilog '-*' '+*bZ' "./e$n"
        (head -c "$n" /dev/zero | tr '\0' a; printf 'b\n') | multilog t '-*' '+*b' "./f$n"
    done
    wc -c ./d*/current ./e*/current ./f*/current
}
@test "G05 only the first 1000 bytes take part in matching" {
    same match_window
}

long_choice() {
    for letter in a b; do
        printf '%s' $letter
        head -c 100000 /dev/zero | tr '\0' x
        echo
    done | multilog '-*' '+a*' s5000000 ./a '-*' '+b*' s5000000 ./b '-*' '+c*' ./c
    for directory in a b c; do
        cat $directory/@* $directory/current 2>/dev/null | cut -c 1 | uniq -c | tr -s ' '
        cat $directory/@* $directory/current 2>/dev/null | wc -c
    done
}
@test "a line longer than any buffer goes whole where its beginning went" {
    same long_choice
    shows '>  1 a' '> 100002' '>  1 b' '> 100002' '> 0' '= 0'
}

many_directories() {
    printf '%s\n' a b c d | try multilog ./all -b ./notb '-*' +c s5000 n3 ./onlyc +d ./cd
    tree all notb onlyc cd
}
@test "one pass, several directories, each its own choice" {
    same many_directories
}

# ---- files ----

modes_and_appending() {
    echo one | try multilog t ./d
    sed -E 's/^@[0-9a-f]{24} /label /' d/current
    echo two | try multilog ./d
    stat -c '%n %a' d d/*
    tail -n 1 d/current
}
@test "G06 modes, and appending after a clean stop" {
    same modes_and_appending
    has '> d/current 744'
}

line_by_line() {
    piped multilog s4096 n20 ./d
    slowly d 70 99 >&7
    finish_input
    tree d
}
@test "G07 line by line, the files are cut at the same bytes" {
    same line_by_line
}

# With input in bulk the original's cuts depend on its reads; the lines do not.
in_bulk() {
    seq -f 'line %094g' 1 300 | try multilog s4096 n99 ./d
    cat d/@* d/current | md5sum
    for file in d/@*; do
        size=$(stat -c %s "$file")
        [ "$size" -le 4096 ] && [ "$size" -ge 2096 ] || echo "size $size"
        [ "$(stat -c %a "$file")" = 744 ] || echo "mode"
        [ "$(tail -c 1 "$file" | od -An -c)" = '  \n' ] || echo "cut in a line"
    done
}
@test "G07 in bulk, every file is within its size and ends with a line" {
    same in_bulk
}

long_line() {
    (head -c 20000 /dev/zero | tr '\0' y; echo) | try multilog s4096 n99 ./d
    tree d
    (head -c 3000 /dev/zero | tr '\0' y; printf 'end') | try multilog s4096 n99 ./e
    printf 'nul\0byte\n\n\n' | try multilog ./f
    tree e f
}
@test "G07 a line longer than a file, a last line without newline, NUL bytes" {
    same long_line
}

oversize_restart() {
    echo one | multilog ./d
    head -c 5000 /dev/zero | tr '\0' x >d/current
    echo >>d/current
    echo two | try multilog s4096 ./d
    tree d
}
@test "an oversize current is rotated before the first write" {
    same oversize_restart
}

pruning() {
    seq 1 9000 | multilog s4096 n5 ./d
    find d -name '@*' | wc -l
    touch d/@4000 d/@zzzzzzzzzzzzzzzzzzzzzzzzz d/@0000000000000000000000000
    seq 1 3000 | multilog s4096 n3 ./d
    find d -name '@*' -printf '%f\n' | grep -v '\.s' | sort
    find d -name '@*' | wc -l
    seq 1 3000 | multilog s4096 n1 ./e
    find e -name '@*' | wc -l
    seq 1 3000 | multilog s1 ./f
    find f -name '@*' -size +8 | wc -l
}
@test "G08 pruning counts any name with @ and 24 bytes more" {
    same pruning
}

# ---- signals ----

alarm() {
    piped multilog +x ./d
    wait_for test -e d/current
    wait_for sleeps
    kill -ALRM "$started"
    wait_for signals_seen
    printf 'hello\npart' >&7
    wait_for test -s d/current
    wait_for sleeps
    kill -ALRM "$started"
    wait_for 'ls d/@*'
    printf 'ial\n' >&7
    finish_input
    tree d
    cat d/current
}
@test "G09 ALRM rotates what is not empty and leaves a partial line alone" {
    same alarm
    has '> partial'
}

alarm_when_empty() {
    piped multilog ./d
    wait_for test -e d/current
    kill -ALRM "$started"
    finish_input
    echo "rc $?"
    tree d
}
@test "G09 ALRM with nothing written does nothing" {
    same alarm_when_empty
}

term_in_mid_line() {
    held_open multilog ./d
    printf 'one\ntw' >&8
    wait_for grep -q one d/current
    kill -TERM "$started"
    wait_for signals_seen
    env printf 'o\nnext\n' >&8 # in one write; the shell's own makes one of each line
    wait "$started"
    echo "rc $?"
    tree d
    cat d/current
    timeout 5 head -n 1 <&8
}
@test "G10 TERM finishes the line and leaves the rest to a successor" {
    same term_in_mid_line
    has '> next'
}

term_at_line_end() {
    held_open multilog ./d
    printf 'one\n' >&8
    wait_for grep -q one d/current
    kill -TERM "$started"
    wait "$started"
    echo "rc $?"
    tree d
}
@test "TERM at the end of a line stops at once" {
    same term_at_line_end
}

complete_lines_at_once() {
    piped multilog ./d
    printf 'one\n' >&7
    wait_for grep -qx one d/current
    printf 'two' >&7
    (head -c 999 /dev/zero | tr '\0' z) >&7
    wait_for '[ $(wc -c <d/current) -gt 999 ]'
    finish_input
    tree d
}
@test "a complete line reaches current at once, a long one in parts" {
    same complete_lines_at_once
}

# ---- at the start ----

start_failures() {
    piped multilog ./d
    wait_for test -e d/current
    echo x | try multilog ./d
    finish_input
    echo x | try multilog ./twice ./twice
    echo x | try multilog ./no/parent
    touch file
    echo x | try multilog ./file
    mkdir -p strange/current
    echo x | try multilog ./strange
    ln -s loop loop
    echo x | try multilog ./loop
    mkdir looped
    ln -s current looped/current
    echo x | try multilog ./looped
}
@test "G15 what cannot be opened or locked is fatal" {
    same start_failures
}

not_permitted() {
    mkdir closed
    chmod 700 closed
    chmod 755 .
    echo x | try setpriv --reuid=65534 --regid=65534 --clear-groups "$(command -v multilog)" ./closed
    echo x | try setpriv --reuid=65534 --regid=65534 --clear-groups "$(command -v multilog)" ./new
}
@test "G15 not permitted" {
    needs_root
    same not_permitted
}

# ---- processor ----

processor_in_order() {
    seq -f 'line %094g' 1 60 | try multilog s4096 n99 '!tr 0-9 a-j; read old <&4; echo "${old}x" >&5' ./d
    cat d/@* d/current | tr a-j 0-9 | md5sum
    stat -c '%a' d/@* | sort -u
    find d -type f ! -name '@*' -printf '%f %m\n' | sort
    tr -d '\n' <d/state | tr x '\n' | uniq
}
@test "G13 a processor with its state" {
    same processor_in_order
}

processor_surroundings() {
    seq 1 900 | multilog s4096 '!echo $(pwd) ; env | grep ^HFX; ls -l /proc/self/fd | sed -n "s/.* \([0-9]*\) -> .*/\1/p" | grep "[0145]"; grep -E "Sig(Blk|Ign)" /proc/self/status; echo T >&5' ./d
    cat d/@*
    cat d/state
}
@test "G13 what a processor finds" {
    HFX=1 same processor_surroundings
}

processor_fails_once() {
    seq 1 900 | try multilog s4096 \
        '!date +%s >>../runs; test -e ../ok || { touch ../ok; exit 1; }; cat' ./p
    cat p/@* p/current | md5sum
    stat -c '%a' p/@*
    local first second
    { read -r first && read -r second; } <runs
    [ $((second - first)) -ge 4 ] && echo 'after a pause'
}
@test "G14 a processor that fails once is run again, after a pause" {
    same processor_fails_once
    has '> after a pause'
    has '! multilog: warning: processor failed in ./p, pausing'
}
