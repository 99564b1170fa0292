# SPDX-License-Identifier: MIT
# svscan --main NAME: as the first process of a container, it ends with the service NAME.
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
load lib
load services

ends_as() { # SCRIPT
    mkdir sv
    service sv/app "$1"
    service sv/other
    scanning --main app sv
    left "$scanner"
    svstat sv/other
}

@test "svscan --main ends with the exit code of the service, everything else stopped before" {
    ours ends_as 'exit 7'
    shows '> ended with 7' '> sv/other: supervise not running' '= 0'
    ours ends_as 'exit 0'
    has '> ended with 0'
}

@test "svscan --main ends with 128 and the signal that ended the service" {
    ours ends_as 'kill -KILL $$'
    has '> ended with 137'
    ours ends_as 'kill -TERM $$'
    has '> ended with 143'
}

cannot_run() { # SCRIPT-OR-NOTHING
    mkdir -p sv/app
    if [ $# -gt 0 ]; then printf '%s\n' "$1" >sv/app/run; fi
    scanning --main app sv
    left "$scanner"
}

@test "svscan --main ends as a shell does when there is no program" {
    ours cannot_run
    shows '> ended with 127' '! supervise: fatal: unable to start app/run: file does not exist' '= 0'
    ours cannot_run 'not executable'
    has '> ended with 126'
}

again() {
    mkdir sv
    service sv/app 'echo $$ >>../../pids; exit 3'
    for _ in 1 2; do
        scanning --main app sv
        left "$scanner"
    done
    wc -l <pids
}

# Somebody has a lease on its program: the exec waits until the script has run, and its record stands
# there.
at_its_exec() { # SCRIPT
    mkdir sv
    service sv/app 'echo ran >>../../runs; exit 7'
    service sv/other
    printf '%s\n' 'until svstat sv/app | grep -q "(pid"; do sleep 0.02; done
        newborn=$(svstat sv/app | sed "s/.*(pid \([0-9]*\)).*/\1/")' "$1" >at-exec
    start perl -MFcntl -e 'open(my $run, "<", "sv/app/run") or die "open: $!";
        $SIG{IO} = sub { system("sh", "at-exec"); exit };
        fcntl($run, Fcntl::F_SETLEASE, Fcntl::F_WRLCK) or die "lease: $!";
        open(my $ready, ">", "ready") or die "ready: $!"; sleep 1 while 1'
    wait_for test -e ready
    scanning --main app sv
    left "$scanner"
    cat runs
}

@test "svscan --main does not end with a process that was killed before it ran" {
    ours at_its_exec 'kill -KILL $newborn'
    shows '> ended with 7' '> ran' '= 0'
}

# While its exec hangs it shares its engine's memory, and so the lock of every directory.
@test "svscan --main does not wait for a process that outlives its engine and does not run" {
    ours at_its_exec 'engine=$(pgrep -o -x holdfast-engine -P "$(ps -o ppid= -p "$newborn" | tr -d " ")")
        kill -KILL "$engine"
        while [ -e "/proc/$engine" ]; do :; done
        while [ -d "/proc/$newborn/fd/" ] && ls "/proc/$newborn/fd/" >ls; do :; done'
    has '> ended with 7'
    has '> ran'
    if grep 'unable to acquire' <<<"$transcript"; then return 1; fi
}

@test "svscan --main can be started again on the same files" {
    ours again
    shows '> ended with 3' '> ended with 3' '> 2' '= 0'
}

# Nobody could write down how it ended.
again_after_a_power_cut() {
    mkdir sv
    service sv/app
    scanning --main app sv
    up sv/app
    service=$(pid_of sv/app)
    kill -KILL "$scanner" "$service"
    wait_for test ! -e "/proc/$service"
    wait_for '! svok sv/app'
    service sv/app 'exit 6'
    scanning --main app sv
    left "$scanner"
}

@test "svscan --main runs its service once after everything was killed, too" {
    ours again_after_a_power_cut
    has '> ended with 6'
}

told_to_end() {
    mkdir sv
    service sv/app
    scanning --main app sv
    up sv/app
    end "$scanner" TERM
    svstat sv/app
}

@test "svscan --main on TERM stops everything and ends with 0, as ever" {
    ours told_to_end
    shows '> ended with 0' '> sv/app: supervise not running' '= 0'
}

by_order() { # LETTERS
    mkdir sv
    service sv/app
    scanning --main app sv
    up sv/app
    svc "$1" sv/app
    left "$scanner"
}

@test "svscan --main ends when the service is ended by order" {
    ours by_order -t
    has '> ended with 143'
    ours by_order -d
    has '> ended with 143'
    ours by_order -dx
    has '> ended with 143'
}

wanted_up() {
    mkdir sv
    service sv/app
    scanning --main app sv
    up sv/app
    svc -u sv/app
    first=$(pid_of sv/app)
    svc -t sv/app
    wait_for changed sv/app "$first"
    svc -o sv/app
    svc -k sv/app
    left "$scanner"
}

@test "after svc -u the main service is restarted, after svc -o no more" {
    ours wanted_up
    shows '> ended with 137' '= 0'
}

# The engine is stopped before the service ends, and killed before it can know.
without_engine() {
    mkdir sv
    service sv/app 'read -r code <../../code; exit "$code"'
    mkfifo code
    scanning --main app sv
    up sv/app
    service=$(pid_of sv/app)
    engine=$(engine)
    kill -STOP "$engine"
    echo 9 >code
    wait_for gone "$service"
    kill -KILL "$engine"
    left "$scanner" 2>/dev/null
}

@test "the end of the main service is not missed while there is no engine" {
    ours without_engine
    has '> ended with 9'
}

upgraded() {
    mkdir sv
    service sv/app 'read -r code <../../code; exit "$code"'
    mkfifo code
    scanning --main app sv
    up sv/app
    engine=$(engine)
    kill -USR2 "$scanner"
    wait_for gone "$engine"
    echo 6 >code
    left "$scanner"
}

@test "an upgraded svscan knows its main service" {
    ours upgraded
    has '> ended with 6'
}

folder_of_that_name() {
    mkdir -p -- --main
    service ./--main/app 'echo "$PWD"; exec sleep 99' >&2
    start svscan --main >out
    wait_for grep -q main out
    sed 's#.*scratch/##; s#.*/ours/##' out
    end "$started" TERM
}

@test "svscan --main without a name supervises a folder of that name, as ever" {
    ours folder_of_that_name
    has '> ended with 0'
    has '> --main/app'
}

misspelt() {
    mkdir sv
    service app 'exit 3'
    start svscan --main app sv 2>words
    wait_for grep -q app words
    ln -s ../app sv/
    left "$started"
    cat words
}

@test "svscan --main says once that its service is not there, and waits for it" {
    ours misspelt
    shows '> ended with 3' \
        '> svscan: warning: the main service app is not in the scan directory yet: waiting for it' '= 0'
}

@test "svscan --main without a scan directory is misuse" {
    ours svscan --main app
    shows '! svscan: usage: svscan --main name [--prefix-output] dir' '= 100'
}
