# SPDX-License-Identifier: MIT
# svscan: what it starts and what it leaves alone, against the original.
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
load lib
load services

small_world() {
    mkdir sv
    service sv/one
    service sv/two 'echo hello; exec sleep 99'
    service sv/two/log 'exec cat >>../../../two.log'
    service sv/.hid 'touch ../../hid'
    touch sv/file
    ln -s nowhere sv/dang
    scanning sv 2>words
    up sv/one sv/two sv/two/log
    wait_for lines two.log 1
    wait_for grep -q dang words
    cat two.log
    sort -u words
    test -e hid && echo hidden one was started
    svok sv/file
    svok sv/.hid
    echo "svok $?"
}

@test "N01 what is started: directories, not files, not hidden ones; what is said" {
    same small_world
    shows '> hello' '> svscan: warning: unable to stat dang: file does not exist' '> svok 100' \
        '! svok: fatal: unable to chdir to sv/file: not a directory' '= 0'
}

supervisor_killed() {
    mkdir sv
    service sv/one 'echo x >>../../starts; exec sleep 99'
    scanning sv 2>words
    up sv/one
    service=$(pid_of sv/one)
    supervisor=$(pgrep -o -P "$scanner" -x 'supervise|holdfast-engine') # not a newborn, of the same name
    kill -KILL "$supervisor"
    wait_for '[ -n "$(pgrep -P "$scanner" -x "supervise|holdfast-engine" | grep -vx "$supervisor")" ]'
    if [ "$side" = oracle ]; then wait_for lines starts 2; fi
    wait_for says sv/one ': up \(pid'
    gone "$service" && echo the service has ended
    [ "$(pid_of sv/one)" = "$service" ] && echo the same process
    cat starts
}

@test "N02 killing what supervises makes no second copy" {
    differs supervisor_killed --ours '> the same process' '> x' '= 0' --oracle '> x' '> x' '= 0'
}

too_many() {
    mkdir sv bin
    printf '#!/bin/sh\nexit 0\n' >bin/supervise
    chmod 755 bin/supervise
    for name in {1..1002}; do mkdir "sv/$name"; done
    touch sv/{1..1002}/down
    PATH=$PWD/bin:$PATH scanning sv 2>words
    if [ "$side" = oracle ]; then
        wait_for lines words 2
    else
        for name in {1..1002}; do wait_for svok "sv/$name"; done
    fi
    sed -E 's/start [0-9]+/start NAME/' words
}

@test "N03 more than a thousand services" {
    differs too_many --ours '= 0' --oracle \
        '> svscan: warning: unable to start NAME: running too many services' \
        '> svscan: warning: unable to start NAME: running too many services' '= 0'
}

no_supervise() {
    mkdir sv bin
    service sv/a
    service sv/a/log 'exec cat'
    ln -s "$(command -v svscan)" bin
    if [ -e "${HF_BIN:?}/holdfast-engine" ]; then ln -s "$HF_BIN/holdfast-engine" bin; fi
    PATH=$PWD/bin:/usr/bin:/bin scanning sv 2>words
    if [ "$side" = oracle ]; then
        wait_for lines words 2
    else
        up sv/a sv/a/log
    fi
    sort words
}

@test "N04 no supervise in PATH: the original cannot, we need none" {
    differs no_supervise --ours '= 0' --oracle \
        '> svscan: warning: unable to start supervise a/log: file does not exist' \
        '> svscan: warning: unable to start supervise a: file does not exist' '= 0'
}

oddities() {
    mkdir sv
    service sv/a
    ln -s log sv/a/log
    ln -s loop sv/loop
    service sv/sticky
    chmod +t sv/sticky
    service real 'echo x >>starts; exec sleep 99'
    ln -s ../real sv/name
    ln -s ../real sv/other
    scanning sv 2>words
    wait_for grep -q a/log words
    wait_for grep -q loop words
    up sv/sticky real
    wait_for lines real/starts 1
    svok sv/a || echo a is not supervised
    cat real/starts
    sort -u words
}

@test "N05 a link loop for a log, a sticky directory, two names for one directory" {
    same oddities
    shows '> a is not supervised' '> x' \
        '> svscan: warning: unable to stat a/log: symbolic link loop' \
        '> svscan: warning: unable to stat loop: symbolic link loop' '= 0'
}

log_is_a_file() {
    mkdir sv
    service sv/plain
    touch sv/plain/log
    scanning sv 2>words
    wait_for grep -q ' [plain/]*log' words
    up sv/plain
    sort -u words
}

@test "a log that is a file: the service runs, and it is said" {
    differs log_is_a_file \
        --ours '> supervise: fatal: unable to chdir to plain/log: not a directory' '= 0' \
        --oracle '> supervise: fatal: unable to chdir to log: not a directory' '= 0'
}

nowhere() {
    svscan none
    echo $?
    svscan ''
    echo $?
    touch file
    svscan file
    echo $?
}

@test "U03 svscan on what is no folder" {
    same nowhere
    has '! svscan: fatal: unable to chdir to none: file does not exist'
    has '> 111'
}

here() {
    mkdir sv
    service sv/a
    cd sv || return
    scanning "$@"
    up a
}

@test "svscan without an argument scans where it is; what follows the argument is ignored" {
    same here
    same here . ../none
}

unreadable() {
    mkdir sv
    chmod 311 sv
    start setpriv --reuid nobody --regid nogroup --clear-groups "$(command -v svscan)" sv 2>words
    wait_for grep -q read words
    sort -u words
}

@test "svscan on a folder that it may not read" {
    needs_root
    same unreadable
    shows '> svscan: warning: unable to read directory: access denied' '= 0'
}

# Ends in order: between reading and writing nothing ends it.
orderly_logger='exec python3 -c "
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
out = os.open(\"../../../numbers\", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
while True:
    data = os.read(0, 4096)
    if not data: break
    os.write(out, data)
    if signal.SIGTERM in signal.sigpending(): break
"'

logger_ends() {
    mkdir sv
    service sv/a 'i=0; while :; do i=$((i+1)); echo $i; done'
    service sv/a/log "$orderly_logger"
    : >numbers
    scanning sv
    for _ in 1 2 3; do
        up sv/a/log
        wait_for lines numbers $(($(wc -l <numbers) + 1000))
        before=$(pid_of sv/a/log)
        svc -t sv/a/log
        wait_for changed sv/a/log "$before"
    done
    count=$(wc -l <numbers)
    wait_for lines numbers $((count + 1000))
    svc -d sv/a
    wait_for says sv/a ': down'
    count=$(wc -l <numbers)
    head -n "$count" numbers | cmp - <(seq "$count") && echo every line once
}

@test "a logger that ends loses nothing" {
    same logger_ends
    shows '> every line once' '= 0'
}

logger_down() {
    mkdir sv
    service sv/a 'i=0; while :; do i=$((i+1)); echo $i; done'
    service sv/a/log 'exec cat >>../../../numbers'
    touch sv/a/log/down
    scanning sv
    up sv/a
    # The pipe is full: it waits, and nobody ends it.
    before=$(pid_of sv/a)
    wait_for grep -q pipe_write "/proc/$before/wchan"
    svc -u sv/a/log
    wait_for lines numbers 10000
    [ "$(pid_of sv/a)" = "$before" ] && echo the same process
    head -n 10000 numbers | cmp - <(seq 10000) && echo every line once
}

@test "a logger that is down: the service waits when the pipe is full, and goes on" {
    same logger_down
    shows '> the same process' '> every line once' '= 0'
}

linked_with_log() {
    mkdir sv
    service real
    service real/log 'exec cat >>../../out'
    ln -s ../real sv/a
    scanning sv
    up real real/log
}

removal() {
    linked_with_log
    rm sv/a
    svc -dx real real/log
    wait_for '! svok real && ! svok real/log'
    svstat real real/log
}

@test "orderly removal: unlink it, then svc -dx it and its log" {
    same removal
    shows '> real: supervise not running' '> real/log: supervise not running' '= 0'
}

# What the service writes after its logger has left is for the next.
left_before_its_service() {
    mkdir sv
    service sv/x 'trap "until ! svok log; do sleep 0.02; done; echo last; exit" TERM
        echo first; while :; do sleep 0.02; done'
    service sv/x/log 'exec cat >>../../../lines'
    scanning sv
    up sv/x sv/x/log
    wait_for lines lines 1
    svc -dx sv/x sv/x/log
    wait_for lines lines 3
    cat lines
}

@test "a linked service ends after its logger: no line is lost" {
    same left_before_its_service
    shows '> first' '> last' '> first' '= 0'
}

removal_logger_first() {
    linked_with_log
    rm sv/a
    svc -dx real/log
    wait_for '! svok real/log'
    svc -dx real
    wait_for '! svok real'
}

@test "orderly removal, the log first" {
    same removal_logger_first
    shows '= 0'
}

# The copy looks as if its engine were being replaced: svc waits a second for the next one.
removal_while_svc_waits() {
    linked_with_log
    service idle
    touch idle/down
    ln -s ../idle sv/
    wait_for svok idle
    cp -a real copy
    rm sv/a
    # shellcheck disable=SC2046 # many words
    svc -dx real $(printf 'idle %.0s' {1..500}) copy real/log
    wait_for '! svok real && ! svok real/log'
}

@test "svc reaches all its services before the first of them can end" {
    ours removal_while_svc_waits
    shows '! svc: warning: unable to control copy: supervise not running' '= 0'
}
