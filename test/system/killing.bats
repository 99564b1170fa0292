# SPDX-License-Identifier: MIT
# Killed with -9, engine or guardian: no service stops, none runs twice, no death is missed, no
# order is lost, no log line either.
# shellcheck disable=SC2016,SC2086,SC2154 # no blanks in names; scripts of services; names that lib.bash sets
load lib
load services

# Kills the engine at whatever it is about.
strike() {
    until pid=$(engine) && kill -KILL "$pid" 2>/dev/null; do sleep 0.005; done
}

# Kills the engine and waits until another one obeys.
kill_engine() {
    local old
    old=$(engine)
    kill -KILL "$old"
    wait_for another_engine "$old"
}

engine_killed() {
    mkdir sv
    service sv/a
    service sv/down
    touch sv/down/down
    service sv/once
    touch sv/once/down
    service sv/paused
    service sv/deaf 'trap "" TERM; touch ready; while :; do sleep 1; done'
    scanning sv 2>words
    up sv/a sv/paused sv/deaf
    wait_for svok sv/down
    wait_for test -e sv/deaf/ready
    svc -o sv/once
    svc -p sv/paused
    svc -d sv/deaf
    up sv/once
    wait_for says sv/paused paused
    wait_for says sv/deaf 'want down'
    before=$(svstat sv/* | sed 's/ [0-9]* seconds//')
    kill_engine
    for each in sv/*; do wait_for svok "$each"; done
    [ "$(svstat sv/* | sed 's/ [0-9]* seconds//')" = "$before" ] && echo all as it was
    kill -KILL "$(pid_of sv/once)" "$(pid_of sv/deaf)" "$(pid_of sv/a)"
    wait_for says sv/once ': down'
    wait_for says sv/deaf ': down'
    up sv/a
    svc -c sv/paused
    wait_for says sv/paused 'seconds$'
    svstat sv/*
    sed 's/in [0-9]* ms/in N ms/' words
}

@test "the engine is killed: pids, wants and pauses are what they were, and orders are obeyed" {
    ours engine_killed
    shows '> all as it was' '> sv/a: up (pid N) S seconds' \
        '> sv/deaf: down S seconds, normally up' '> sv/down: down S seconds' \
        '> sv/once: down S seconds' '> sv/paused: up (pid N) S seconds' \
        '> svscan: warning: the engine was killed by signal 9; services keep running; restarting the engine in N ms' \
        '= 0'
}

deaths_meanwhile() {
    mkdir sv
    for name in {1..20}; do service sv/$name 'echo x >>starts; exec sleep 99'; done
    scanning sv 2>/dev/null
    up sv/{1..20}
    mapfile -t pids < <(for name in {1..20}; do pid_of sv/$name; done)
    kill -STOP "$(engine)"
    kill -KILL "${pids[@]}"
    kill -KILL "$(engine)"
    for name in {1..20}; do wait_for changed sv/$name "${pids[name - 1]}"; done
    for name in {1..20}; do wait_for lines sv/$name/starts 2; done
    cat sv/*/starts | wc -l
    ps -o stat= --ppid "$scanner" | grep -c Z
}

@test "deaths while there is no engine are told to the next one, each once" {
    ours deaths_meanwhile
    shows '> 40' '> 0' '= 1'
}

engine_stopped() {
    mkdir sv
    service sv/a 'echo x >>../../starts; exec sleep 99'
    scanning sv 2>words
    up sv/a
    old=$(engine)
    kill -STOP "$old"
    kill -KILL "$(pid_of sv/a)"
    wait_for lines starts 2
    gone "$old" && echo another engine
    grep -c 'the engine does not answer' words
}

@test "an engine that is stopped is ended, and the next one hears of the death" {
    ours engine_stopped
    shows '> another engine' '> 1' '= 0'
}

kept_exit() {
    mkdir sv
    service sv/a '[ -e more ] || { touch more; exec sleep 99; }; exit 7'
    scanning sv 2>/dev/null
    up sv/a
    svc -o sv/a
    old=$(engine)
    kill -STOP "$old"
    kill -USR1 "$(pid_of sv/a)"
    kill -KILL "$old"
    wait_for says sv/a ': down'
    stands sv/a ending ending_value # by a signal, and which
}

@test "how a service ended while there was no engine is known" {
    ours kept_exit
    shows '> 73' '> 0a 00 00 00' '= 0'
}

commands_meanwhile() {
    mkdir sv
    service sv/a
    scanning sv 2>/dev/null
    up sv/a
    for round in {1..5}; do
        before=$(pid_of sv/a)
        strike
        svc -t sv/a
        wait_for changed sv/a "$before"
        svok sv/a || echo svok failed
    done
}

@test "svc, svok and svstat wait for an engine that is being replaced" {
    ours commands_meanwhile
    shows '= 0'
}

killed_again_and_again() {
    mkdir sv
    for name in {1..10}; do
        service sv/$name 'echo $$ >>starts; i=0; while :; do i=$((i+1)); echo $i; done'
        service sv/$name/log 'exec cat >>out'
    done
    scanning sv 2>/dev/null
    up sv/{1..10} sv/{1..10}/log
    before=$(for each in sv/* sv/*/log; do pid_of "$each"; done)
    for round in {1..8}; do
        if [ $((round % 4)) = 0 ]; then wait_for svok sv/1; fi
        strike
    done
    for each in sv/* sv/*/log; do wait_for svok "$each"; done
    after=$(for each in sv/* sv/*/log; do pid_of "$each"; done)
    [ "$before" = "$after" ] && echo the same processes
    for name in {1..10}; do
        count=$(wc -l <sv/$name/log/out)
        wait_for lines sv/$name/log/out $((count + 100))
    done
    svc -d sv/*
    for name in {1..10}; do wait_for says sv/$name ': down'; done
    end "$scanner" TERM
    for name in {1..10}; do
        count=$(wc -l <sv/$name/log/out)
        head -n "$count" sv/$name/log/out | cmp - <(seq "$count")
        wc -l <sv/$name/starts
    done | sort | uniq -c
}

@test "time and again while services write: the same processes, and no line lost" {
    ours killed_again_and_again
    shows '> the same processes' '> ended with 0' '>      10 1' '= 0'
}

killed_while_starting() {
    mkdir sv
    for name in {1..60}; do
        service sv/$name 'mkdir running || echo twice >>../../twice; echo $$ >pid; exec sleep 98.1234'
    done
    scanning sv 2>/dev/null
    for round in {1..7}; do
        strike
    done
    up sv/{1..60}
    for name in {1..60}; do
        wait_for '[ "$(cat sv/$name/pid)" = "$(pid_of sv/$name)" ]'
    done
    cat twice 2>/dev/null
    pgrep -f 'sleep 98.1234' | wc -l
}

@test "killed while it starts services: each runs, once" {
    ours killed_while_starting
    shows '> 60' '= 0'
}

killed_in_crash_loop() {
    mkdir sv
    for name in {1..20}; do service sv/$name "$born >>starts; exit 1"; done
    scanning sv 2>/dev/null
    for round in {1..7}; do
        before=$(cat sv/*/starts 2>/dev/null | wc -l)
        strike
        wait_for "[ \$(cat sv/*/starts | wc -l) -gt $before ]"
    done
    for name in {1..20}; do wait_for lines sv/$name/starts 4; done
    for name in {1..20}; do too_soon sv/$name/starts; done
}

@test "killed among services that crash all the time: none is restarted sooner than the rule" {
    ours killed_in_crash_loop
    shows '= 0'
}

guardian_killed() {
    mkdir sv
    service sv/a 'echo x >>../../starts; exec sleep 99'
    service sv/dies 'trap "exit 7" USR1; touch ready; while :; do sleep 0.05; done'
    service sv/a/log 'exec cat >>../../../out'
    scanning sv
    up sv/a sv/a/log sv/dies
    wait_for test -e sv/dies/ready
    rm sv/dies/ready
    before=$(pid_of sv/a)
    dies=$(pid_of sv/dies)
    engine=$(engine)
    end "$scanner" KILL
    wait_for gone "$engine"
    scanning sv
    up sv/a sv/a/log sv/dies
    [ "$(pid_of sv/a)" = "$before" ] && echo same process
    svc -o sv/dies
    kill -USR1 "$dies"
    wait_for says sv/dies ': down'
    svc -d sv/a
    wait_for says sv/a ': down'
    cat starts
}

@test "the guardian is killed: the engine leaves, the next svscan takes over" {
    ours guardian_killed
    shows '> ended with 137' '> same process' '> x' '= 0'
}

death_of_an_orphan() {
    guardian_killed >/dev/null
    stands sv/dies ending
}

@test "how an orphan ended is known where the kernel tells, once it is buried" {
    needs_root
    if [ "$(printf '%s\n' 6.15 "$(uname -r)" | sort -V | head -n 1)" != 6.15 ]; then
        skip "NOT RUN: Linux before 6.15 does not tell"
    fi
    export -f guardian_killed scanning engine up says pid_of stands bytes end hf_how_it_ended
    ours apart death_of_an_orphan # whose first process buries, as an init does
    shows '> 65' '= 0'
}

guardian_killed_repeatedly() {
    mkdir sv
    for name in {1..10}; do
        service sv/$name 'echo $$ >>starts; exec sleep 99'
    done
    for round in {1..8}; do
        scanning sv
        if [ $((round % 3)) = 0 ]; then up sv/{1..10}; else wait_for svok sv/1; fi
        end "$scanner" KILL >/dev/null
    done
    # The engine of a guardian that died may be about to leave.
    until scanning sv && wait_for 'gone "$scanner" || engine' && ! gone "$scanner"; do :; done
    up sv/{1..10}
    wc -l sv/*/starts | sed 's/^ *//'
    end "$scanner" TERM
}

@test "again and again, even while it starts: never a second copy" {
    ours guardian_killed_repeatedly
    has '> 10 total'
    has '> ended with 0'
}

both_killed_dead_meanwhile() {
    mkdir sv
    service sv/a 'echo x >>../../starts; exec sleep 99'
    scanning sv
    up sv/a
    before=$(pid_of sv/a)
    end "$scanner" KILL
    wait_for '! svok sv/a'
    kill -KILL "$before"
    wait_for gone "$before"
    scanning sv
    wait_for lines starts 2
    up sv/a
}

@test "what died while nobody supervised is started again" {
    ours both_killed_dead_meanwhile
    shows '> ended with 137' '= 0'
}

foreign_pid() {
    mkdir sv
    service sv/a 'echo x >>../../starts; exec sleep 99'
    scanning sv
    up sv/a
    service=$(pid_of sv/a)
    end "$scanner" KILL
    wait_for '! svok sv/a'
    kill -KILL "$service"
    # A stranger has the pid of the record, and a restart of the machine was not noticed.
    start sleep 99
    stranger=$started
    printf '%b' "$(printf '\\%03o\\%03o\\%03o\\%03o' $((stranger & 255)) $((stranger >> 8 & 255)) \
        $((stranger >> 16 & 255)) 0)" | dd of=sv/a/supervise/status bs=1 seek=12 conv=notrunc 2>/dev/null
    scanning sv
    wait_for lines starts 2
    up sv/a
    [ "$(pid_of sv/a)" = "$stranger" ] && echo took a stranger
    svc -k sv/a
    end "$scanner" TERM
    gone "$stranger" && echo killed a stranger
}

@test "a stranger who has the recorded pid is not touched" {
    ours foreign_pid
    shows '> ended with 137' '> ended with 0' '= 1'
}
