# SPDX-License-Identifier: MIT
# supervise DIR, case by case against the original: files, restarts, control letters, refusals.
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
load lib
load services

never_supervised() {
    service a
    svstat a
    svok a
    echo "svok $?"
    svc -u a
}

@test "S01 a directory that was never supervised" {
    same never_supervised
    has '> a: unable to open supervise/ok: file does not exist'
    has '! svc: warning: unable to control a: file does not exist'
}

normally_down() {
    service a
    touch a/down
    supervising a
    # By name: the original's status.new comes and goes here.
    stat -c '%n %a %F' a/supervise a/supervise/{control,lock,ok,status}
    bytes a/supervise/status 12 6
    svstat a
    svc -x a
    left "$supervisor"
    svstat a
    ls --ignore="${HF_EMPTY_RULES:+rules}" a/supervise
}

@test "S02 normally down: what stands on disk, and what remains" {
    same normally_down
    has '> a/supervise/control 600 fifo'
    has '> a/supervise/ok 600 fifo'
    has '> a/supervise/lock 600 regular empty file'
    has '> a/supervise/status 644 regular file'
    has '> a/supervise 700 directory'
    has '> 00 00 00 00 00 64'
    has '> a: supervise not running'
}

status_length() {
    normally_down >/dev/null
    stat -c %s a/supervise/status
}

@test "the status file is the original's, and more after it" {
    differs status_length --ours '> 4096' '= 0' --oracle '> 18' '= 0'
}

up_and_down() {
    service a
    supervising a
    up a
    bytes a/supervise/status 16 2
    for step in 'p , paused$' 'c [0-9] seconds$' 'd : down'; do
        svc -"${step%% *}" a
        wait_for says a "${step#* }"
        svstat a
        bytes a/supervise/status 16 2
    done
    svc -x a
    left "$supervisor"
}

@test "S03 up, paused, continued, down, left" {
    same up_and_down
    has '> 01 75'
    has '> a: up (pid N) S seconds, paused'
    has '> a: down S seconds, normally up'
    has '> 00 64'
}

stubborn() {
    service a 'trap "" TERM; touch ready; while :; do sleep 1; done'
    supervising a
    wait_for test -e a/ready
    svc -d a
    wait_for says a 'want down'
    svstat a
    touch a/down
    svstat a
    svc -p a
    wait_for says a paused
    svstat a
    svc -k a
    wait_for says a ': down'
    svstat a
}

@test "S04 a service that ignores TERM" {
    same stubborn
    has '> a: up (pid N) S seconds, normally down, paused, want down'
}

once() {
    service a 'echo x >>starts; exec sleep 99'
    touch a/down
    supervising a
    svc -o a
    wait_for lines a/starts 1
    up a
    bytes a/supervise/status 16 2
    svstat a
    svc -k a
    wait_for says a ': down'
    svstat a
    cat a/starts
}

@test "S05 once: no restart" {
    same once
    shows '> 00 00' '> a: up (pid N) S seconds, normally down' '> a: down S seconds' '> x' '= 0'
}

# How far the starts that are written in a file lie apart, in words.
short_lives() {
    service a "$born >>starts; $1"
    supervising a
    wait_for lines a/starts 3
    too_soon a/starts
    svc -dx a
    left "$supervisor"
}

@test "S06 a service that ends at once is started once a second" {
    same short_lives 'exit 3'
    shows '> ended with 0' '= 0'
}

@test "S06 one that lives half a second, too" {
    same short_lives 'exec sleep 0.5'
    shows '> ended with 0' '= 0'
}

# Mostly it is back less than a second after the end of the one before: one time is enough.
restarted_at_once() {
    local last=0 each
    while read -r each; do
        if [ "$last" != 0 ] && [ $((each - last)) -lt 2400 ]; then return 0; fi
        last=$each
    done <a/starts
    return 1
}

long_lives() {
    service a "$born >>starts; exec sleep 1.5"
    supervising a
    wait_for restarted_at_once
}

@test "S07 one that lived longer is restarted at once" {
    same long_lives
    shows '= 0'
}

cannot_run() {
    service a
    eval "$1"
    start supervise a 2>words
    supervisor=$started
    wait_for grep -q 'unable to start' words
    svstat a | sed 's/ [0-9]* seconds//'
    svc -dx a
    left "$supervisor"
    sort -u words
}

@test "S08 no run: said in the original's words; and not called up" {
    differs cannot_run 'rm a/run' \
        --ours '> a: down, normally up, want up' '> ended with 0' \
        '> supervise: fatal: unable to start a/run: file does not exist' '= 0' \
        --oracle '> a: up (pid N)' '> ended with 0' \
        '> supervise: fatal: unable to start a/run: file does not exist' '= 0'
}

@test "S09 a run that cannot be executed: the original's words" {
    differs cannot_run 'chmod 644 a/run' \
        --ours '> a: down, normally up, want up' '> ended with 0' \
        '> supervise: fatal: unable to start a/run: access denied' '= 0' \
        --oracle '> a: up (pid N)' '> ended with 0' \
        '> supervise: fatal: unable to start a/run: access denied' '= 0'
    differs cannot_run 'echo exit >a/run' \
        --ours '> a: down, normally up, want up' '> ended with 0' \
        '> supervise: fatal: unable to start a/run: exec format error' '= 0' \
        --oracle '> a: up (pid N)' '> ended with 0' \
        '> supervise: fatal: unable to start a/run: exec format error' '= 0'
}

second() {
    service a
    supervising a
    up a
    before=$(pid_of a)
    supervise a
    echo "second $?"
    [ "$(pid_of a)" = "$before" ] && echo unharmed
}

@test "S10 a second supervise is refused" {
    same second
    shows '> second 111' '> unharmed' \
        '! supervise: fatal: unable to acquire a/supervise/lock: temporary failure' '= 0'
}

leave_then_up() {
    service a 'touch runs; exec sleep 99'
    touch a/down
    supervising a
    svc -xu a
    if [ "$side" = ours ]; then
        wait_for test -e a/runs
        up a
        svc -k a
    fi
    left "$supervisor"
    test -e a/runs && echo ran
}

@test "S11 what stands behind an x is obeyed, too" {
    differs leave_then_up --ours '> ended with 0' '> ran' '= 0' --oracle '> ended with 0' '= 1'
}

leave_when_dead() {
    service a
    supervising a
    up a
    svc -x a
    svc -c a
    svstat a
    svc -u a
    svc -t a
    left "$supervisor"
    svok a
}

@test "S12 an x waits for the death of the service, and u does not cancel it" {
    same leave_when_dead
    shows '> a: up (pid N) S seconds' '> ended with 0' '= 100'
}

told_to_end() {
    service a 'echo x >>starts; exec sleep 99'
    supervising a
    wait_for lines a/starts 1
    up a
    service=$(pid_of a)
    end "$supervisor" TERM
    gone "$service" && echo the service has ended
    svstat a
    supervising a
    wait_for lines a/starts 2
    gone "$service" || echo two copies
}

@test "S13 supervise that is told to end takes its service with it" {
    differs told_to_end \
        --ours '> ended with 0' '> the service has ended' '> a: supervise not running' '= 0' \
        --oracle '> ended with 143' '> a: supervise not running' '> two copies' '= 0'
}

linked_state() { # TARGET
    service a
    ln -s "$1" a/supervise
    touch a/down
    start supervise a
    supervisor=$started
    if [ "$1" = ../state ]; then
        wait_for svok a
        stat -c '%n %a' state
        svc -x a
    fi
    left "$supervisor"
}

@test "S14 supervise is a link: what it points to is made, but not what leads there" {
    same linked_state ../state
    shows '> state 700' '> ended with 0' '= 0'
    same linked_state ../none/state
    has '! supervise: fatal: unable to acquire a/supervise/lock: file does not exist'
}

refused() {
    service a
    eval "$1"
    supervise a
    echo "ended with $?"
    svstat a
}

@test "S15 what cannot be supervised: the original's words" {
    same refused 'ln -s down a/down'
    has '! supervise: fatal: unable to stat a/down: symbolic link loop'
    has '> a: unable to stat down: symbolic link loop'
    same refused 'touch a/supervise'
    has '! supervise: fatal: unable to acquire a/supervise/lock: not a directory'
    same refused 'mkdir a/supervise; mkfifo a/supervise/lock'
    has '! supervise: fatal: unable to acquire a/supervise/lock: device not configured'
    same refused 'rm -r a'
    has '! supervise: fatal: unable to chdir to a: file does not exist'
}

surroundings() {
    service a 'pwd | sed "s:.*/::"; tr "\0" " " </proc/$$/cmdline; echo; ls /proc/$$/fd
        grep SigBlk /proc/self/status; ulimit -n; umask; echo $MINE; touch done; exec sleep 99'
    export MINE=inherited
    ulimit -S -n 500
    umask 027
    supervising a
    wait_for test -e a/done
}

@test "S16 what a service finds: directory, arguments, signals, limits, environment" {
    same surroundings
    has '> a'
    has '> /bin/sh ./run '
    has $'> SigBlk:\t0000000000000000'
    has '> 500'
    has '> 0027'
    has '> inherited'
}

stray_descriptor() {
    service a 'if [ -e /proc/$$/fd/9 ]; then echo has it; else echo has not; fi; touch done'
    supervising a 9</dev/null
    wait_for test -e a/done
}

@test "S16 a descriptor that supervise was started with does not reach the service" {
    differs stray_descriptor --ours '> has not' '= 0' --oracle '> has it' '= 0'
}

identity() {
    # shellcheck disable=SC2016 # for the service's shell
    service a 'read -r pid name state parent group session rest </proc/$$/stat
        if [ $pid = $group ] && [ $pid = $session ]; then echo leads both; else echo does not; fi
        touch done; exec sleep 99'
    supervising a
    wait_for test -e a/done
}

@test "S16 a service leads a session and a process group of its own" {
    differs identity --ours '> leads both' '= 0' --oracle '> does not' '= 0'
}

# setsid(1) forks if it leads a process group.
# shellcheck disable=SC2016 # for wait_for
session_by_run() {
    service a 'echo start >>starts; exec setsid sleep 99'
    supervising a
    up a
    first=$(pid_of a)
    wait_for '[ "$(cat "/proc/$first/comm")" = sleep ]'
    wait_for '[ "$(cut -d " " -f 6 "/proc/$first/stat")" = "$first" ]'
    wait_for '[ "$(cut -d " " -f 5 "/proc/$first/stat")" = "$first" ]'
    try test "$(pid_of a)" = "$first"
    try test "$(wc -l <a/starts)" = 1
    svc -d a
    wait_for gone "$first"
    wait_for says a ': down'
    try test "$(wc -l <a/starts)" = 1
}

@test "S16 a run script that ends in exec setsid leads the session that it makes" {
    same session_by_run
    shows '> rc 0' '> rc 0' '> rc 0' '= 0'
}

dispositions() {
    service a 'grep SigIgn /proc/self/status; touch done; exec sleep 99'
    trap "" HUP INT USR1 PIPE
    HF_TEST_MARK=$hf_test/ supervise a &
    wait_for test -e a/done
}

@test "S16 a service has default signal dispositions, whatever supervise was started with" {
    differs dispositions --ours $'> SigIgn:\t0000000000000000' '= 0' \
        --oracle $'> SigIgn:\t0000000000001207' '= 0'
}

raw_letters() {
    service a
    supervising a
    up a
    printf 'zz?d\n' >a/supervise/control
    wait_for says a ': down'
    svstat a
    printf u >a/supervise/control
    up a
    svstat a
}

@test "S17 letters by hand; what is no letter is ignored" {
    same raw_letters
    shows '> a: down S seconds, normally up' '> a: up (pid N) S seconds' '= 0'
}

now() { sed 's/\.\([0-9]*\) .*/\10/' /proc/uptime; } # as $born has it

# Whether it is ever down again in the second after its start. A loaded machine may need longer.
down_after_start() {
    service a "$born >>starts; exec sleep 99"
    touch a/down
    supervising a
    for try in 1 2 3 4 5; do
        svc -u a
        wait_for lines a/starts $try
        svc -d a
        wait_for says a ': down'
        if [ $(($(now) - $(tail -n 1 a/starts))) -lt 990 ]; then echo at once && return; fi
    done
    echo late
}

@test "S18 no deaf second after a start" {
    differs down_after_start --ours '> at once' '= 0' --oracle '> late' '= 0'
}

usage() {
    service a
    supervise "$@"
}

@test "supervise takes one directory" {
    same usage
    shows '! supervise: usage: supervise dir' '= 100'
    same usage a b
    shows '! supervise: usage: supervise dir' '= 100'
    same usage -h
    shows '! supervise: fatal: unable to chdir to -h: file does not exist' '= 111'
}
