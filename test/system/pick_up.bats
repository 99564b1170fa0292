# SPDX-License-Identifier: MIT
# How svscan notices: at once, without ever waking up for nothing; logs, names, what cannot be read.
# shellcheck disable=SC2016,SC2086,SC2154 # no blanks in names; scripts of services; names that lib.bash sets
load lib
load services

at_once() {
    mkdir sv
    service sv/first
    scanning sv
    up sv/first
    service real 'touch ran; exec sleep 99'
    start strace -o trace -e trace=epoll_wait -p "$(engine)" 2>/dev/null
    wait_for grep -q 'epoll_wait' trace
    ln -s ../real sv/linked
    wait_for test -e real/ran
    grep ', [1-9][0-9]*) *= 0$' trace # a scan that was due has not found it
    svstat sv/first
}

@test "a linked directory is picked up at once" {
    ours at_once
    shows '> sv/first: up (pid N) S seconds' '= 0'
}

# How often a process has gone to sleep, and so woken up.
sleeps() { field "$1" voluntary_ctxt_switches; }

idle() {
    mkdir sv
    service sv/a
    service sv/a/log 'exec cat'
    service sv/down
    touch sv/down/down
    service clock 'echo x >>starts; exec sleep 0.1'
    start supervise clock
    scanning sv
    up sv/a sv/a/log
    wait_for svok sv/down
    svc -t sv/a
    wait_for lines clock/starts 1
    before="$(sleeps "$scanner") $(sleeps "$(engine)")"
    count=$(wc -l <clock/starts)
    wait_for lines clock/starts $((count + 2)) # whatever was still to be done
    before="$(sleeps "$scanner") $(sleeps "$(engine)")"
    wait_for lines clock/starts $((count + 5))
    [ "$(sleeps "$scanner") $(sleeps "$(engine)")" = "$before" ] && echo asleep
    svc -d sv/a
    wait_for says sv/a ': down'
    [ "$(sleeps "$scanner") $(sleeps "$(engine)")" != "$before" ] && echo awake
}

@test "an idle svscan and its engine never wake up" {
    ours idle
    shows '> asleep' '> awake' '= 0'
}

crowd() {
    mkdir sv
    service one
    for name in {1..1100}; do
        mkdir sv/$name
        ln one/run sv/$name/run
    done
    scanning sv 2>words
    wait_for '[ $(pgrep -c -P "$scanner" -x sleep) = 1100 ]'
    svstat sv/* | grep -c ': up'
    # What the engine has beside one descriptor for each: the three of every process, its own few.
    if [ "$(fds "$(engine)")" -lt 1120 ]; then echo one descriptor each; fi
    svc -d sv/*
    wait_for '[ $(pgrep -c -P "$scanner" -x sleep) = 0 ]'
    svstat sv/* | grep -c ': down'
    end "$scanner" TERM
    cat words
}

@test "1100 services, one descriptor each" {
    HF_PATIENCE=60 ours crowd
    shows '> 1100' '> one descriptor each' '> 1100' '> ended with 0' '= 0'
}

logged_crowd() {
    mkdir sv
    for name in {1..30}; do
        service sv/$name
        service sv/$name/log 'exec cat >/dev/null'
    done
    scanning sv
    up sv/{1..30} sv/{1..30}/log
    if [ "$(fds "$(engine)")" -le $((60 * 2 + 15)) ]; then echo at most two; fi
}

@test "at most two descriptors for a supervised process" {
    ours logged_crowd
    shows '> at most two' '= 0'
}

few_descriptors() {
    mkdir sv
    for name in {1..100}; do service sv/$name; done
    ulimit -Sn 60
    ulimit -Hn 80
    scanning sv 2>words
    wait_for grep -q 'running services keep running' words
    wait_for '[ "$(svstat sv/* 2>/dev/null | grep -c ": up")" -ge 30 ]'
    up=$(svstat sv/* | sed -n 's/: up.*//p')
    first=$(head -n 1 <<<"$up")
    before=$(pid_of "$first")
    svc -t "$first"
    wait_for changed "$first" "$before"
    # Twenty go: others come.
    for each in $(head -n 20 <<<"$up"); do
        mv "$each" .
        svc -dx "${each#sv/}"
    done
    wait_for '[ "$(svstat sv/* | grep -c ": up")" -ge $(wc -l <<<"$up") ]'
    sort words
    end "$scanner" TERM
}

@test "out of descriptors: said once, running services keep running; some become free, others start" {
    ours few_descriptors
    has '> ended with 0'
    grep -q 'supervise/control: process cannot open more files; running services keep running' <<<"$transcript"
    # Once, and once again when it was over meanwhile.
    [ "$(wc -l <<<"$transcript")" -le 4 ]
}

original_limits() {
    mkdir sv
    service sv/a 'ulimit -Sn; ulimit -Hn; touch done; exec sleep 99'
    ulimit -Sn 70
    ulimit -Hn 5000
    scanning sv
    wait_for test -e sv/a/done
}

@test "services have the limit that svscan was started with" {
    same original_limits
    shows '> 70' '> 5000' '= 0'
}

surroundings() {
    mkdir sv
    # shellcheck disable=SC2016
    service sv/a 'grep -E "Sig(Blk|Ign)" /proc/self/status
        if [ -e /proc/$$/fd/9 ]; then echo has 9; fi
        for fd in 3 4 5 6 7 8; do if [ -e /proc/$$/fd/$fd ]; then echo has $fd; fi; done
        read -r pid name state parent group session rest </proc/$$/stat
        if [ $pid = $group ] && [ $pid = $session ]; then echo leads both; fi
        env | grep HOLDFAST; touch done; exec sleep 99'
    trap "" HUP INT PIPE USR1
    HF_TEST_MARK=$hf_test/ svscan sv 9</dev/null &
    wait_for test -e sv/a/done
}

@test "what a service below svscan finds: no descriptor too many, no signal ignored or blocked" {
    differs surroundings \
        --ours $'> SigBlk:\t0000000000000000' $'> SigIgn:\t0000000000000000' '> leads both' '= 0' \
        --oracle $'> SigBlk:\t0000000000000000' $'> SigIgn:\t0000000000001207' '> has 9' '= 0'
}

no_standard_descriptors() {
    mkdir sv
    service sv/a 'ls /proc/$$/fd | sort -n >../../fds; touch done; exec sleep 99'
    svscan sv <&- >&- 2>&- &
    scanner=$!
    wait_for test -e sv/a/done
    wait_for svok sv/a
    head -n 3 fds
    end "$scanner" TERM
}

@test "svscan that is started without standard descriptors" {
    ours no_standard_descriptors
    shows '> 0' '> 1' '> 2' '> ended with 0' '= 0'
}

log_later() {
    mkdir sv
    service sv/a 'echo $$; exec sleep 99'
    scanning sv >/dev/null
    up sv/a
    before=$(pid_of sv/a)
    service log 'exec cat >>../../../out'
    mv log sv/a
    up sv/a/log
    [ "$(pid_of sv/a)" = "$before" ] && echo the service runs on
    svc -t sv/a
    wait_for lines out 1
    wait_for '[ "$(cat out)" = "$(pid_of sv/a)" ]'
    svc -d sv/a
    wait_for says sv/a ': down'
    rm -r sv/a/log/run
    mv sv/a/log .
    svc -t log
    wait_for '! svok log'
    svc -u sv/a
    up sv/a
}

@test "a log that comes later is noticed, and one that goes" {
    ours log_later
    shows '> the service runs on' '= 0'
}

bad_log_later() {
    mkdir sv
    service sv/a
    service sv/b
    scanning sv 2>words
    up sv/a sv/b
    touch sv/a/supervise/log
    service log 'exec cat >>../../../out'
    mv log sv/a
    wait_for lines words 1
    svok sv/a && svok sv/b && echo supervised
    before=$(pid_of sv/a)
    svc -t sv/a
    wait_for gone "$before"
    wait_for says sv/a 'want up'
    rm sv/a/supervise/log
    up sv/a sv/a/log
    cat words
}

@test "a log that comes later and cannot be: said once, the engine lives" {
    ours bad_log_later
    shows '> supervised' '> supervise: fatal: a/supervise/log is not a fifo: remove it' '= 0'
}

exec_failure() {
    mkdir sv
    service sv/a
    rm sv/a/run
    scanning sv 2>words
    wait_for lines words 1
    wait_for says sv/a 'want up'
    svstat sv/a
    # Not answered by ten more lines.
    service clock 'echo x >>starts'
    start supervise clock
    wait_for lines clock/starts 4
    cat words
    service sv/a
    up sv/a
    svc -d sv/a
    wait_for says sv/a ': down'
    rm sv/a/run
    svc -u sv/a
    wait_for lines words 2
    cat words
}

@test "an exec that fails: known at once, said once, tried again; said again when it is news" {
    ours exec_failure
    shows '> sv/a: down S seconds, normally up, want up' \
        '> supervise: fatal: unable to start a/run: file does not exist' \
        '> supervise: fatal: unable to start a/run: file does not exist' \
        '> supervise: fatal: unable to start a/run: file does not exist' '= 0'
}

unprivileged() {
    mkdir sv
    service sv/a
    touch sv/a/down
    scanning sv
    wait_for svok sv/a
    chmod 755 sv/a/supervise
    as_nobody=(setpriv --reuid nobody --regid nogroup --clear-groups "$(command -v svstat)")
    "${as_nobody[@]}" sv/a
    end "$scanner" "$1"
    wait_for '! svok sv/a'
    "${as_nobody[@]}" sv/a
}

@test "svstat needs no write permission to read a status that it may read" {
    needs_root
    ours unprivileged TERM
    shows '> sv/a: down S seconds' '> ended with 0' '> sv/a: supervise not running' '= 0'
    ours unprivileged KILL
    shows '> sv/a: down S seconds' '> ended with 137' '> sv/a: supervise not running' '= 0'
}

label_of_the_past() {
    service a
    touch a/down
    supervising a
    # A clock that jumps changes the label's distance from now, and nothing else.
    svstat a
    svc -u a
    up a
    svstat a | sed 's/(pid [0-9]*) [01] /fresh /'
}

@test "an age begins with nought" {
    ours label_of_the_past
    shows '> a: down S seconds' '> a: up fresh seconds, normally down' '= 0'
}

directories() { # NAME...: with no process
    mkdir "$@"
    touch "${@/%//run}" "${@/%//down}"
    chmod 755 "${@/%//run}"
}

supervised() { # PATTERN COUNT
    wait_for "[ \"\$(ls -d $1/supervise/ok | wc -l)\" = $2 ]"
}

among_many() {
    local each
    mkdir sv
    service sv/first
    directories many{1..100} single{1..20} crowd{1..50}
    scanning sv
    up sv/first
    ln -s -t sv ../many{1..100}
    supervised 'many*' 100
    service sv/last # everything that was to be seen of them has been
    up sv/last
    start strace -o trace -p "$(engine)" 2>/dev/null
    wait_for '[ "$(field "$(engine)" TracerPid)" != 0 ]'
    for each in single{1..20}; do
        ln -s -t sv "../$each"
        supervised "$each" 1
    done
    ln -s -t sv ../crowd{1..50}
    supervised 'crowd*' 50
    grep -q '"single20"' trace && grep -q '"crowd50"' trace && echo at these
    grep '"many' trace || echo and at no other
}

@test "who links a directory, or fifty at once, makes the engine look at no other" {
    ours among_many
    shows '> at these' '> and at no other' '= 0'
}
