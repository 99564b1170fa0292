# SPDX-License-Identifier: MIT
# Orders that come fast, many at once, or at a bad moment: each is obeyed, at once, in order.
# shellcheck disable=SC2016,SC2086,SC2154 # no blanks in names; scripts of services; names that lib.bash sets
load lib
load services

# Writes down each signal that it gets.
witness='for s in HUP ALRM INT TERM; do trap "echo $s >>seen" $s; done
    touch ready; while :; do sleep 0.02; done'

all_letters() {
    service a "$witness"
    touch a/down
    supervising a
    svc -o a
    wait_for test -e a/ready
    svc -hait a
    wait_for lines a/seen 4
    sort a/seen
    svc -pcpcpc a
    svc -pc a
    wait_for '! says a paused'
    svc -k a
    wait_for says a ': down'
    svstat a
}

@test "all the letters of one write are obeyed" {
    same all_letters
    shows '> ALRM' '> HUP' '> INT' '> TERM' '> a: down S seconds' '= 0'
}

terminate_then_down() {
    service a 'echo x >>starts; exec sleep 99'
    supervising a
    up a
    svc -td a
    wait_for says a 'normally up$'
    wc -l <a/starts
}

@test "td: no start between the two" {
    ours terminate_then_down
    shows '> 1' '= 0'
}

down_in_crash_loop() {
    service a 'echo x >>starts; exit 1'
    supervising a
    wait_for lines a/starts 1
    svc -d a
    wait_for says a 'normally up$'
    wc -l <a/starts
    svc -u a
    wait_for lines a/starts 2
    svc -dx a
    left "$supervisor"
    wc -l <a/starts
}

@test "down in a crash loop: not one more start" {
    ours down_in_crash_loop
    shows '> 1' '> ended with 0' '> 2' '= 0'
}

leave_behind_all() {
    service a 'echo x >>starts; exec sleep 99'
    supervising a
    up a
    svc -xdu a
    # down, then up again: it does not come back, since the supervision leaves; or it does, and x
    # waits for its death. Either way orders are still obeyed.
    wait_for '! svok a || [ "$(wc -l <a/starts)" -ge 1 ]'
    svok a && svc -d a 2>/dev/null
    left "$supervisor"
}

@test "x, then others: the supervision ends when the service does" {
    ours leave_behind_all
    shows '> ended with 0' '= 0'
}

storm() {
    local seed=$1 letters=(u d o p c h a i t k)
    RANDOM=$seed
    mkdir sv
    for name in 1 2 3 4 5; do
        service sv/$name 'exec 9>lock; flock -w 0.5 9 || echo "two at once" >>../../wrong
            trap exit TERM INT HUP ALRM; while :; do sleep 0.01 9>&-; done'
    done
    scanning sv
    up sv/{1..5}
    for _ in {1..150}; do
        word=
        for _ in 1 2 3; do word+=${letters[RANDOM % 10]}; done
        svc -$word sv/$((RANDOM % 5 + 1))
    done
    svc -c sv/*
    svc -d sv/*
    svc -k sv/*
    for name in 1 2 3 4 5; do wait_for says sv/$name ': down'; done
    pgrep -P "$scanner" -x run && echo left over
    svc -cu sv/*
    up sv/{1..5}
    svstat sv/*
    end "$scanner" TERM
    cat wrong 2>/dev/null
    pgrep -P "$scanner"
}

@test "a storm of letters: what is ordered last is what is" {
    for seed in 1 2 3; do
        ours storm $seed
        shows '> sv/1: up (pid N) S seconds' '> sv/2: up (pid N) S seconds' \
            '> sv/3: up (pid N) S seconds' '> sv/4: up (pid N) S seconds' \
            '> sv/5: up (pid N) S seconds' '> ended with 0' '= 1'
    done
}

crowd_of_senders() {
    mkdir sv
    service sv/a 'trap "echo x >>seen" HUP; touch ready; while :; do sleep 0.005; done'
    scanning sv
    wait_for test -e sv/a/ready
    for _ in {1..40}; do
        svc -pc sv/a &
        senders+=($!)
    done
    wait "${senders[@]}"
    svc -h sv/a
    wait_for lines sv/a/seen 1
    svstat sv/a
}

@test "forty people order at once" {
    ours crowd_of_senders
    shows '> sv/a: up (pid N) S seconds' '= 0'
}

killed_at_once() {
    mkdir sv
    service sv/a "$born >>../../starts; exec sleep 99"
    scanning sv
    for count in 1 2 3 4; do
        wait_for lines starts $count
        svc -k sv/a
    done
    too_soon starts
}

@test "a service that is killed at once, again and again, is restarted once a second" {
    same killed_at_once
    shows '= 0'
}
