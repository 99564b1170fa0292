#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A running tree of 200 services is upgraded from and to other versions, which test/upgrade/build
# builds: no process ends, none gets a second copy, what was ordered stays ordered, and every event
# of the histories is kept. By USR2, and by the death of the engine with the other one on disk.

load ../system/lib
load ../system/services

versions=${HF_VERSIONS:-$hf_root/build/upgrade}
slots=96 # of the shortest history that any of them has

setup() {
    hf_setup
    mkdir programs sv
    HF_PATIENCE=30
}

# The last digit of a name is what kind of service it is. `probe` is there to be restarted.
make_tree() {
    local i
    for i in {000..199}; do
        case $i in
            *6) service "sv/$i" 'exit 3' ;;
            *7) service "sv/$i" 'trap "" TERM; exec sleep 999' ;;
            *) service "sv/$i" 'exec sleep 999' ;;
        esac
        case $i in
            *[26]) touch "sv/$i/down" ;;
            *[158]) service "sv/$i/log" 'exec cat' ;;
        esac
    done
    service sv/probe
}

kind() { # DIGIT
    echo sv/??"$1"
}

# shellcheck disable=SC2046 # many words
use_tree() {
    wait_for '[ "$(processes | wc -l)" = 220 ]'
    processes | grep '8 /' >killed
    svc -d $(kind 3) $(kind 7)
    svc -p $(kind 4)
    svc -o $(kind 5) $(kind 6)
    svc -k $(kind 8)
    svc "-$(printf 'cu%.0s' {1..65})" $(kind 9)
    wait_for '[ -z "$(processes | comm -12 killed -)" ]'
    cat >states <<'END'
     20 0: up (pid N)
     20 1: up (pid N)
     20 2: down
     20 3: down, normally up
     20 4: up (pid N), paused
     20 5: up (pid N)
     20 6: down
     20 7: up (pid N), want down
     20 8: up (pid N)
     20 9: up (pid N)
END
    wait_for 'states | diff states -'
}

states() {
    svstat sv/[0-9]* | sed -E 's#sv/..##; s/pid [0-9]+/pid N/; s/ [0-9]+ seconds//' | sort | uniq -c
}

# Those whose current directory is a service's.
processes() {
    find /proc -mindepth 2 -maxdepth 2 -path '/proc/[0-9]*/cwd' -lname "$PWD/sv/[0-9]*" \
        -printf '%l %h\n' 2>/dev/null | sort
}

# In the version's own letters, so that it may be compared only as it stands.
records() { "$hf_root/test/upgrade/records.py" "$slots" sv/[0-9]* sv/[0-9]*/log; }

noted() { records | awk '$2 == "record" { sum += $3 } END { print sum }'; }

everything() {
    states
    processes
    records
    holdfast events --json --folder sv '??[013-8]' # for the others there is not room in each version
}

program() { # VERSION NAME
    if [ "$1" = here ]; then echo "$HF_BIN/$2"; else echo "$versions/$1/build/dev/bin/$2"; fi
}

on_disk() { # VERSION
    local name
    for name in svscan holdfast-engine; do
        if ! [ -x "$(program "$1" "$name")" ]; then
            echo "$(program "$1" "$name") is missing: run test/upgrade/build"
            return 1
        fi
        cp "$(program "$1" "$name")" programs/new
        mv programs/new "programs/$name"
    done
}

runs() { # PID NAME
    [ "$(stat -Lc %i "/proc/$1/exe")" = "$(stat -c %i "programs/$2")" ]
}

# And then to another engine of that version, before that writes anything anew.
upgrade_to() { # VERSION HOW
    everything >before
    on_disk "$1"
    "$2"
    taken_over
    by_death
    taken_over
    write_anew
}

by_USR2() {
    kill -USR2 "$scanner"
    wait_for runs "$scanner" svscan
}

by_death() {
    local old
    old=$(engine)
    kill -KILL "$old"
    wait_for gone "$old"
}

# The death of the probe is told to an engine when that has taken everything over.
taken_over() {
    local probe
    wait_for 'runs "$(engine)" holdfast-engine'
    probe=$(pid_of sv/probe)
    kill -KILL "$probe"
    wait_for changed sv/probe "$probe"
    everything | diff before - | head -n 20
    [ "${PIPESTATUS[1]}" = 0 ]
}

# By each engine in its own form: every record, and one more event.
# shellcheck disable=SC2046 # many words
write_anew() {
    local noted
    noted=$(noted)
    svc -c $(kind '[^4]') sv/[0-9]*/log
    svc -p $(kind 4)
    wait_for "[ \"\$(noted)\" = $((noted + 260)) ]"
}

run_tree() { # VERSION
    on_disk "$1"
    make_tree
    start programs/svscan sv 2>messages
    scanner=$started
    use_tree
}

# What was wanted is wanted still.
obeys() {
    local before
    before=$(pid_of sv/000)
    kill -KILL "$before" "$(pid_of sv/005)" "$(pid_of sv/007)"
    svc -c sv/004
    svc -u sv/003
    wait_for changed sv/000 "$before"
    wait_for says sv/003 ': up \(pid'
    wait_for says sv/005 ': down [0-9]* seconds, normally up$'
    wait_for says sv/007 ': down [0-9]* seconds, normally up$'
    wait_for '! says sv/004 paused'
    holdfast events sv/005 | tail -n 1 | grep -q 'killed by SIGKILL'
}

forth_and_back() { # HOW
    local version
    run_tree here
    # Such records count by their seals alone.
    chmod 777 sv/1[5-9]?/supervise sv/1[5-9]?/log/supervise
    for version in larger moved larger here moved here; do upgrade_to "$version" "$1"; done
    obeys
}

@test "from the first form, by USR2" {
    run_tree first
    upgrade_to here by_USR2
    obeys
}

@test "from the first form, by the death of the engine" {
    run_tree first
    upgrade_to here by_death
    obeys
}

@test "forth and back between later versions, by USR2" {
    forth_and_back by_USR2
}

@test "forth and back between later versions, by the death of the engine" {
    forth_and_back by_death
}
