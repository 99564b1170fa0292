# SPDX-License-Identifier: MIT
# What is wrong with a service directory concerns that service: one clear line, and the others go
# on. Mended, it comes up.
# shellcheck disable=SC2016,SC2086,SC2154 # no blanks in names; scripts of services; names that lib.bash sets
load lib
load services

# What spoils a service | what mends it | what is said, with NAME for the service's.
spoilt='
rm run                          | cp ../good/run run        | unable to start NAME/run: file does not exist
chmod 644 run                   | chmod 755 run             | unable to start NAME/run: access denied
echo exit >run                  | cp ../good/run run        | unable to start NAME/run: exec format error
: >run                          | cp ../good/run run        | unable to start NAME/run: exec format error
echo "#!no" >run                | cp ../good/run run        | unable to start NAME/run: file does not exist
rm run; mkdir run               | rmdir run; cp ../good/run . | unable to start NAME/run: access denied
rm run; ln -s run run           | rm run; cp ../good/run .  | unable to start NAME/run: symbolic link loop
ln -s down down                 | rm down                   | unable to stat NAME/down: symbolic link loop
touch supervise                 | rm supervise              | unable to acquire NAME/supervise/lock: not a directory
ln -s none/state supervise      | mkdir none                | unable to acquire NAME/supervise/lock: file does not exist
ln -s supervise supervise       | rm supervise              | unable to acquire NAME/supervise/lock: symbolic link loop
mkdir -p supervise/lock         | rmdir supervise/lock      | unable to acquire NAME/supervise/lock: is a directory
mkdir supervise; touch supervise/control | rm supervise/control | NAME/supervise/control is not a fifo: remove it
mkdir -p supervise/control      | rmdir supervise/control   | unable to read NAME/supervise/control: is a directory
mkdir -p supervise/status       | rmdir supervise/status    | unable to rename NAME/supervise/status.new to status: is a directory
mkdir log supervise; touch supervise/log | rm supervise/log; cp ../good/run log | NAME/supervise/log is not a fifo: remove it
'

spoilt_and_mended() {
    local number=0 spoil mend line
    mkdir sv
    service sv/good
    service sv/clock 'echo x >>../../clock'
    while IFS='|' read -r spoil mend line; do
        if [ -z "$line" ]; then continue; fi
        number=$((number + 1))
        service sv/$number
        (cd sv/$number && eval "$spoil")
        echo "supervise: fatal:${line/NAME/$number}" >>expected
    done <<<"$spoilt"
    scanning sv 2>words
    up sv/good
    wait_for lines words $number
    # All have been tried again meanwhile.
    wait_for lines clock 4
    diff <(sort expected) <(sort words) && echo each said once
    before=$(pid_of sv/good)
    svc -t sv/good
    wait_for changed sv/good "$before"
    number=0
    while IFS='|' read -r spoil mend line; do
        if [ -z "$line" ]; then continue; fi
        number=$((number + 1))
        (cd sv/$number && eval "$mend")
    done <<<"$spoilt"
    while [ $number -gt 0 ]; do
        up sv/$number
        number=$((number - 1))
    done
    diff <(sort expected) <(sort words) && echo nothing more said
}

@test "what is wrong with a directory is said once, in one line; mended, it comes up" {
    ours spoilt_and_mended
    shows '> each said once' '> nothing more said' '= 0'
}

replaced_by_ours() { # COMMAND
    mkdir sv
    service sv/a
    mkdir sv/a/supervise
    eval "$1"
    scanning sv
    up sv/a
    svok sv/a
    svc -d sv/a
    wait_for says sv/a ': down'
    svstat sv/a
}

@test "what can simply be put right is" {
    for spoil in 'touch sv/a/supervise/ok' 'mkfifo sv/a/supervise/ok' \
        'mkfifo sv/a/supervise/status' 'ln -s none sv/a/supervise/status' \
        'ln -s status sv/a/supervise/status' 'touch sv/a/supervise/ok.new' \
        'mkdir sv/a/supervise/ok.new' 'mkfifo sv/a/supervise/status.new' \
        'touch sv/a/supervise/status; chmod 0 sv/a/supervise/status'; do
        ours replaced_by_ours "$spoil" || { echo "with $spoil" && return 1; }
        shows '> sv/a: down S seconds, normally up' '= 0' || { echo "with $spoil" && return 1; }
    done
}

not_root() {
    local tool
    mkdir sv
    service sv/a
    service sv/locked
    service sv/foreign
    mkdir sv/foreign/supervise
    chmod 700 sv/foreign/supervise
    touch sv/mine
    chown nobody sv sv/a sv/locked
    chmod 555 sv/locked
    tool=$(command -v svscan)
    start setpriv --reuid nobody --regid nogroup --clear-groups "$tool" sv 2>words
    scanner=$started
    up sv/a
    wait_for lines words 2
    sort words
    end "$scanner" TERM
    svstat sv/a
}

@test "an ordinary user's svscan; directories in which it may not write" {
    needs_root
    ours not_root
    shows '> supervise: fatal: unable to acquire foreign/supervise/lock: access denied' \
        '> supervise: fatal: unable to acquire locked/supervise/lock: access denied' \
        '> ended with 0' '> sv/a: supervise not running' '= 0'
}

status_of_root() {
    service a
    mkdir a/supervise
    head -c 18 /dev/zero >a/supervise/status
    chown nobody a a/supervise
    chmod 644 a/supervise/status
    start setpriv --reuid nobody --regid nogroup --clear-groups "$(command -v supervise)" a
    up a
    svc -d a
    wait_for says a ': down'
}

@test "a status file that somebody else wrote is replaced, as by the original" {
    needs_root
    same status_of_root
    shows '= 0'
}

full_disk_in_mount_namespace() {
    mkdir sv
    service sv/good
    mkdir full
    mount -t tmpfs -o size=64k,nr_inodes=40 none full
    service full/bad 'echo x >>/proc/$PPID/fd/1 2>/dev/null; exec sleep 99'
    ln -s ../full/bad sv/bad
    dd if=/dev/zero of=full/fill bs=1k 2>/dev/null
    scanning sv 2>words
    up sv/good
    wait_for lines words 1
    rm full/fill
    up sv/bad
    dd if=/dev/zero of=full/fill bs=1k 2>/dev/null
    before=$(pid_of sv/bad)
    svc -t sv/bad
    wait_for changed sv/bad "$before"
    svc -p sv/bad
    wait_for says sv/bad paused
    svc -d sv/bad
    wait_for says sv/bad ': down'
    kill -TERM "$scanner"
    wait "$scanner"
    echo "ended with $?"
    cat words
}

on_a_full_disk() {
    export -f scanning up says pid_of changed lines left hf_how_it_ended
    apart full_disk_in_mount_namespace
}

@test "on a full disk: what runs there goes on, and what cannot begin begins later" {
    needs_root
    ours on_a_full_disk
    shows '> ended with 0' \
        '> supervise: fatal: unable to write bad/supervise/status.new: out of disk space' '= 0'
}

# There is room for `supervise` and three files in it: not for `ok`.
without_inodes_in_mount_namespace() {
    mkdir sv full
    mount -t tmpfs -o nr_inodes=40 none full
    service full/a
    local number=0
    while [ "$(stat -f -c %d full)" -gt 4 ]; do : >full/fill.$((number++)); done
    ln -s ../full/a sv/
    scanning sv 2>words
    wait_for lines words 1
    rm full/fill.*
    up sv/a
    cat words
}

without_inodes() {
    export -f scanning up says lines left hf_how_it_ended
    apart without_inodes_in_mount_namespace
}

@test "without a free inode: that is said, and it begins later" {
    needs_root
    ours without_inodes
    shows '> supervise: fatal: unable to make a/supervise/ok: out of disk space' '= 0'
}

# 1 kB blocks, as mke2fs makes them on small disks. The 29th event stands in another block.
small_blocks_in_mount_namespace() {
    mkdir small sv
    truncate -s 2M image
    mkfs.ext4 -q -b 1024 -O ^has_journal image
    mount -o loop image small
    service small/a "echo x >>$PWD/starts; exec sleep 0.02"
    for each in a $1; do ln -s "../small/$each" sv/; done
    [ -z "$1" ] || as_an_earlier_version_left_it "small/$1"
    : >starts
    svscan sv 2>words &
    scanner=$!
    wait_for svok sv/a
    [ -z "$1" ] || wait_for svok "sv/$1"
    dd if=/dev/zero of=small/fill bs=1k 2>/dev/null
    svc -d sv/a
    for _ in {1..40}; do
        wait_for says sv/a ': down'
        count=$(wc -l <starts)
        svc -o sv/a
        wait_for lines starts $((count + 1))
    done
    wc -l <words
    stat -c %b small/a/supervise/status
    [ -z "$1" ] || stat -c %b "small/$1/supervise/status"
    kill "$scanner"
    wait "$scanner"
    umount small
}

# With holes, and short.
as_an_earlier_version_left_it() {
    service "$1"
    touch "$1/down"
    supervise "$1" &
    wait_for svok "$1"
    svc -x "$1"
    wait
    cp --sparse=always "$1/supervise/status" "$1/status"
    truncate -s 200 "$1/status"
    mv "$1/status" "$1/supervise/status"
    [ "$(stat -c %b "$1/supervise/status")" -lt 8 ] || echo "it has no holes"
}

on_small_blocks() {
    export -f says pid_of lines as_an_earlier_version_left_it
    apart small_blocks_in_mount_namespace "$1"
}

@test "on a full disk with small blocks: every event can be written" {
    needs_root
    ours on_small_blocks ''
    shows '> 0' '> 8' '= 0'
    ours on_small_blocks short
    shows '> 0' '> 8' '> 8' '= 0'
}

old_status() {
    mkdir sv
    for length in 0 1 17 18 19 103 104 105 5000; do
        service sv/$length
        mkdir sv/$length/supervise
        head -c $length /dev/urandom >sv/$length/supervise/status
    done
    scanning sv
    for length in 0 1 17 18 19 103 104 105 5000; do
        up sv/$length
        svc -d sv/$length
        wait_for says sv/$length ': down'
    done
    svstat sv/*
}

@test "whatever stands in the status file at the start" {
    ours old_status
    for length in 0 1 17 18 19 103 104 105 5000; do
        has "> sv/$length: down S seconds, normally up"
    done
    has '= 0'
}

all_letters() {
    service a 'trap "" HUP ALRM INT QUIT USR1 USR2 WINCH; touch ready; while :; do sleep 0.05; done'
    supervising a
    wait_for test -e a/ready
    before=$(pid_of a)
    for byte in {0..255}; do
        case $byte in 100 | 107 | 114 | 116 | 120 | 112) continue ;; esac # d k r t x p
        printf '%b' "\\$(printf %03o $byte)"
    done >a/supervise/control
    svc -p a
    wait_for says a paused
    svstat a
    [ "$(pid_of a)" = "$before" ] && echo the same process
    svc -c a
    wait_for '! says a paused'
    head -c 65536 /dev/zero | tr '\0' 'c' >a/supervise/control
    svc -dx a
    left "$supervisor"
}

@test "every byte that can be written to the control FIFO, and 65536 at once" {
    ours all_letters
    shows '> a: up (pid N) S seconds, paused' '> the same process' '> ended with 0' '= 0'
}

odd_names() {
    local names name
    names=('with space' $'new\nline' $'\377\376' 'a"quote' '-x' '%s%n' '*' 'back\slash' '\r'
        "$(printf 'x%.0s' {1..255})")
    mkdir sv
    for name in "${names[@]}"; do
        service "./sv/$name"
        service "./sv/$name/log" 'exec cat >>out'
    done
    scanning sv
    for name in "${names[@]}"; do up "./sv/$name" "./sv/$name/log"; done
    before=$(for name in "${names[@]}"; do pid_of "./sv/$name"; done)
    kill -KILL "$(engine)"
    for name in "${names[@]}"; do wait_for svok "./sv/$name"; done
    [ "$before" = "$(for name in "${names[@]}"; do pid_of "./sv/$name"; done)" ] && echo all the same
    end "$scanner" TERM
}

@test "names with blanks, newlines, 255 bytes, no text at all" {
    ours odd_names
    has '> all the same'
    has '> ended with 0'
}

loops() {
    mkdir sv
    service sv/good
    ln -s bad sv/bad
    ln -s . sv/self
    ln -s .. sv/above
    scanning sv 2>words
    up sv/good
    wait_for grep -q bad words
    svc -d sv/good
    wait_for says sv/good ': down'
    grep svscan words
}

@test "links that lead nowhere, to the folder itself, above it" {
    ours loops
    shows '> svscan: warning: unable to stat bad: symbolic link loop' '= 0'
}

crowd() {
    mkdir sv
    service sv/good
    for name in {1..100}; do
        mkdir sv/none$name
        service sv/mode$name && chmod 644 sv/mode$name/run
        service sv/file$name && touch sv/file$name/supervise
    done
    scanning sv 2>words
    up sv/good
    wait_for lines words 300
    for _ in 1 2 3 4; do
        before=$(pid_of sv/good)
        svc -t sv/good
        wait_for changed sv/good "$before"
        wait_for '! says sv/good ": up .* 0 seconds"'
    done
    wc -l <words
    sort words | uniq -d
    svstat sv/none1
}

@test "300 broken services beside a good one, which does not notice; one line each" {
    ours crowd
    shows '> 300' '> sv/none1: down S seconds, normally up, want up' '= 0'
}
