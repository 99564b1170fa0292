#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2163
# multilog's own actions. The original ignores every one of them.

load lib
load fed

ignored_by_the_original() {
    printf 'one\ntwo\n' | multilog b8192 S1m k0 a99999 amidnight ./d
    cat d/current
}
@test "a script with our directory actions means the same to the original" {
    same ignored_by_the_original
    shows '> one' '> two' '= 0'
}

help_text() { multilog --help; }
@test "--help names every action" {
    ours help_text
    local action
    for action in t T j -PATTERN +PATTERN '~-RE' mN e =FILE y uADDR:PORT cADDR:PORT sN nN '!COMMAND' \
        bN SN kN aN amidnight z; do
        grep -qF -e "  $action" <<<"$transcript" || { echo "no $action"; return 1; }
    done
}

big_files() {
    seq -f 'line %094g' 1 200000 | multilog b18m n99 ./d
    stat -c '%s' d/@* d/current
    cat d/@* d/current | cmp - <(seq -f 'line %094g' 1 200000) && echo same
}
@test "b: files larger than the original's 16 MB" {
    ours big_files
    has '> 18872400'
    has '> same'
}

total_size() {
    seq -f 'line %094g' 1 1000 | multilog s4096 n99 S10000 ./d
    cat d/@* | wc -c
    tail -qn 1 d/@* d/current | tail -n 1
}
@test "S: the finished files have a total size" {
    ours total_size
    has '> 8400'
    grep -q '> line 0*1000$' <<<"$transcript"
}

# Its processor time in ticks, of which a second has a hundred.
ticks_of() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

no_age_yet() {
    held_open multilog a1 ./d
    wait_for test -e d/current
    # Time itself is the case: an age of a second must pass.
    sleep 2
    [ "$(ticks_of "$started")" -lt 50 ] && echo rests
}
@test "aN: an empty file has no age" {
    ours no_age_yet
    shows '> rests' '= 0'
}

by_age() {
    held_open multilog a1 ./d
    echo one >&7
    wait_for 'ls d/@*.s'
    cat d/@*.s
    stat -c %s d/current
    echo two >&7
    wait_for "[ \$(ls d/@*.s | wc -l) = 2 ]"
    exec 7>&- 8>&-
    wait "$started"
    cat d/@*.s
}
@test "aN: a file is finished N seconds after its first line, without new input" {
    ours by_age
    shows '> one' '> 0' '> one' '> two' '= 0'
}

keeps_space() {
    seq -f 'line %094g' 1 30000 >in
    multilog s16384 n9999 k600k ./small/d <in
    [ $(($(stat -f -c '%a*%S' small))) -ge 600000 ] && echo "space is left"
    [ "$(cat small/d/@* | wc -c)" -gt 100000 ] && echo "and used"
    tail -n 1 small/d/current
}
small_disk_then() {
    mkdir small
    mount -t tmpfs -o size=1m none small || exit 99
    "$1"
}
@test "kN: old files go while less than N bytes are free" {
    needs_root
    export -f keeps_space
    ours apart small_disk_then keeps_space
    has '> space is left'
    has '> and used'
}
export -f small_disk_then

compressed() {
    held_open multilog s4096 n99 z5 ./d
    seq -f 'line %094g' 1 300 >&7
    wait_for "grep -q 'line .*300$' d/current && [ -z \"\$(find d -name '@*.s')\" ]"
    exec 7>&- 8>&-
    wait "$started"
    stat -c %a d/@* | sort -u
    for file in d/@*.zst; do zstd -dcq "$file"; done | cat - d/current |
        cmp - <(seq -f 'line %094g' 1 300) && echo conserved
    find d ! -name '@*' -type f -printf '%f\n' | sort
}
@test "z: finished files are compressed, in order, and nothing else is left" {
    ours compressed
    shows '> 744' '> conserved' '> current' '> lock' '> state' '= 0'
}

pruned_compressed() {
    seq -f 'line %094g' 1 3000 | multilog s4096 n4 z ./d
    held_open multilog s4096 n4 z ./d
    wait_for '[ -z "$(find d -name "@*.s")" ]'
    exec 7>&- 8>&-
    wait "$started"
    find d -name '@*' | wc -l
}
@test "compressed files count and are pruned like others" {
    ours pruned_compressed
    shows '> 3' '= 0'
}

# As a compressor leaves it for a moment: the new name is given, the old one not yet removed.
two_compressors() {
    mkdir d
    cd d || return
    name=@4000000065000000000000000.s
    seq 1000 >$name
    zstd -q $name
    exec 7<$name.zst
    flock 7
    start multilog-zstd 3 7<&-
    wait_for '! grep -q "^State:.[RD]" "/proc/$started/status"'
    printf '%s\n' @*
    exec 7<&-
    wait "$started"
    printf '%s\n' @*
    zstd -dcq $name.zst | cmp - <(seq 1000) && echo conserved
}
@test "a file that another compressor is about to remove is left to it" {
    ours two_compressors
    shows '> @TS0.s' '> @TS0.s.zst' \
        '> @TS0.s.zst' '> conserved' '= 0'
}

# The compressor that stands beside multilog only says that it was started, and stays.
one_compressor() {
    mkdir programs
    cp "$HF_BIN/multilog" programs
    printf '#!/bin/sh\necho >>../starts\nexec sleep 99\n' >programs/multilog-zstd
    chmod 755 programs/multilog-zstd
    held_open programs/multilog s4096 z ./d
    for i in 1 2 3; do
        seq -f "$i %094g" 50 >&7
        wait_for "grep -q '^$i 0*50$' d/current"
    done
    wc -l <starts
}
@test "one compressor is at work, however many files wait" {
    ours one_compressor
    shows '> 1' '= 0'
}

no_helper() {
    cp "$(command -v multilog)" ./multilog
    echo x | PATH=/nonexistent try ./multilog z ./d
}
@test "z without the compressor is a clear error" {
    ours no_helper
    shows '> rc 111' \
        '! multilog: fatal: unable to compress: unable to run multilog-zstd: file does not exist' '= 0'
}

iso_times() {
    printf 'one\ntwo' | multilog T ./d
    grep -cE "^$(date -u +%Y)-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z (one|two)$" d/current
    printf 'x\n' | multilog T '-*Z x' ./e
    wc -c <e/current
}
@test "T: ISO 8601, and patterns see it" {
    ours iso_times
    shows '> 2' '> 0' '= 0'
}

json_lines() {
    {
        printf 'plain\n"quoted" \\ back\ttab\001\n'
        printf '\303\251 and \377 bytes\n'
        head -c 200000 /dev/zero | tr '\0' q
        printf '\nlast'
    } | multilog j b1m ./d
    python3 -c 'import json,sys
for line in open("d/current", "rb"):
    entry = json.loads(line.decode("utf-8"))
    text = entry["line"]
    print(sorted(entry), ascii(text) if len(text) < 99 else len(text))'
}
@test "j: each line is a JSON object, whatever the bytes" {
    ours json_lines
    shows "> ['line', 'time'] 'plain'" "> ['line', 'time'] '\"quoted\" \\\\ back\\ttab\\x01'" \
        "> ['line', 'time'] '\\xe9 and \\xff bytes'" "> ['line', 'time'] 200000" \
        "> ['line', 'time'] 'last'" '= 0'
}

regular() {
    printf '%s\n' apple banana cherry 'a.c' abc '' | multilog '~-a' '~+^(a\.c|apple)$' ./d
    cat d/current
    echo x | try multilog '~-(' ./e
}
@test "~: POSIX extended regular expressions" {
    ours regular
    shows '> apple' '> cherry' '> a.c' '> ' '> rc 111' \
        '! multilog: fatal: unable to use regular expression (: invalid argument' '= 0'
}

limited() {
    seq 1 100 | multilog ./all m3/3600 ./some
    wc -l <all/current
    cat some/current
}
@test "m: what is too much is counted and said" {
    ours limited
    shows '> 100' '> 1' '> 2' '> 3' '> multilog: 97 lines dropped: more than 3 in 3600 s' '= 0'
}

limit_says_in_time() {
    held_open multilog t m1/1 ./d
    printf 'a\nb\nc\n' >&7
    wait_for "grep -q 'multilog: 2 lines dropped: more than 1 in 1 s$' d/current"
    exec 7>&- 8>&-
    wait "$started"
    cut -c 27- d/current
}
@test "m: says so when the time is over, without new input" {
    ours limit_says_in_time
    shows '> a' '> multilog: 2 lines dropped: more than 1 in 1 s' '= 0'
}

receiver() { # KIND: prints its port, then what it gets
    python3 -uc 'import socket,sys
kind = sys.argv[1]
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
if kind == "tcp": s.listen()
print(s.getsockname()[1], flush=True)
if kind == "tcp":
    c, _ = s.accept()
    data = b""
    while True:
        part = c.recv(999)
        if not part: break
        data += part
    print(data.decode(), end="")
else:
    for i in range(2): print(s.recv(9999).decode())
print("done")' "$1" >"$1.out"
}

copied() { # KIND LETTER
    start bash -c "$(declare -f receiver); receiver $1"
    wait_for test -s "$1.out"
    printf 'one\ntwo\nnot this\n' | multilog '-not*' "${2}127.0.0.1:$(head -n 1 "$1.out")" ./d
    wait_for grep -q 'done' "$1.out"
    tail -n +2 "$1.out"
    cat d/current
}
@test "u and c: copies go to an address" {
    ours copied udp u
    shows '> one' '> two' '> done' '> one' '> two' '= 0'
    ours copied tcp c
    shows '> one' '> two' '> done' '> one' '> two' '= 0'
}

nobody_there() {
    seq 1 1000 | multilog u127.0.0.1:9 c127.0.0.1:9 ./d
    cmp d/current <(seq 1 1000) && echo conserved
}
@test "u and c: nobody there costs the file nothing" {
    ours nobody_there
    has '> conserved'
}

deaf_receiver() {
    python3 -uc 'import socket,time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True)
c, _ = s.accept(); time.sleep(99)' >port &
    wait_for test -s port
    seq -f '%094g' 1 100000 | multilog "c127.0.0.1:$(cat port)" b1g ./d 2>err
    cmp d/current <(seq -f '%094g' 1 100000) && echo conserved
    grep -c 'lines that could not be copied' err
    kill $! 2>/dev/null || true
}
@test "c: a receiver that does not read costs the file nothing" {
    ours deaf_receiver
    shows '> conserved' '> 1' '= 0'
}

syslog_there() {
    mount -t tmpfs none /dev/shm # a place of our own
    touch /dev/log 2>/dev/null
    python3 -uc 'import socket,os
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/dev/shm/log")
os.path.lexists("/dev/log") and os.unlink("/dev/log")
os.symlink("/dev/shm/log", "/dev/log")
print("ready", flush=True)
print(s.recv(9999).decode())' >got &
    wait_for test -s got
    echo 'hello there' | multilog y ./d
    wait_for grep -q hello got
    rm -f /dev/log
    sed -nE "s/^(<14>1 )[0-9T:.-]+Z $(hostname) multilog [0-9]+ (- - hello there)$/\1\2/p" got
}
@test "y: RFC 5424 to /dev/log" {
    needs_root
    if [ -e /dev/log ]; then skip "NOT RUN: there is a /dev/log that is not ours"; fi
    export -f syslog_there
    ours apart syslog_there
    has '> <14>1 - - hello there'
}
