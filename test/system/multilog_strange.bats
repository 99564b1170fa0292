#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # programs expand their own; $started is lib's
# Log directories that are not as they should be: file systems that lack something, files that
# somebody removes or replaces, records that must not be cut.

load lib

# Lets calls of a command fail, as a file system does that does not know them.
lacking() { # CALL=ERROR... -- COMMAND...
    local options=() name=''
    while [ "$1" != -- ]; do
        name+=,${1%=*}
        options+=(-e "inject=${1%=*}:error=${1#*=}")
        shift
    done
    shift
    strace -f -qq -o /dev/null -e "trace=${name#,}" "${options[@]}" "$@"
}
lacks() {
    if ! grep -qE -e "$1" <<<"$transcript"; then return 0; fi
    printf 'in the transcript: %s\n%s\n' "$1" "$transcript"
    return 1
}
needs_strace() {
    if ! command -v strace >/dev/null; then skip "NOT RUN: needs strace"; fi
}

# A logger that reads the FIFO `in`; descriptor 7 writes to it.
logger() {
    mkfifo in
    start sh -c 'exec "$0" "$@" <in' "$@"
    exec 7>in
}
finish_input() {
    exec 7>&-
    wait "$started"
    echo "rc $?"
}
last_line() { cat d/@* d/current 2>/dev/null | tail -n 1; }

# ---- what a file system may lack ----

no_rename_flags() {
    local error
    for error in EINVAL ENOSYS EPERM; do
        seq 1 3000 | lacking renameat2=$error -- multilog s4096 n20 ./$error
        cat $error/@* $error/current | cmp - <(seq 1 3000) && ls $error/@*.s | wc -l
    done
}
@test "without RENAME_NOREPLACE files rotate all the same" {
    needs_strace
    ours no_rename_flags
    shows '> 6' '> 6' '> 6' '= 0'
}

no_links() {
    mkdir d
    echo old >d/current
    seq 1 2000 | lacking renameat2=EINVAL linkat=EPERM -- multilog s4096 n20 '!cat; echo x >&5' ./d
    echo "rc $?"
    cat d/@* d/current | grep -v x | cmp - <(echo old && seq 1 2000) && ls d
}
@test "without second names an unfinished file is kept, and a processor works" {
    needs_strace
    ours no_links
    has '> rc 0'
    has '> current'
    lacks '> previous'
}

no_links_and_a_failure() {
    seq 1 1200 | lacking linkat=EOPNOTSUPP -- \
        multilog s4096 n20 '![ -e ../tried ] || { touch ../tried; exit 1; }; cat' ./d
    echo "rc $?"
    cat d/@* d/current | cmp - <(seq 1 1200) && echo conserved
}
@test "without second names a file whose processor failed is processed again" {
    needs_strace
    ours no_links_and_a_failure
    has '> conserved'
}

no_modes_no_sync() {
    seq 1 2000 | lacking fchmod=EPERM fchmodat=EPERM fsync=EINVAL -- multilog s4096 n20 ./d
    seq 2001 3000 | lacking fchmod=EOPNOTSUPP fchmodat=EOPNOTSUPP fsync=EOPNOTSUPP -- \
        multilog s4096 n20 ./d
    cat d/@* d/current | cmp - <(seq 1 3000) && echo conserved
}
@test "a file system that keeps no modes and cannot sync" {
    needs_root
    needs_strace
    ours no_modes_no_sync
    shows '> conserved' '= 0'
}

no_inodes() {
    mkdir small
    mount -t tmpfs -o size=4m,nr_inodes=16 none small || exit 99
    seq 1 2500 | multilog n100 s4096 ./small/d
    local n=0
    while (: >"small/other.$n") 2>/dev/null; do n=$((n + 1)); done
    seq 10001 13000 | multilog k100k n100 s4096 ./small/d
    echo "rc $?"
    cat small/d/@* small/d/current | tail -n 1
}
@test "k: old files go where there is no inode for a new one" {
    needs_root
    export -f no_inodes
    ours apart no_inodes
    shows '> rc 0' '> 13000' '= 0'
}

# ---- what somebody does to the files ----

current_removed() {
    logger multilog s4096 n99 ./d
    echo first >&7
    wait_for grep -q first d/current
    rm d/current
    echo second >&7
    # What is written until it looks goes with the file.
    wait_for eval 'echo next >&7; sleep 0.1; grep -q next d/current'
    seq 1 20000 >&7
    finish_input
    last_line
}
@test "current is removed: a new one is made, and nobody is held up" {
    ours current_removed
    shows '> rc 0' '> 20000' \
        '! multilog: warning: ./d/current was removed or replaced: making it again' '= 0'
}

current_is_a_directory() {
    logger multilog s4096 n99 ./d
    echo first >&7
    wait_for grep -q first d/current
    rm d/current
    mkdir d/current d/current.1
    wait_for eval 'echo next >&7; sleep 0.1; [ -f d/current ]'
    seq 1 20000 >&7
    finish_input
    last_line
    [ -d d/current.2 ] && echo "out of the way"
}
@test "a directory in the place of current gets out of the way" {
    ours current_is_a_directory
    has '> rc 0'
    has '> 20000'
    has '> out of the way'
}

current_is_another_file() {
    logger multilog s4096 n99 ./d
    echo first >&7
    wait_for grep -q first d/current
    mv d/current kept
    printf 'torn' >d/current
    wait_for eval 'echo next >&7; sleep 0.1; grep -q next d/current'
    finish_input
    head -n 2 d/current
}
@test "another file in the place of current is gone on with" {
    ours current_is_another_file
    has '> torn'
    has '> next'
    lacks '> tornnext'
}

current_emptied() {
    logger multilog s4096 n99 ./d
    seq 1 300 >&7
    wait_for grep -q 300 d/current
    : >d/current
    wait_for eval 'echo next >&7; sleep 0.1; [ "$(wc -l <d/current)" -gt 20 ]'
    seq 1 400 >&7
    finish_input
    ls d/@* 2>/dev/null | wc -l
}
@test "an emptied current has room again" {
    ours current_emptied
    shows '> rc 0' '> 0' '= 0'
}

directory_removed() {
    logger multilog s4096 n99 ./d
    echo first >&7
    wait_for grep -q first d/current
    rm -r d
    wait_for eval 'echo next >&7; sleep 0.1; grep -q next d/current 2>/dev/null'
    seq 1 20000 >&7
    wait_for grep -qx 20000 d/current
    [ -e d/journal ] && echo "a journal"
    echo other | try multilog ./d
    kill -KILL "$started"
    wait "$started"
    echo last | try multilog n99 ./d
    cat d/@* d/current | grep -vx next | cmp - <(seq 1 20000 && echo last) && echo conserved
}
@test "a directory that is removed is made again, with its lock and its journal" {
    ours directory_removed
    has '> a journal'
    has '> rc 111'
    has '> conserved'
}

directory_renamed() {
    logger multilog s4096 n99 ./d
    echo first >&7
    wait_for grep -q first d/current
    mv d e
    seq 1 20000 >&7
    finish_input
    cat e/@* e/current | cmp - <(echo first && seq 1 20000) && echo conserved
}
@test "a directory that is renamed keeps its lines" {
    ours directory_renamed
    shows '> rc 0' '> conserved' '= 0'
}

foreign_names() {
    mkdir -p d/@4000000000000000000000000.s d/@4000000000000000000000001.s/x
    seq 1 3000 | multilog s4096 n2 ./d
    echo "rc $?"
    tail -n 1 d/current
    ls -d d/@*/ | wc -l
}
@test "a directory with the name of an old file holds nobody up" {
    ours foreign_names
    shows '> rc 0' '> 3000' '> 2' '= 0'
}

linked_elsewhere() {
    mkdir d
    echo old >d/current
    ln d/current backup
    echo new | try multilog ./d
    cat d/@*.u d/current
}
@test "a current that a backup has a second name of is kept after a kill" {
    ours linked_elsewhere
    shows '> rc 0' '> old' '> new' '= 0'
}

# ---- a kill in each step ----

# What is read from a pipe by one logger that is killed at a chosen call, and by the next one.
killed_in_each_step() { # SCRIPT...
    python3 - "$@" <<'P'
import glob, json, os, shutil, subprocess, sys
WANTED = [f"line {i:060}" for i in range(1, 501)]
def kept():
    for name in sorted(glob.glob("d/@*")) + ["d/current"]:
        for line in open(name):
            yield json.loads(line)["line"] if line.startswith("{") else line[:-1]
killed = 0
for call in ["fsync", "fchmod", "renameat2", "openat", "pwrite64", "write", "getdents64", "unlinkat", "read"]:
    for number in [1, 2, 3, 4, 5, 6, 7, 8, 12, 20]:
        shutil.rmtree("d", ignore_errors=True)
        reading, writing = os.pipe()
        os.write(writing, "\n".join(WANTED + [""]).encode())
        os.close(writing)
        logger = ["multilog", *sys.argv[1:], "./d"]
        inject = ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]
        killed += subprocess.run(["strace", "-qq", "-o", "/dev/null", *inject, *logger], stdin=reading).returncode != 0
        subprocess.run(logger, stdin=reading, check=True)
        os.close(reading)
        if list(kept()) != WANTED:
            print(call, number, "lost or doubled something")
print("some were killed" if killed > 20 else killed)
P
}
@test "killed at each call of a rotation: every line once, in order" {
    needs_strace
    ours killed_in_each_step s4096 n99
    shows '> some were killed' '= 0'
}
@test "the same with records" {
    needs_strace
    ours killed_in_each_step j s4096 n99
    shows '> some were killed' '= 0'
}

# ---- records ----

whole_records() {
    python3 - <<'P'
import glob, json, os, random, subprocess
random.seed(7)
def cut(data):  # in writes of any size
    at = 0
    while at < len(data):
        size = random.choice([1, 50, 1000, 4000, 70000])
        yield data[at:at + size]
        at += size
for size, longest in [("s4096", 300), ("s4096", 6000), ("s99999", 5000), ("s99999", 70000), ("s20000", 400000)]:
    lines = ["%d" % i + "\u00e9x\"" * random.randint(0, longest // 4) for i in range(30)]
    for turn in [1, 2]:
        subprocess.run(["rm", "-rf", "d"])
        logger = subprocess.Popen(["multilog", "j", size, "n999", "./d"], stdin=subprocess.PIPE)
        for part in cut("\n".join(lines + [""]).encode()):
            logger.stdin.write(part)
            logger.stdin.flush()
        logger.stdin.close()
        logger.wait()
        files = [open(name).read() for name in sorted(glob.glob("d/@*")) + ["d/current"]]
        read = [json.loads(line)["line"] for text in files for line in text.splitlines()]
        print(size, longest, read == lines)
        # A file is larger than its size only by records that are long.
        if longest < 20000:
            limit = int(size[1:])
            print(all(len(text.encode()) <= limit or text.count("\n") == 1 for text in files))
P
}
@test "j: each line of each file is a whole record, however the input comes" {
    ours whole_records
    lacks '> .*False'
    has '> s20000 400000 True'
}
