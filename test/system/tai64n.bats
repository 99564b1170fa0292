#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tai64n and tai64nlocal against the original.

load lib

tai64n_lines() {
    printf 'one\ntwo\n\n' | try tai64n
    printf 'partial' | try tai64n
    try tai64n </dev/null
    printf 'x\n' | try tai64n ignored arguments
    try tai64n <.
    try tai64n <&-
    printf 'x\n' | try tai64n >/dev/full
}
@test "T01 tai64n: labels, no newline added, quiet failures" {
    same tai64n_lines
}

long_lines() {
    (head -c 100000 /dev/zero | tr '\0' a; echo; echo b) | tai64n | cut -c 27- | md5sum
    seq 1 30000 | tai64n | cut -c 27- | md5sum
    seq 1 30000 | tai64n | grep -cvE '^@4[0-9a-f]{15}[0-9a-f]{8} [0-9]+$'
}
@test "T01 tai64n: lines longer than any buffer" {
    same long_lines
}

label_is_now() {
    local before after label seconds
    before=$(date +%s)
    label=$(echo | tai64n)
    after=$(date +%s)
    seconds=$((16#${label:9:8} - 10))
    [ "$seconds" -ge "$before" ] && [ "$seconds" -le "$after" ] && echo "it is now"
    echo "$((16#${label:17:8} % 1000))"
}
@test "T01 tai64n: the offset is 10, nanoseconds end in 500" {
    same label_is_now
    shows '> it is now' '> 500' '= 0'
}

one_by_one() {
    mkfifo in
    exec 8<>in
    start sh -c "exec $1 <in >out" 8>&-
    printf '%s\n' "$2" >&8
    wait_for test -s out
    printf '%s' "$2" >&8
    echo "$1 is prompt"
}
@test "a line comes out before the next is read" {
    same one_by_one tai64n line
    same one_by_one tai64nlocal '@4000000037c219bf2ef02e94 line'
}

labels() {
    cat <<'END'
@4000000037c219bf2ef02e94 the manual's example
 @4000000037c219bf2ef02e94 indented
@4000000037c219bf2ef02e94x right after
@4000000037c219bf2ef02e94
@400000000000000a00000000 the epoch
@3fffffffffffffff00000000 1969
@40000001ffffffff3b9ac9ff after 2106
@400000000000000affffffff ten digits
@4000000037c219bf2ef02e94 @4000000037c219bf2ef02e94 once a line
no label

@14000000037c219bf2ef02e94 a digit too many falls off
@400000006187714300000000 daylight saving, EDT
@400000006187714900000000 and after
@4000000060445f5900000000 spring, before
@4000000060445f5a00000000 and after
END
}
in_zones() {
    local zone
    for zone in UTC America/Los_Angeles America/New_York Asia/Kolkata Pacific/Apia right/UTC \
        right/Europe/Berlin EST5EDT,M3.2.0,M11.1.0 :nosuch ''; do
        echo "zone $zone"
        labels | TZ=$zone try tai64nlocal
    done
    labels | env -u TZ tai64nlocal | md5sum
}
@test "T02 tai64nlocal: zones, leap seconds, daylight saving, far years" {
    same in_zones
    has '> 1999-08-24 04:04:05.787492500 the manual'"'"'s example'
}

across_a_change() {
    local second
    # Two hours around a change, back and forth.
    for second in $(seq 1636261209 97 1636268409) $(seq 1636268409 -101 1636261209); do
        printf '@4000000%09x%08x x\n' "$second" 500
    done | TZ=America/New_York tai64nlocal
}
@test "T02 tai64nlocal: right around a change of daylight saving, in any order" {
    same across_a_change
}

tai64nlocal_failures() {
    try tai64nlocal </dev/null
    try tai64nlocal <.
    echo x | try tai64nlocal >/dev/full
    printf 'partial' | try tai64nlocal ignored
}
@test "T02 tai64nlocal: quiet failures" {
    same tai64nlocal_failures
}

malformed() {
    printf '@zz\n' >in
    { sh -c 'tai64nlocal <in; echo "rc $?"'; } 2>/dev/null
}
@test "a malformed label is copied; the original crashes" {
    differs malformed --ours '> @zz' '> rc 0' '= 0' --oracle '> rc 139' '= 0'
}

malformed_kinds() {
    printf '%s\n' '@' '@4000' '@4000000037C219BF2EF02E94 upper' '@@' '@ffffffffffffffffffffffff far' \
        "@$(head -c 300 /dev/zero | tr '\0' 0) endless" >in
    tai64nlocal <in >out
    cmp in out && echo unchanged
}
@test "malformed labels of all kinds are copied" {
    ours malformed_kinds
    shows '> unchanged' '= 0'
}

label_at_the_end() {
    printf '@4000000037c219bf2ef02e94' | TZ=UTC tai64nlocal
    echo
}
@test "a label that ends the input is printed; the original loses it" {
    differs label_at_the_end --ours '> 1999-08-24 04:04:05.787492500' '= 0' --oracle '> ' '= 0'
}

again() {
    tai64n_nonblocking() { # with nothing to read, on a descriptor that does not block
        python3 -c 'import os,sys,subprocess
r, w = os.pipe()
os.set_blocking(r, False)
for tool in ["tai64n", "tai64nlocal"]:
    print(tool, subprocess.run([tool], stdin=r).returncode)'
    }
    tai64n_nonblocking
}
@test "G17 EAGAIN is an error, as ever" {
    same again
    shows '> tai64n 111' '> tai64nlocal 111' '= 0'
}
