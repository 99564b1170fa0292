# SPDX-License-Identifier: MIT
# What svc writes, and what svok and svstat make of every kind of service directory, case by case
# against the original. Nothing is supervised here: the FIFOs are held by the test.
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
load lib
load services

# Holds both FIFOs of a directory open, as a supervision does, until standard input ends.
fake() { # DIR
    service "$1"
    mkdir "$1/supervise"
    mkfifo "$1/supervise/control" "$1/supervise/ok"
    exec 8<>"$1/supervise/ok"
}

status() { # FILE PID-BYTE PAUSED-BYTE WANT-BYTE
    printf '@\0\0\0\0\0\0\12\0\0\0\0%b\0\0\0%b%b' "$2" "$3" "$4" >"$1"
}

letters() {
    fake a
    exec 9<>a/supervise/control
    svc -udopchaitkx a
    dd bs=99 count=1 <&9 2>/dev/null
    echo
    svc -x -d -dd -k a
    dd bs=99 count=1 <&9 2>/dev/null
    echo
    svc -xkti -a -hcp -odu a
    dd bs=99 count=1 <&9 2>/dev/null
    echo
    svc -d -- a
    svc -- -d a
    dd bs=99 count=1 <&9 2>/dev/null
}

@test "C01 svc sends each letter once, in order of first appearance" {
    same letters
    has '> udopchaitkx'
    has '> xdk'
    has '> xktiahcpodu'
}

# Debian's daemontools has them from 0.76-9 on (Debian 13); Debian 12's is 0.76-8.
signals_of_debian_13() {
    fake a
    exec 9<>a/supervise/control
    try svc -q12 a
    svc -d a
    dd bs=99 count=1 <&9 2>/dev/null
    echo
    svc -: a
}

the_oracle_is_of_debian_13() {
    hf_oracle_is_there
    "$ORACLE_BIN/svc" -: 2>&1 | grep -q 'q quit'
}

@test "C01 QUIT, USR1 and USR2, as in Debian 13's daemontools" {
    if the_oracle_is_of_debian_13; then
        same signals_of_debian_13
        return
    fi
    usage='svc options: u up, d down, o once, x exit, p pause, c continue, h hup, a alarm, i interrupt, t term, k kill'
    differs signals_of_debian_13 \
        --ours '> rc 0' '> q12d' '! svc: illegal option -- :' "! $usage, q quit, 1 usr1, 2 usr2" '= 100' \
        --oracle '> rc 100' '> d' '! svc: illegal option -- q' "! $usage" \
        '! svc: illegal option -- :' "! $usage" '= 100'
}

winch() {
    fake a
    exec 9<>a/supervise/control
    try svc -w a
    svc -d a
    dd bs=99 count=1 <&9 2>/dev/null
}

@test "C01 WINCH, which daemontools-encore's svc has and Debian's has not" {
    ours winch
    shows '> rc 0' '> wd' '> (no newline at the end)' '= 0'
}

matrix() {
    local normally pid paused want
    fake a
    for normally in up down; do
        rm -f a/down
        if [ $normally = down ]; then touch a/down; fi
        for pid in '\0' '\7'; do
            for paused in '\0' '\1'; do
                for want in '\0' d u; do
                    status a/supervise/status "$pid" "$paused" "$want"
                    svstat a | sed 's/pid 7/pid seven/; s/ [0-9]* seconds/ long/'
                done
            done
        done
    done
}

@test "C02 svstat's sentence, for all of down file, pid, paused, want" {
    same matrix
    has '> a: up (pid seven) long, normally down, paused, want down'
    has '> a: down long, normally up, want up'
    [ "$(wc -l <<<"$transcript")" = 25 ]
}

odd_status() {
    fake a
    status a/supervise/status '\377\377\377' '\52' 'x'
    svstat a
    printf '\377%.0s' {1..18} >a/supervise/status
    svstat a
    printf '\0%.0s' {1..18} >a/supervise/status
    svstat a | sed 's/[0-9]* seconds/N seconds/'
}

@test "svstat on bytes that no supervision writes" {
    same odd_status
}

lengths() {
    local length
    fake a
    for length in 0 1 17 18 19 103 104 105 5000; do
        head -c "$length" /dev/zero | tr '\0' '\7' >a/supervise/status
        svstat a | sed "s/ [0-9]* seconds/ long/"
    done
}

@test "svstat on status files of any length" {
    same lengths
    has '> a: unable to read supervise/status: bad format'
}

status_missing() {
    fake a
    svstat a
    : >a/supervise/status
    svstat a
    head -c 17 /dev/zero >a/supervise/status
    svstat a
    exec 8>&-
    svstat a
    svok a
    echo "svok $?"
    svc -u a
    rm a/supervise/ok
    svstat a
    svok a
    echo "svok $?"
    touch a/supervise/ok
    svok a
    echo "svok $?"
}

@test "C03 status missing, short, unreadable; then nobody at the FIFO; then no FIFO" {
    same status_missing
    has '> a: unable to open supervise/status: file does not exist'
    has '> a: unable to read supervise/status: bad format'
    has '> a: supervise not running'
    has '! svc: warning: unable to control a: supervise not running'
    has '> a: unable to open supervise/ok: file does not exist'
}

not_permitted() {
    fake a
    status a/supervise/status '\7' '\0' u
    chmod 600 a/supervise/*
    chmod 644 a/supervise/status
    chmod 755 . a a/supervise
    setpriv --reuid nobody --regid nogroup --clear-groups "$BASH" -c '
        svstat a; svok a; echo "svok $?"; svc -u a; echo "svc $?"
        cd ..; svstat a; echo "svstat $?"; svc -u a; echo "svc $?"'
}

@test "C04 for who may not write to the FIFOs, nor read where he is" {
    needs_root
    chmod 711 "$hf_test"
    same not_permitted
    has '> a: unable to open supervise/ok: access denied'
    has '! svok: fatal: unable to open a/supervise/ok: access denied'
    has '! svc: warning: unable to control a: access denied'
    has '! svstat: fatal: unable to open current directory: access denied'
    has '! svc: fatal: unable to open current directory: access denied'
}

status_is_a_directory() {
    fake a
    mkdir a/supervise/status
    svstat a
}

@test "svstat says that it cannot read, where the original makes something up" {
    differs status_is_a_directory \
        --ours '> a: unable to read supervise/status: is a directory' '= 0' \
        --oracle '> a: down S seconds, normally up' '= 0'
}

nowhere() {
    touch file
    for tool in svstat svok "svc -u" "svc"; do
        $tool none
        echo "$tool $?"
        $tool file
        echo "$tool $?"
        $tool ''
        echo "$tool $?"
    done
    svok
    echo "svok $?"
    svc
    svstat
}

@test "U03 what is no directory, and no argument" {
    same nowhere
    has '! svok: fatal: unable to chdir to none: file does not exist'
    has '> svok 111'
    has '! svok: usage: svok dir'
    has '> none: unable to chdir: file does not exist'
    has '! svc: warning: unable to chdir to none: file does not exist'
}

several() {
    for name in one two; do
        service $name
        supervising $name
        up $name
    done
    svstat one none two/ ./one | sed 's/: up.*/: up/'
    svc -x none one two
    svc -k one two
    wait_for '! svok one && ! svok two'
    svok one two
}

@test "several directories in one call: each is told and each is asked" {
    same several
    has '> none: unable to chdir: file does not exist'
}

control_is_a_file() {
    fake a
    rm a/supervise/control
    echo 'what stood here' >a/supervise/control
    svc -dx a
    cat a/supervise/control
}

@test "svc on a control that is a file writes into it" {
    same control_is_a_file
}

full_control() {
    fake a
    exec 9<>a/supervise/control
    dd if=/dev/zero of=a/supervise/control bs=65536 count=1 2>/dev/null
    timeout 5 svc -u a
    echo "svc $?"
}

@test "svc on a control FIFO that nobody empties" {
    differs full_control \
        --ours '> svc 111' '! svc: warning: error writing commands to a: temporary failure' '= 0' \
        --oracle '> svc 124' '= 0'
}

not_heard() {
    mkdir sv
    service sv/a
    service sv/b
    scanning sv 2>/dev/null
    up sv/a sv/b
    kill -STOP "$(engine)"
    timeout 9 svc -t sv/a sv/none sv/b
    echo "svc $?"
    kill -CONT "$(engine)"
    svc -t sv/a
    echo "svc $?"
}

@test "svc that nobody hears says so, for each service, and exits with 111" {
    ours not_heard
    shows '> svc 111' '> svc 0' \
        '! svc: warning: unable to chdir to sv/none: file does not exist' \
        '! svc: warning: commands to sv/a were not read within a second and may be lost: its supervisor is stopped or stuck' \
        '! svc: warning: commands to sv/b were not read within a second and may be lost: its supervisor is stopped or stuck' \
        '= 0'
}

output_full() {
    fake a
    status a/supervise/status '\7' '\0' u
    svstat a >/dev/full
}

@test "svstat: nobody reads, nobody is told" {
    same output_full
    shows '= 0'
}
