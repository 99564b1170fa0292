# SPDX-License-Identifier: MIT
# A world that is not as it should be: what cannot be looked at is never taken for gone, no death is
# lost and no order, and there is never a second copy.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts of services; names that lib.bash sets
load lib
load services

starts() { cat sv/*/pids | wc -l; }

# sv/a runs, and nobody supervises it.
left_by_a_killed_svscan() {
    mkdir sv
    counted sv/a
    scanning sv 2>words
    up sv/a
    end "$scanner" KILL >/dev/null
    wait_for '! svok sv/a'
}

# A service that writes down each of its lives.
counted() { service "$1" 'echo $$ >>pids; exec sleep 99'; }

ended_with() { # CODE
    left "$scanner" >how
    grep -qx "ended with $1" how
}

@test "SIGCHLD ignored by whoever started svscan: deaths are seen all the same" {
    mkdir sv
    counted sv/a
    start python3 -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execvp(sys.argv[1], sys.argv[1:])' svscan sv 2>words
    scanner=$started
    up sv/a
    before=$(pid_of sv/a)
    kill -KILL "$before"
    wait_for changed sv/a "$before"
    before=$(engine)
    kill -KILL "$before"
    wait_for another_engine "$before"
    wait_for svok sv/a
    # Its services find the signal as a shell would leave it.
    [ $((0x$(field "$(pid_of sv/a)" SigIgn) & 1 << 16)) = 0 ]
    kill -TERM "$scanner"
    ended_with 0
    [ "$(starts)" = 2 ]
}

stuck() { # SIGNAL: the engine is stopped, and the guardian gets it
    mkdir sv
    counted sv/a
    scanning sv 2>words
    up sv/a
    before=$(engine)
    kill -STOP "$before"
    kill -"$1" "$scanner"
}

@test "an engine that is stuck when everything is to stop is replaced, and all is stopped" {
    stuck TERM
    ended_with 0
    grep -qx 'svscan: warning: the engine does not answer' words
    run svstat sv/a
    [ "$output" = 'sv/a: supervise not running' ]
}

@test "an engine that is stuck when svscan is to leave does not keep it, nor the next svscan" {
    stuck QUIT
    ended_with 0
    gone "$before"
    service=$(cat sv/a/pids)
    scanning sv 2>words
    up sv/a
    [ "$(pid_of sv/a)" = "$service" ]
    [ ! -s words ]
}

@test "an engine that is stuck from the beginning is found, too" {
    mkdir sv programs
    cp "$HF_BIN"/svscan programs
    printf '#!/bin/sh\nmkdir tried || exec %s "$@"\nkill -STOP $$\n' "$HF_BIN/holdfast-engine" >programs/holdfast-engine
    chmod 755 programs/holdfast-engine
    counted sv/a
    PATH=$PWD/programs:$PATH
    scanning sv 2>words
    HF_PATIENCE=40 up sv/a
    grep -qx 'svscan: warning: the engine does not answer' words
}

@test "after QUIT, or KILL: who starts the next svscan at once meets no lock" {
    mkdir sv
    for name in {1..40}; do counted sv/"$name"; done
    scanning sv 2>words
    up sv/{1..40}
    for signal in QUIT KILL QUIT KILL QUIT KILL; do
        kill -"$signal" "$scanner"
        { wait "$scanner" || true; } 2>/dev/null
        if [ "$signal" = QUIT ]; then ! svok sv/1 || false; fi
        scanning sv 2>>words
        up sv/{1..40}
    done
    [ ! -s words ]
    [ "$(starts)" = 40 ]
}

@test "who may only read the scan directory cannot keep svscan from starting" {
    needs_root
    mkdir sv
    counted sv/a
    chmod 755 sv
    start setpriv --reuid 54321 --clear-groups flock -x sv sleep 99
    scanning sv 2>words
    up sv/a
    end "$scanner" KILL
    ! setpriv --reuid 54321 --clear-groups flock -n sv/.svscan.lock true || false
    scanning sv 2>>words
    up sv/a
    run svscan sv
    [ "$status" = 111 ]
    [ "$output" = 'svscan: fatal: another svscan is running on sv' ]
    [ ! -s words ]
    [ "$(starts)" = 1 ]
}

read_only_in_mount_namespace() {
    mkdir sv elsewhere
    service sv/a 'echo $$ >>/proc/self/cwd/supervise/pids; exec sleep 99'
    ln -s ../../elsewhere sv/a/supervise
    mount --bind sv sv
    mount -o remount,bind,ro sv
    svscan sv &
    wait_for '[ -s elsewhere/pids ]'
    svstat sv/a
    kill %1
    wait %1
    echo "ended with $?"
}

@test "a scan directory that is read-only is supervised without its lock" {
    needs_root
    export -f says pid_of
    ours apart read_only_in_mount_namespace
    shows '> sv/a: up (pid N) S seconds' '> ended with 0' '= 0'
}

hide_proc() { mount -t tmpfs none /proc; }

# In a mount namespace without /proc the engine is killed.
in_the_dark() { # first (before svscan is there) | later
    [ "$1" = later ] || hide_proc
    svscan sv 2>words &
    scanner=$!
    wait_for '[ -s sv/a/pids ] && [ -s sv/b/pids ] && svok sv/a && svok sv/b'
    [ "$1" = first ] || hide_proc
    svc -o sv/b
    before=$(svstat sv/b | sed 's/ [0-9]* seconds//')
    for _ in 1 2 3; do
        killed=$(engine)
        kill -KILL "$killed"
        wait_for '[ -n "$(engine)" ] && svok sv/a && svok sv/b'
    done
    cat sv/*/pids | wc -l
    # What was ordered stays ordered, and a death is seen.
    [ "$(svstat sv/b | sed 's/ [0-9]* seconds//')" = "$before" ] || echo "b: $(svstat sv/b)"
    kill -KILL "$(cat sv/b/pids)"
    wait_for says sv/b ': down'
    kill -KILL "$(cat sv/a/pids)"
    wait_for lines sv/a/pids 2
    kill -TERM "$scanner"
    wait "$scanner"
    echo "ended with $?"
    cat words
}

# The engine writes its pid where a world without /proc can read it.
without_proc() { # first | later
    mkdir programs
    cp "$HF_BIN"/* programs
    printf '#!/bin/sh\necho $$ >.engine\nexec %s "$@"\n' "$HF_BIN/holdfast-engine" >programs/holdfast-engine
    PATH=$PWD/programs:$PATH
    engine() {
        local pid
        pid=$(cat sv/.engine) && [ "$pid" != "${killed-}" ] && kill -0 "$pid" && echo "$pid"
    }
    mkdir sv
    counted sv/a
    counted sv/b
    export -f says pid_of lines engine hide_proc
    apart in_the_dark "$1"
}

no_second_copy() {
    grep -qx '> 2' <<<"$transcript"
    grep -qx '> ended with 0' <<<"$transcript"
    ! grep -q '^> b:' <<<"$transcript" || false
}

@test "without /proc, from the beginning or later: the engine is killed, and nothing is started twice" {
    needs_root
    for when in first later; do
        ours without_proc $when
        no_second_copy
    done
}

@test "without /proc and without its guardian: a process that may be the service is waited for" {
    needs_root
    left_by_a_killed_svscan
    before=$(cat sv/a/pids)
    start unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$0" sv' "$HF_BIN/svscan" 2>words
    scanner=$started
    wait_for grep -q . words
    [ "$(cat words)" = "supervise: fatal: unable to read /proc/$before/stat: file does not exist" ]
    [ "$(starts)" = 1 ]
    kill -KILL "$before"
    wait_for lines sv/a/pids 2
    up sv/a
}

# svscan as the user 54321, who sees nothing of what belongs to others.
hidden_in_namespaces() {
    mount -o remount,hidepid="$1" /proc
    setpriv --reuid 54321 --clear-groups svscan sv 2>words &
    scanner=$!
    wait_for '[ -s sv/a/pids ]'
    for _ in 1 2; do
        pid=$(pgrep -o -P "$scanner" -x holdfast-engine)
        kill -KILL "$pid"
        wait_for '[ -n "$(pgrep -o -P $scanner -x holdfast-engine)" ] && [ "$(pgrep -o -P $scanner -x holdfast-engine)" != "$pid" ]'
        wait_for svok sv/a
    done
    wc -l <sv/a/pids
    svstat sv/a
}

@test "with hidepid: a service that has become another user is not started twice" {
    needs_root
    mkdir sv
    # A set-user-id program.
    cp "$(type -P sleep)" own_sleep
    chmod 4755 own_sleep
    service sv/a 'echo $$ >>pids; exec ../../own_sleep 99'
    chown -R 54321 sv
    for hidden in 1 2; do
        rm -f sv/a/pids
        ours_here=$(apart hidden_in_namespaces $hidden)
        echo "$ours_here"
        grep -qx 1 <<<"$ours_here"
        grep -q ': up (pid' <<<"$ours_here"
    done
}

# Runs what follows on a kernel that says ENOSYS to pidfd_open(2), as those before Linux 5.3.
no_pidfd='
import ctypes, os, struct, sys
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
pidfd_open, refuse, allow = 434, 0x00050000 | 38, 0x7fff0000
rules = b"".join(struct.pack("HBBI", *rule) for rule in
                 ((0x20, 0, 0, 0), (0x15, 0, 1, pidfd_open), (6, 0, 0, refuse), (6, 0, 0, allow)))
prctl = ctypes.CDLL(None, use_errno=True).prctl
if prctl(38, 1, 0, 0, 0) or prctl(22, 2, ctypes.byref(Program(len(rules) // 8, rules)), 0, 0):
    sys.exit("prctl: " + os.strerror(ctypes.get_errno()))
try:
    os.pidfd_open(os.getpid())
    sys.exit("there is a pidfd")
except OSError:
    os.execvp(sys.argv[1], sys.argv[1:])
'

@test "without pidfd: what the killed svscan left is taken over, obeys, and its end is seen" {
    left_by_a_killed_svscan
    first=$(cat sv/a/pids)
    start /usr/bin/python3 -c "$no_pidfd" svscan sv 2>words
    scanner=$started
    wait_for svok sv/a
    [ "$(pid_of sv/a)" = "$first" ]
    svc -p sv/a
    wait_for '[ "$(ps -o state= -p $first)" = T ]'
    svc -c sv/a
    svc -t sv/a
    wait_for lines sv/a/pids 2
    up sv/a
    kill -KILL "$(pid_of sv/a)"
    wait_for lines sv/a/pids 3
    svc -d sv/a
    wait_for says sv/a ': down'
    [ ! -s words ]
}

# The first start has found that the call is there: from then on it fails, as for want of memory.
@test "a start without a descriptor table of its own is said and tried again" {
    command -v strace >/dev/null || skip "NOT RUN: needs strace"
    mkdir sv
    counted sv/a
    scanning sv 2>words
    up sv/a
    start strace -f -o /dev/null -e trace=close_range -e inject=close_range:error=ENOMEM \
        -p "$(engine)" 2>tracing
    wait_for grep -q attached tracing
    svc -t sv/a
    wait_for grep -q 'supervise: fatal' words
    grep -qx 'supervise: fatal: unable to make a descriptor table for a: out of memory' words
    kill "$started"
    wait_for lines sv/a/pids 2
    up sv/a
}

@test "a limit of file sizes kills nobody; a soft one is no limit for svscan" {
    needs_root
    mkdir sv
    counted sv/a
    start sh -c 'ulimit -S -f 8; exec svscan sv' 2>words
    scanner=$started
    up sv/a
    before=$(pid_of sv/a)
    kill -KILL "$before"
    wait_for changed sv/a "$before"
    kill -TERM "$scanner"
    ended_with 0
    mkdir small
    chmod 777 small
    run setpriv --reuid nobody --clear-groups sh -c 'ulimit -f 1; exec svscan small'
    [ "$status" = 111 ]
    [ "$output" = 'svscan: fatal: unable to create shared memory: file too big' ]
}

@test "no engine can be started: TERM ends svscan all the same" {
    mkdir sv
    start sh -c 'ulimit -n 8; exec svscan sv' 2>words
    scanner=$started
    wait_for lines words 1
    kill -TERM "$scanner"
    HF_PATIENCE=20 ended_with 111
    grep -qx 'svscan: fatal: no engine runs that could stop the services; they keep running' words
}

mounted_over() {
    mkdir sv
    counted sv/a
    counted sv/good
    scanning sv 2>words
    up sv/a sv/good
    mount -t tmpfs -o ro tmpfs sv/a
    kill -KILL "$(engine)"
    wait_for svok sv/good
    wait_for grep -q read-only words
    umount sv/a
    up sv/a
    wc -l <sv/a/pids
}

@test "something is mounted over a directory, and is gone again: the service is the same" {
    needs_root
    export -f counted scanning up says pid_of engine
    ours apart mounted_over
    shows '> 1' '= 0'
}
