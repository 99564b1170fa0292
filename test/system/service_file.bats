#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
# service.toml: when it is read, what is made of it, and what happens when it is wrong.

load lib
load services

setup() { setup_folder; }

wants() { says "service/$1" "^service/$1: down .*$2"; }
streak() { printf '%d' "0x$(stands "service/$1" streak | cut -c 1-2)"; }
said() { grep -qF -- "$1" messages; }

# ---- stopping ----

@test "[stop] timeout: the supervisor kills what ignores TERM, though nobody waits for it" {
    deploy deaf '#!/bin/sh' 'trap "" TERM' 'echo here >here' 'while :; do sleep 99; done'
    rules deaf '[stop]' 'timeout = "300ms"'
    looked_after
    wait_for test -e srv/deaf/here
    svc -d service/deaf
    wait_for rests deaf
    stands service/deaf ending ending_value
    [ "$(stands service/deaf ending ending_value | tr '\n' ' ')" = "73 09 00 00 00 " ]
}

@test "[stop] signal: what ends by INT is sent INT, and no TERM" {
    deploy shell '#!/bin/sh' 'trap "echo term >>got" TERM' 'trap "echo int >>got; exit 0" INT' \
        'echo here >here' 'while :; do sleep 0.02; done'
    rules shell '[stop]' 'signal = "SIGINT"'
    looked_after
    wait_for test -e srv/shell/here
    svc -d service/shell
    wait_for rests shell
    [ "$(cat srv/shell/got)" = int ]
}

@test "[stop] timeout holds when everything stops, too" {
    deploy deaf '#!/bin/sh' 'trap "" TERM' 'echo here >here' 'while :; do sleep 99; done'
    rules deaf '[stop]' 'timeout = "200ms"'
    looked_after
    wait_for test -e srv/deaf/here
    kill -TERM "$scanner"
    left "$scanner"
    [ "$(stands service/deaf ending_value)" = "09 00 00 00" ]
}

# ---- restarting ----

@test "[restart] when = failure: an exit that is good is the last, until it is ordered up" {
    deploy job '#!/bin/sh' 'echo run >>runs' '[ "$(wc -l <runs)" = 2 ] || exit 7'
    rules job '[restart]' 'when = "failure"' 'delay = "20ms"'
    looked_after
    wait_for rests job
    [ "$(wc -l <srv/job/runs)" = 2 ]
    says service/job 'normally up$' || { svstat service/job && false; }
    echo >srv/job/runs
    svc -u service/job
    wait_for rests job
}

@test "[restart] good and stop_on: which exit codes are well, and which are the last" {
    deploy java '#!/bin/sh' 'echo run >>runs' 'exit 143'
    rules java '[restart]' 'when = "failure"' 'good = [0, 143]'
    deploy asks '#!/bin/sh' 'echo run >>runs' '[ "$(wc -l <runs)" = 2 ] && exit 100' 'exit 0'
    rules asks '[restart]' 'stop_on = [100]' 'delay = "20ms"'
    looked_after
    wait_for rests java
    wait_for rests asks
    [ "$(wc -l <srv/java/runs)" = 1 ]
    [ "$(wc -l <srv/asks/runs)" = 2 ]
    says service/asks 'normally up$'
}

@test "[restart] when = never: each start is an order" {
    deploy job '#!/bin/sh' 'echo run >>runs' 'exit 1'
    rules job '[restart]' 'when = "never"'
    looked_after
    wait_for rests job
    svc -u service/job
    wait_for lines srv/job/runs 2
    wait_for rests job
    [ "$(wc -l <srv/job/runs)" = 2 ]
}

@test "[restart] max_delay: failures in a row come at growing distances; u begins anew" {
    deploy poor '#!/bin/sh' 'echo run >>runs' 'exit 1'
    rules poor '[restart]' 'delay = "10ms"' 'max_delay = "1h"'
    looked_after
    wait_for lines srv/poor/runs 5
    [ "$(streak poor)" -gt 1 ]
    rules poor '[restart]' 'delay = "1h"' 'max_delay = "1h"' # from now on it waits
    svc -c service/poor
    wait_for grep -qx 'restart.delay 3600000000000' srv/poor/supervise/rules
    svc -u service/poor
    wait_for '[ "$(streak poor)" = 1 ]'
}

@test "[restart] give_up: after so many failures in a row it is to be down" {
    deploy poor '#!/bin/sh' 'echo run >>runs' 'exit 1'
    rules poor '[restart]' 'delay = "10ms"' 'give_up = 3'
    looked_after
    wait_for rests poor
    [ "$(wc -l <srv/poor/runs)" = 3 ]
    svc -u service/poor
    wait_for lines srv/poor/runs 6
    wait_for rests poor
    [ "$(wc -l <srv/poor/runs)" = 6 ]
}

@test "the streak outlives the engine" {
    deploy poor '#!/bin/sh' 'echo run >>runs' 'exit 1'
    rules poor '[restart]' 'delay = "10ms"' 'max_delay = "1h"'
    looked_after
    wait_for lines srv/poor/runs 6
    old=$(engine)
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for svok service/poor
    [ "$(streak poor)" -gt 1 ]
}

# ---- files that are wrong ----

@test "one that was never right: not started, each fault is said, and it goes on when it is mended" {
    deploy web
    rules web '[stop]' 'timeot = "5s"' 'signal = "TREM"'
    deploy other
    looked_after
    up service/other
    wait_for said 'web/service.toml: the service is not started until this is mended'
    said 'web/service.toml:2:1: [stop] timeot: there is no such key; did you mean timeout?'
    said 'web/service.toml:3:10: [stop] signal: "TREM"'
    wants web 'want up'
    svc -u service/web
    wants web 'want up'
    rules web '[stop]' 'timeout = "5s"'
    svc -u service/web
    up service/web
    [ ! -e srv/web/supervise/rules.refused ]
}

@test "one that was right once: the rules accepted before it stay in force, in the next engine, too" {
    deploy deaf '#!/bin/sh' 'trap "" TERM' 'echo here >>here' 'while :; do sleep 99; done'
    rules deaf '[stop]' 'timeout = "200ms"'
    looked_after
    wait_for test -e srv/deaf/here
    rules deaf '[stop'
    svc -c service/deaf
    wait_for said 'deaf/service.toml: the rules accepted before it stay in force'
    old=$(engine)
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for svok service/deaf
    svc -d service/deaf
    wait_for rests deaf
    svc -u service/deaf
    wait_for lines srv/deaf/here 2
    [ "$(grep -c 'stay in force' messages)" = 1 ]
}

@test "rules that were forged in a supervise that is another user's count for nothing" {
    needs_root
    deploy web '#!/bin/sh' 'echo run >>runs' 'exit 0'
    rules web '[restart]' 'when = "never"'
    looked_after
    wait_for rests web
    kill -TERM "$scanner"
    left "$scanner"
    rules web 'nonsense'
    chown -R 1234 srv/web/supervise
    looked_after
    wait_for said 'web/service.toml: the service is not started until this is mended'
}

@test "with new rules the failures begin anew; with a wrong edit they go on" {
    deploy poor '#!/bin/sh' 'echo run >>runs' 'exit 1'
    rules poor '[restart]' 'delay = "10ms"' 'max_delay = "1h"'
    looked_after
    wait_for '[ "$(streak poor)" -gt 5 ]'
    rules poor 'nonsense'
    svc -c service/poor
    wait_for said 'poor/service.toml: the rules accepted before it stay in force'
    [ "$(streak poor)" -gt 5 ]
    rules poor '[restart]' 'delay = "1h"' 'max_delay = "1h"'
    svc -c service/poor
    wait_for '[ "$(streak poor)" -le 1 ]' # its last process may end after that
}

@test "a service is down at once though it waits for its file" {
    deploy web
    rules web 'nonsense'
    looked_after
    wait_for said 'not started'
    svc -d service/web
    wait_for rests web
    svc -x service/web
    wait_for '! svok service/web'
}

@test "what is no file, others may write, or is another user's, is refused" {
    needs_root
    for name in fifo directory dangling large writable theirs link; do deploy "$name"; done
    mkfifo srv/fifo/service.toml
    mkdir srv/directory/service.toml
    ln -s nowhere srv/dangling/service.toml
    head -c 70000 /dev/zero | tr '\0' '\n' >srv/large/service.toml
    touch srv/{writable,theirs}/service.toml elsewhere
    chmod g+w srv/writable/service.toml
    chown 1234 srv/theirs/service.toml
    ln -s ../../elsewhere srv/link/service.toml
    chown -h 1234 srv/link/service.toml
    looked_after
    for name in fifo directory dangling large writable theirs link; do
        wait_for said "$name/service.toml: the service is not started"
    done
    said 'fifo/service.toml: this is not a file'
    said 'directory/service.toml: this is not a file'
    said 'dangling/service.toml: unable to open it: file does not exist'
    said 'large/service.toml: it is larger than 64 KiB'
    said 'writable/service.toml: others may write it'
    said 'theirs/service.toml: it belongs to user 1234'
    said 'link/service.toml: this link belongs to user 1234'
}

@test "a link that is the administrator's is followed, and what it leads to may be edited" {
    deploy web '#!/bin/sh' 'exit 1'
    echo '[restart]' >shared.toml
    ln -s ../../shared.toml srv/web/service.toml
    looked_after
    wait_for test -e srv/web/supervise/rules
    printf '%s\n' '[restart]' 'when = "never"' >shared.toml
    wait_for rests web
}

@test "a file that is removed is as one that never was" {
    deploy web '#!/bin/sh' 'echo run >>runs' 'exit 0'
    rules web '[restart]' 'when = "never"'
    looked_after
    wait_for rests web
    rm srv/web/service.toml
    svc -u service/web
    wait_for lines srv/web/runs 3
    [ ! -e srv/web/supervise/rules ]
}

@test "a logger has rules of its own" {
    deploy web
    mkdir srv/web/log
    printf '%s\n' '#!/bin/sh' 'exec cat >/dev/null' >srv/web/log/run
    chmod 755 srv/web/log/run
    printf '%s\n' 'needs = ["db"]' >srv/web/log/service.toml
    looked_after
    wait_for said 'web/log/service.toml:1:1: needs: a logger has no such key'
    up service/web
    echo '[stop]' >srv/web/log/service.toml
    svc -u service/web/log
    up service/web/log
}

@test "supervise alone reads it, too" {
    deploy web '#!/bin/sh' 'echo run >>runs' 'exit 0'
    rules web '[restart]' 'when = "never"'
    supervising srv/web
    wait_for '[ "$(stands srv/web state)" = 64 ]'
    [ "$(wc -l <srv/web/runs)" = 1 ]
    kill -TERM "$supervisor"
    left "$supervisor"
}

# ---- trouble with the reader ----

@test "without holdfast-rules: it is said, and what needs no rules runs" {
    other_program holdfast-rules
    deploy web
    rules web '[stop]'
    deploy plain
    looked_after
    up service/plain
    wait_for said 'web/service.toml: unable to run holdfast-rules: file does not exist'
    wants web 'want up'
    rm srv/web/service.toml
    svc -u service/web
    up service/web
}

@test "without holdfast-rules any more: what was accepted goes on, and is restarted" {
    other_program holdfast-rules "#!/bin/sh" "exec $HF_BIN/holdfast-rules \"\$@\""
    deploy web '#!/bin/sh' 'echo run >>runs' 'exec sleep 99'
    rules web '[stop]' 'timeout = "1s"'
    looked_after
    wait_for test -e srv/web/supervise/rules
    up service/web
    rm programs/holdfast-rules
    rules web '[stop]' 'timeout = "2s"'
    kill -KILL "$(pid_of service/web)"
    wait_for lines srv/web/runs 2
    up service/web
    said 'web/service.toml: unable to run holdfast-rules'
}

@test "a holdfast-rules that dies, or says nonsense, costs nobody else anything" {
    other_program holdfast-rules '#!/bin/sh' 'case "$*" in */bad*) echo nonsense >"${@: -1}/supervise/rules.new" 2>/dev/null; kill -KILL $$ ;; esac' \
        "exec $HF_BIN/holdfast-rules \"\$@\""
    deploy bad
    rules bad '[stop]'
    looked_after
    wait_for said 'bad/service.toml: unable to read it'
    deploy good '#!/bin/sh' 'exit 0'
    rules good '[restart]' 'when = "never"'
    wait_for rests good
    wants bad 'want up'
}

@test "one that hangs is given up; the others are read, and the engine serves" {
    other_program holdfast-rules '#!/bin/sh' 'case "$*" in */hangs*) exec sleep 99 ;; esac' \
        "exec $HF_BIN/holdfast-rules \"\$@\""
    deploy hangs
    rules hangs '[stop]'
    looked_after
    # Time itself is the case: the engine's patience.
    wait_for said 'hangs/service.toml: unable to read it: holdfast-rules took too long'
    deploy good '#!/bin/sh' 'exit 0'
    rules good '[restart]' 'when = "never"'
    wait_for rests good
    svc -d service/hangs
    wait_for rests hangs
}

@test "a full disk: what was accepted stays, and it is read when there is room" {
    needs_root
    export -f up says
    ours apart full_disk
    shows '> stays' '> read' '= 0'
}
full_disk() {
    mkdir service srv
    mount -t tmpfs -o size=256k none srv || exit 99
    mkdir srv/web
    printf '%s\n' '#!/bin/sh' 'exec sleep 99' >srv/web/run
    chmod 755 srv/web/run
    printf '%s\n' '[restart]' 'when = "never"' >srv/web/service.toml
    ln -s ../srv/web service/
    start svscan service 2>messages
    up service/web
    printf '%s\n' '[restart]' 'when = "always"' >srv/web/new.toml
    mv srv/web/new.toml srv/web/service.toml
    cat /dev/zero >srv/filler 2>/dev/null
    svc -c service/web
    wait_for grep -q 'web/service.toml: unable to read it' messages
    grep -q 'restart.when never' srv/web/supervise/rules && echo stays
    rm srv/filler
    wait_for grep -q 'restart.when always' srv/web/supervise/rules
    echo read
}

# ---- the engine dies ----

@test "the engine is killed again and again while files are edited: one process, and the last file counts" {
    deploy web
    rules web '[stop]' 'timeout = "1s"'
    looked_after
    up service/web
    pid=$(pid_of service/web)
    for round in {1..20}; do
        rules web '[stop]' "timeout = \"${round}ms\""
        svc -c service/web || true
        old=$(engine) && kill -KILL "$old" && wait_for another_engine "$old"
    done
    wait_for svok service/web
    svc -c service/web
    wait_for grep -qx 'stop.timeout 20000000' srv/web/supervise/rules
    [ "$(pid_of service/web)" = "$pid" ]
    wait_for '[ -z "$(pgrep -x holdfast-rules -P "$(engine)")" ]'
}

@test "what was edited while no engine looked is seen by the next" {
    deploy web
    rules web '[stop]' 'timeout = "1s"'
    looked_after
    wait_for grep -qx 'stop.timeout 1000000000' srv/web/supervise/rules
    old=$(engine)
    kill -STOP "$old"
    rules web '[stop]' 'timeout = "7s"'
    kill -KILL "$old"
    wait_for grep -qx 'stop.timeout 7000000000' srv/web/supervise/rules
}

@test "a logger that is not started because of its file keeps neither its service nor svscan" {
    for name in web db; do
        deploy "$name"
        mkdir "srv/$name/log"
        printf '%s\n' '#!/bin/sh' 'exec cat >/dev/null' >"srv/$name/log/run"
        chmod 755 "srv/$name/log/run"
        echo nonsense >"srv/$name/log/service.toml"
    done
    looked_after
    up service/web service/db
    wait_for said 'web/log/service.toml: the service is not started'
    wait_for said 'db/log/service.toml: the service is not started'
    rm service/web
    svc -dx srv/web srv/web/log
    wait_for '! svok srv/web'
    kill -TERM "$scanner"
    left "$scanner"
}

# ---- many ----

@test "two hundred that are new are read by a few processes" {
    other_program holdfast-rules '#!/bin/sh' 'echo x >>/proc/self/cwd/../readers' "exec $HF_BIN/holdfast-rules \"\$@\""
    for i in {1..200}; do
        deploy "s$i" '#!/bin/sh' 'exit 0'
        rules "s$i" '[restart]' 'when = "never"'
    done
    looked_after
    for i in {1..200}; do wait_for rests "s$i"; done
    [ "$(wc -l <readers)" -lt 50 ]
}
