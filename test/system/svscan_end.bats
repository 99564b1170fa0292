# SPDX-License-Identifier: MIT
# What svscan and supervise do when they are told to end: services first, then loggers, in order.
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
load lib
load services

told() { # SIGNAL
    mkdir sv
    service sv/a
    scanning sv
    up sv/a
    service=$(pid_of sv/a)
    end "$scanner" "$1"
    gone "$service" || echo the service runs
    svstat sv/a
}

@test "svscan on TERM or INT stops its services, then ends with 0" {
    differs told TERM --ours '> ended with 0' '> sv/a: supervise not running' '= 0' \
        --oracle '> ended with 143' '> the service runs' '> sv/a: up (pid N) S seconds' '= 0'
    differs told INT --ours '> ended with 0' '> sv/a: supervise not running' '= 0' \
        --oracle '> ended with 130' '> the service runs' '> sv/a: up (pid N) S seconds' '= 0'
}

@test "svscan on QUIT leaves, and its services stay up" {
    differs told QUIT \
        --ours '> ended with 0' '> the service runs' '> sv/a: supervise not running' '= 0' \
        --oracle '> ended with 131' '> the service runs' '> sv/a: up (pid N) S seconds' '= 0'
}

# Writes as fast as it can; told to end it writes on for a while, then its last line.
talkative='python3 -uc "
import signal, sys
told = False
def tell(*_):
    global told
    told = True
signal.signal(signal.SIGTERM, tell)
n = last = 0
while not told or n < last:
    n += 1
    print(n)
    if not told: last = n + 5000
print(\"the end\")
"'

in_order() {
    mkdir sv
    for name in a b c; do
        service sv/$name "exec $talkative"
        # Slow, and deaf to signals: it ends when it has read everything.
        service sv/$name/log 'trap "" TERM INT; while dd bs=4096 count=1 2>/dev/null >chunk
            [ -s chunk ]; do cat chunk >>../../../'$name'; sleep 0.01; done; echo log ends >>../../../'$name
    done
    scanning sv
    for name in a b c; do wait_for lines $name 1000; done
    end "$scanner" TERM
    for name in a b c; do
        count=$(($(wc -l <$name) - 2))
        cmp $name <(seq $count; echo the end; echo log ends) && [ $count -gt 5000 ] && echo all there
    done
}

@test "TERM: services first, then each logger once it has read everything" {
    ours in_order
    shows '> ended with 0' '> all there' '> all there' '> all there' '= 0'
}

deaf() {
    mkdir sv
    service sv/deaf 'trap "" TERM; touch ready; while :; do sleep 1; done'
    service sv/deaf/log 'trap "" TERM; cat; exec sleep 99'
    service sv/stopped
    service sv/good
    scanning sv
    wait_for test -e sv/deaf/ready
    up sv/deaf sv/deaf/log sv/stopped sv/good
    pids=$(for each in deaf deaf/log stopped good; do pid_of sv/$each; done)
    svc -p sv/stopped
    wait_for says sv/stopped paused
    begin=$SECONDS
    kill -TERM "$scanner"
    wait_for '! svok sv/good && ! svok sv/stopped'
    svok sv/deaf && echo the deaf one has time
    HF_PATIENCE=40 left "$scanner"
    [ $((SECONDS - begin)) -ge 9 ] && echo after ten seconds
    for pid in $pids; do gone "$pid" || echo left over; done
}

@test "TERM: who ignores it is killed after ten seconds; the others do not wait for it" {
    ours deaf
    shows '> the deaf one has time' '> ended with 0' '> after ten seconds' '= 0'
}

adopted() { # SIGNAL
    mkdir sv
    service sv/a 'echo x >>../../starts; exec sleep 99'
    service sv/a/log 'exec cat >>../../../out'
    service sv/once 'echo x >>../../once; exec sleep 99'
    touch sv/once/down
    scanning sv
    up sv/a sv/a/log
    svc -o sv/once
    up sv/once
    wait_for lines once 1
    before=$(pid_of sv/a)
    logger=$(pid_of sv/a/log)
    once=$(pid_of sv/once)
    end "$scanner" "$1"
    wait_for '! svok sv/a'
    gone "$before" || echo it runs
    scanning sv
    up sv/a sv/a/log sv/once
    [ "$(pid_of sv/a)" = "$before" ] && echo same process
    [ "$(pid_of sv/a/log)" = "$logger" ] && echo same logger
    [ "$(pid_of sv/once)" = "$once" ] && echo same once
    svc -t sv/a sv/once
    wait_for changed sv/a "$before"
    wait_for says sv/once ': down'
    wait_for lines starts 2
    cat starts once
    end "$scanner" TERM
    svstat sv/a
    gone "$logger" || echo the logger is left over
}

@test "QUIT, or KILL: the next svscan takes what runs, and it obeys" {
    ours adopted QUIT
    shows '> ended with 0' '> it runs' '> same process' '> same logger' '> same once' \
        '> x' '> x' '> x' '> ended with 0' '> sv/a: supervise not running' '= 0'
    ours adopted KILL
    shows '> ended with 137' '> it runs' '> same process' '> same logger' '> same once' \
        '> x' '> x' '> x' '> ended with 0' '> sv/a: supervise not running' '= 0'
}

hup() {
    mkdir sv
    service sv/a
    scanning sv
    up sv/a
    before=$(pid_of sv/a)
    kill -HUP "$scanner"
    service b
    mv b sv
    up sv/b
    [ "$(pid_of sv/a)" = "$before" ] && echo same process
    end "$scanner" TERM
}

@test "HUP scans again and ends nothing" {
    ours hup
    shows '> same process' '> ended with 0' '= 0'
}

other_signals() {
    mkdir sv
    service sv/a
    scanning sv
    up sv/a
    for signal in USR1 ALRM PIPE WINCH CONT CHLD HUP; do kill -$signal "$scanner"; done
    svc -d sv/a
    wait_for says sv/a ': down'
    end "$scanner" TERM
}

@test "other signals do svscan no harm" {
    ours other_signals
    shows '> ended with 0' '= 0'
}

second_svscan() {
    mkdir sv
    service sv/a
    scanning sv 2>words
    up sv/a
    svscan sv
    echo "second $?"
    (cd sv && svscan)
    echo "third $?"
    cat words
}

@test "a second svscan on a folder says so once and leaves" {
    ours second_svscan
    shows '> second 111' '> third 111' \
        '! svscan: fatal: another svscan is running on sv' \
        '! svscan: fatal: another svscan is running on .' '= 0'
}

while_starting() {
    mkdir sv
    for name in {1..100}; do service "sv/$name" 'exec sleep 98.7654'; done
    scanning sv
    wait_for svok sv/50
    end "$scanner" TERM
    svstat sv/* | grep -cv 'not running\|unable to open supervise/ok'
    pgrep -f 'sleep 98.7654' | wc -l
}

@test "TERM while services are being started: none is left over" {
    ours while_starting
    shows '> ended with 0' '> 0' '> 0' '= 0'
}

crash_loop_end() {
    mkdir sv
    service sv/a 'exit 1'
    service sv/a/log 'exit 1'
    service sv/broken
    rm sv/broken/run
    scanning sv 2>words
    wait_for grep -q broken words
    end "$scanner" TERM
    svstat sv/a sv/a/log sv/broken
}

@test "TERM while services and loggers crash all the time" {
    ours crash_loop_end
    has '> ended with 0'
    has '> sv/a/log: supervise not running'
}

engine_killed_at_the_end() {
    mkdir sv
    service sv/a 'trap "while [ ! -e go ]; do sleep 0.02; done; echo ends; exit" TERM; touch ready
        while :; do sleep 0.02; done'
    service sv/b 'trap "touch told" TERM; touch ready; while [ ! -e go ]; do sleep 0.02; done; echo ends'
    scanning sv 2>/dev/null
    wait_for test -e sv/a/ready -a -e sv/b/ready
    kill -TERM "$scanner"
    wait_for test -e sv/b/told
    old=$(engine)
    kill -KILL "$old"
    wait_for another_engine "$old"
    touch sv/a/go sv/b/go
    left "$scanner"
    svstat sv/a sv/b
}

@test "the engine is killed at the end: the next one goes on with it" {
    ours engine_killed_at_the_end
    shows '> ends' '> ends' '> ended with 0' '> sv/a: supervise not running' \
        '> sv/b: supervise not running' '= 0'
}

no_engine_runs() {
    mkdir sv programs
    cp "$HF_BIN/svscan" programs
    printf '#!/bin/sh\nexit 3\n' >programs/holdfast-engine
    chmod 755 programs/holdfast-engine
    start programs/svscan sv 2>words
    scanner=$started
    wait_for grep -q 'the engine exited with 3' words
    kill -TERM "$scanner"
    left "$scanner"
    tail -n 1 words
}

@test "TERM when no engine runs: that is said, and svscan ends with 111" {
    ours no_engine_runs
    shows '> ended with 111' \
        '> svscan: fatal: no engine runs that could stop the services; they keep running' '= 0'
}

lone() {
    service a 'trap "echo ends; exit" TERM; touch ready; while :; do sleep 0.05; done'
    for signal in TERM INT HUP; do
        rm -f a/ready
        supervising a
        wait_for test -e a/ready
        end "$supervisor" $signal
        svstat a
    done
}

@test "a lone supervise on TERM, INT or HUP stops its service and leaves" {
    ours lone
    shows '> ends' '> ended with 0' '> a: supervise not running' \
        '> ends' '> ended with 0' '> a: supervise not running' \
        '> ends' '> ended with 0' '> a: supervise not running' '= 0'
}

lone_quit() {
    service a 'echo x >>starts; exec sleep 99'
    supervising a
    up a
    before=$(pid_of a)
    end "$supervisor" "$1"
    gone "$before" || echo it runs
    svstat a
    supervising a
    up a
    [ "$(pid_of a)" = "$before" ] && echo same process
    cat a/starts
    svc -t a
    wait_for changed a "$before"
    wait_for lines a/starts 2
    svc -dx a
    left "$supervisor"
}

@test "a lone supervise on QUIT, or killed: the next one takes the service that runs" {
    ours lone_quit QUIT
    shows '> ended with 0' '> it runs' '> a: supervise not running' '> same process' '> x' \
        '> ended with 0' '= 0'
    ours lone_quit KILL
    shows '> ended with 137' '> it runs' '> a: supervise not running' '> same process' '> x' \
        '> ended with 0' '= 0'
}

first_process() {
    mkdir sv
    # It leaves a stranger to whoever inherits orphans.
    service sv/a '(setsid sh -c "echo \$\$ >../../stranger; exit 3" &); exec sleep 99'
    service sv/b 'trap "echo b ends; exit" TERM; touch ready; while :; do sleep 0.05; done'
    service killer 'while [ ! -e sv/b/ready ]; do sleep 0.05; done
        until [ -s stranger ] && [ ! -e /proc/$(cat stranger) ]; do sleep 0.05; done
        ps -eo stat= | grep -c Z; kill -TERM 1'
    killer/run &
    exec svscan sv
}

in_container() {
    export -f first_process service
    timeout 30 unshare --mount --pid --fork --kill-child --mount-proc bash -c first_process
    echo "ended with $?"
    svstat sv/a sv/b
}

@test "as the first process of a container it buries strangers, and TERM stops all in order" {
    needs_root
    ours in_container
    shows '> 0' '> b ends' '> ended with 0' '> sv/a: supervise not running' \
        '> sv/b: supervise not running' '= 0'
}
