# SPDX-License-Identifier: MIT
# Half a migration: the original's tools on our supervision, ours on the original's, and both
# supervisions, in turn and at once, on one directory.
# shellcheck disable=SC2016,SC2086,SC2154 # no blanks in names; scripts of services; names that lib.bash sets
load lib
load services

setup() {
    hf_setup
    hf_oracle_is_there
}

# The programs that are found first: ours, or the original's.
as_ours() { PATH=$HF_BIN:$hf_system_path "$@"; }
as_original() { PATH=$ORACLE_BIN:$ORACLE_SBIN:$hf_system_path "$@"; }

# Everything a person does with svc, svstat and svok, by the tools $tools.
tour() {
    $tools svok a
    echo "svok $?"
    wait_for $tools says a ': up'
    $tools svstat a
    $tools svc -p a
    wait_for $tools says a paused
    $tools svstat a
    $tools svc -c a
    wait_for '! $tools says a paused'
    before=$($tools pid_of a)
    $tools svc -t a
    wait_for $tools changed a "$before"
    $tools svc -d a
    wait_for $tools says a ': down'
    $tools svstat a
    $tools svc -o a
    wait_for $tools says a ': up'
    $tools svc -k a
    wait_for $tools says a ': down'
    $tools svc -u a
    wait_for $tools says a ': up'
    $tools svstat a
    $tools svc -dx a
    left "$supervisor"
    $tools svok a
    echo "svok $?"
    $tools svstat a
}

tour_of() { # SUPERVISE-SIDE TOOLS-SIDE
    service a
    $1 supervising a
    tools=$2
    tour
}

@test "the original's svc, svstat and svok on our supervise, and ours on the original's" {
    ours tour_of as_ours as_ours
    expected=$transcript
    for pair in 'as_ours as_original' 'as_original as_ours' 'as_original as_original'; do
        ours tour_of $pair
        diff -u <(echo "$expected") <(echo "$transcript")
    done
    has '> a: up (pid N) S seconds, paused'
}

below_svscan() {
    mkdir sv
    service sv/a 'echo hello; exec sleep 99'
    service sv/a/log 'exec cat >>../../../out'
    as_ours scanning sv
    wait_for as_original says sv/a ': up'
    wait_for lines out 1
    as_original svstat sv/a sv/a/log
    before=$(pid_of sv/a)
    as_original svc -t sv/a
    wait_for as_original changed sv/a "$before"
    wait_for lines out 2
    # Its logger may have ended with it before it is told to.
    as_original svc -dx sv/a sv/a/log 2>/dev/null
    wait_for '! as_original svok sv/a'
}

@test "the original's tools on our svscan" {
    ours below_svscan
    shows '> sv/a: up (pid N) S seconds' '> sv/a/log: up (pid N) S seconds' '= 0'
}

below_original_svscan() {
    mkdir sv bin
    service sv/a 'echo hello; exec sleep 99'
    service sv/a/log 'exec cat >>../../../out'
    ln -s "$HF_BIN/supervise" bin
    PATH=$PWD/bin:$ORACLE_BIN:$hf_system_path scanning sv
    wait_for says sv/a ': up'
    wait_for lines out 1
    stat -c %s sv/a/supervise/status
    before=$(pid_of sv/a)
    svc -t sv/a
    wait_for changed sv/a "$before"
    wait_for lines out 2
    # A supervise that dies is started again by the original svscan, and takes its service over.
    before=$(pid_of sv/a)
    supervisor=$(pgrep -P "$scanner" -f 'supervise a')
    kill -KILL "$supervisor"
    wait_for '! svok sv/a'
    wait_for svok sv/a
    [ "$(pid_of sv/a)" = "$before" ] && echo the same process
    cat out
}

@test "our supervise below the original svscan" {
    ours below_original_svscan
    shows '> 4096' '> the same process' '> hello' '> hello' '= 0'
}

refused() { # HOLDER OTHER
    service a
    $1 supervising a
    wait_for says a ': up'
    before=$(pid_of a)
    $2 supervise a
    echo "refused $?"
    [ "$(pid_of a)" = "$before" ] && echo unharmed
    svc -t a
    wait_for changed a "$before"
}

@test "whoever has the directory, the other is refused, by the lock" {
    for pair in 'as_ours as_original' 'as_original as_ours'; do
        ours refused $pair
        shows '> refused 111' '> unharmed' \
            '! supervise: fatal: unable to acquire a/supervise/lock: temporary failure' '= 0'
    done
}

both_svscans() {
    mkdir sv
    service sv/a 'echo x >>../../starts; exec sleep 99'
    as_ours scanning sv 2>ours.words
    first=$scanner
    wait_for says sv/a ': up'
    as_original scanning sv 2>original.words
    wait_for lines original.words 1
    sort -u original.words
    kill -KILL "$scanner"
    wait_for '! pgrep -P "$scanner" -x supervise'
    scanner=$first
    end "$scanner" TERM
    as_original scanning sv
    wait_for says sv/a ': up'
    as_ours scanning sv 2>ours.words
    wait_for lines ours.words 1
    cat ours.words starts
}

@test "our svscan beside the original's: the lock is respected, and it is said once" {
    ours both_svscans
    shows '> supervise: fatal: unable to acquire a/supervise/lock: temporary failure' \
        '> ended with 0' '> supervise: fatal: unable to acquire a/supervise/lock: temporary failure' \
        '> x' '> x' '= 0'
}

alternating() {
    service a 'echo x >>starts; exec sleep 99'
    count=0
    for who in as_original as_ours as_original as_ours as_ours as_original; do
        $who supervising a
        count=$((count + 1))
        wait_for lines a/starts $count
        wait_for as_original says a ': up'
        as_ours svstat a
        as_original svstat a
        echo "$who $(stat -c %s a/supervise/status)"
        as_ours svc -dx a
        left "$supervisor"
        as_original svstat a
    done
    [ a/supervise/control -ef a/supervise/ok ] && echo one FIFO
}

@test "one directory, by turns under the original and under us: status, FIFOs, lock" {
    ours alternating
    has '> as_original 18'
    has '> as_ours 4096'
    has '> one FIFO'
    [ "$(grep -c 'ended with 0' <<<"$transcript")" = 6 ]
    [ "$(grep -c ': up (pid N) S seconds' <<<"$transcript")" = 12 ]
}

normally_down() {
    service a
    touch a/down
    as_original supervising a
    as_original svc -u a
    wait_for says a ': up'
    as_original svc -dx a
    left "$supervisor"
    as_ours supervising a
    svstat a
    svc -dx a
    left "$supervisor"
    as_original supervising a
    svstat a
}

@test "a down file means the same to both" {
    ours normally_down
    shows '> ended with 0' '> a: down S seconds' '> ended with 0' '> a: down S seconds' '= 0'
}

orphan_of_the_original() {
    service a 'echo x >>starts; exec sleep 99'
    as_original supervising a
    wait_for says a ': up'
    service=$(pid_of a)
    end "$supervisor" KILL
    as_ours supervising a
    wait_for says a ': up'
    gone "$service" || echo the orphan of the original runs beside
}

# Its status has no birth and no boot: nothing can be known of the pid. doc/compatibility.md.
@test "what the original left behind when it was killed is not taken for ours" {
    ours orphan_of_the_original
    shows '> ended with 137' '> the orphan of the original runs beside' '= 0'
}
