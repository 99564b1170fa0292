#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# runit's own sv on directories that we supervise: it says and does what it does with runsv.

load lib
load services

# The oracle is runit here.
setup() {
    hf_setup
    mkdir "$hf_test/runit"
    RUNIT_ROOT=$("$hf_root/test/runit")
    ln -s "$RUNIT_ROOT"/usr/bin/* "$hf_test/runit/"
    ln -s runsv "$hf_test/runit/supervise"
    ORACLE_BIN=$hf_test/runit ORACLE_SBIN=$hf_test/runit
}

# In a case: every service below ./sv is supervised by our svscan, or by runsvdir.
supervised() {
    case $side in
        ours) start svscan sv ;;
        oracle) start runsvdir sv ;;
    esac
    local each
    for each in sv/*; do is "$each" .; done
}

sv() {
    local code=0
    SVDIR=$PWD "$hf_test/runit/sv" "$@" >said 2>&1 || code=$?
    sed -E -e 's/\(pid [0-9]+\)/(pid N)/g' -e 's/ [0-9]+s/ Ns/g' said
    return "$code"
}

# Waits until sv status says so.
is() { wait_for "sv status $1 | grep -qE '^(run|down): .*$2'"; }

runit_pid() { sv status "$1" >/dev/null; sed -n 's/.*(pid \([0-9]*\)).*/\1/p' said; }

# Its start stands a second back: sv counts in seconds what is a new process.
aged() { wait_for "sv status $1; grep -qE '\) ([1-9]|[0-9]{2,})s' said"; }

# What other readers of runit's status take from it: paused, want, got TERM, and the state.
state_bytes() { bytes "$1/supervise/status" 16 4; }

deaf() { service "$1" 'trap "" TERM; while :; do read -r _ <>nothing; done' && mkfifo "$1/nothing"; }

@test "status: it runs, it is down, it is up again" {
    up_and_down() {
        service sv/a
        supervised
        is sv/a 'pid'
        try sv status sv/a
        state_bytes sv/a
        try sv down sv/a
        is sv/a 'normally up'
        try sv status sv/a
        state_bytes sv/a
        try sv up sv/a
        is sv/a 'pid'
        try sv status sv/a
        state_bytes sv/a
    }
    same up_and_down
    has '> run: sv/a: (pid N) Ns'
    has '> down: sv/a: Ns, normally up'
    has '> 00 75 00 01'
    has '> 00 64 00 00'
}

@test "status: what ends at once is wanted up" {
    flapping() {
        service sv/a 'exit 3'
        supervised
        is sv/a 'want up'
        sed -E 's/ [0-9]+s/ Ns/' said
    }
    same flapping
    has '> down: sv/a: Ns, normally up, want up'
}

@test "status: normally down, and up all the same" {
    normally_down() {
        service sv/a
        touch sv/a/down
        supervised
        try sv status sv/a
        try sv start sv/a
        state_bytes sv/a
    }
    same normally_down
    has '> ok: run: sv/a: (pid N) Ns, normally down'
}

@test "status: a service and its log" {
    logged() {
        service sv/a
        service sv/a/log 'exec cat >/dev/null'
        supervised
        is sv/a 'pid.*pid'
        try sv status sv/a
        try sv down sv/a
        is sv/a 'normally up'
        try sv status sv/a
    }
    same logged
    has '> run: sv/a: (pid N) Ns; run: log: (pid N) Ns'
    has '> down: sv/a: Ns, normally up; run: log: (pid N) Ns'
}

@test "status: paused, and not any more" {
    paused() {
        service sv/a
        supervised
        is sv/a 'pid'
        try sv -v pause sv/a
        state_bytes sv/a
        try sv -v cont sv/a
        state_bytes sv/a
    }
    same paused
    has '> ok: run: sv/a: (pid N) Ns, paused'
}

@test "status: nobody supervises it" {
    nobody() {
        service sv/a
        try sv status sv/a
        mkdir sv/a/supervise
        mkfifo sv/a/supervise/ok
        try sv status sv/a
        try sv up sv/a
        try sv check sv/a
    }
    same nobody
}

@test "restart, force-restart and try-restart wait for a new process" {
    restarted() {
        local each before
        service sv/a
        supervised
        is sv/a 'pid'
        for each in restart force-restart try-restart; do
            aged sv/a
            before=$(runit_pid sv/a)
            try sv "$each" sv/a
            [ "$(runit_pid sv/a)" != "$before" ] && echo "a new process"
            state_bytes sv/a
        done
    }
    same restarted
    [ "$(grep -c 'a new process' <<<"$transcript")" = 3 ]
}

@test "what does not end by TERM: sv tells so, and kills it where it is forced" {
    deaf_to_term() {
        local before
        deaf sv/a
        supervised
        aged sv/a
        before=$(runit_pid sv/a)
        try sv -w 1 restart sv/a
        state_bytes sv/a
        try sv -w 1 force-restart sv/a
        wait_for '[ "$(runit_pid sv/a)" != '"$before"' ] && sv status sv/a | grep -q ^run'
        aged sv/a
        try sv -w 1 stop sv/a
        state_bytes sv/a
        try sv -w 1 force-stop sv/a
        is sv/a 'normally up'
        try sv status sv/a
    }
    same deaf_to_term
    has '> timeout: run: sv/a: (pid N) Ns, got TERM'
    has '> kill: run: sv/a: (pid N) Ns, got TERM'
    has '> timeout: run: sv/a: (pid N) Ns, want down, got TERM'
    has '> 00 64 01 01'
}

@test "check: the script decides" {
    checked() {
        service sv/a
        printf '#!/bin/sh\ntest -e ready\n' >sv/a/check
        chmod 755 sv/a/check
        supervised
        is sv/a 'pid'
        try sv -w 1 check sv/a
        touch sv/a/ready
        try sv -w 1 check sv/a
        try sv -w 1 start sv/a
    }
    same checked
    has '> timeout: run: sv/a: (pid N) Ns'
    has '> ok: run: sv/a: (pid N) Ns'
}

@test "signals arrive, and only TERM counts as TERM" {
    signals() {
        local each count
        service sv/a 'for s in HUP ALRM INT QUIT USR1 USR2 TERM; do trap "echo $s >>got" $s; done
mkfifo wait; echo ready >got; while :; do read -r _ <>wait; done'
        supervised
        wait_for grep -q ready sv/a/got
        for each in hup alarm interrupt quit 1 2 term; do
            count=$(wc -l <sv/a/got)
            sv "$each" sv/a
            wait_for lines sv/a/got $((count + 1))
            echo "$each: $(tail -n 1 sv/a/got) $(state_bytes sv/a)"
        done
    }
    same signals
    has '> hup: HUP 00 75 00 01'
    has '> term: TERM 00 75 01 01'
}

# daemontools shows what runs once as wanted neither up nor down, runit as wanted down.
@test "once: as daemontools has it" {
    once() {
        service sv/a
        supervised
        is sv/a 'pid'
        sv once sv/a
        wait_for '[ "$(bytes sv/a/supervise/status 17 1)" != 75 ]'
        state_bytes sv/a
    }
    differs once --ours '> 00 00 00 01' '= 0' --oracle '> 00 64 00 01' '= 0'
}
