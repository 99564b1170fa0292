# SPDX-License-Identifier: MIT
# What every system test stands on: it runs the same case with our programs and with the original
# daemontools (the oracle), and compares what can be seen from outside.
#
# A case is a shell function. It runs in a fresh scratch directory, with one side's programs first
# in PATH, standard input empty, no inherited descriptors. What it prints, on either stream, and
# its exit code become a transcript, in which `>` is standard output, `!` standard error and `=`
# the exit code:
#
#     busy_lock() {
#         start setlock file sleep 99
#         wait_for test -e file
#         setlock -n file true
#     }
#
#     @test "L01 a busy lock" {
#         same busy_lock
#         shows '! setlock: fatal: unable to lock file: temporary failure' '= 111'
#     }
#
# Comparing:  same CASE [ARG...]     both sides give the same transcript, now in $transcript
#             differs CASE [ARG...] --ours LINE... --oracle LINE...
#                                    they differ on purpose, each exactly as written
#             ours CASE [ARG...]     our side alone, for what the original does not have
#             shows LINE...          $transcript is exactly these lines
#             has LINE               $transcript has this line
#             $side                  in a case: "ours" or "oracle"
#             try COMMAND...         in a case: runs it, then prints `rc N`
# Waiting:    wait_for CONDITION...  polls the command, or one string of shell; never sleep instead
# Processes:  start COMMAND...       in the background; its pid in $started. Whatever a case or a
#                                    test leaves behind is ended by pid, orphans included
# Services:   service DIR [SCRIPT]   a service directory whose run is SCRIPT (sleep by default); with
#                                    HF_EMPTY_RULES beside it an empty service.toml
# Root:       needs_root             skips the test, loudly, for anyone else
#             apart FUNCTION [ARG...]
#                                    runs it in mount and pid namespaces of its own, where it may
#                                    mount over /etc; what it leaves behind ends with it
#             apart in_own_root FUNCTION [ARG...]
#                                    and with a root directory of its own: /etc/service and /srv
#                                    empty, /service missing, this side's programs in /command,
#                                    the rest as outside (do not write there)
#
# Before comparing, `@` and 24 hex digits become @TS, pids `pid N`, ages `S seconds`, the scratch
# directory SCRATCH and the folder of the programs BIN. A NUL reads ^@ (as in cat -v); a last line
# without its newline is followed by a line that says so.
#
# Environment: HF_BIN, our programs (build/release/bin); ORACLE_ROOT, the unpacked original
# (build/oracle, fetched by test/oracle); HF_PATIENCE, the seconds that wait_for waits (10);
# HF_CASE_LIMIT, the seconds after which a case counts as hung (90).

# shellcheck disable=SC2030,SC2031,SC2034 # cases are subshells, and $started is for the tests

hf_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
HF_BIN=$(readlink -m "${HF_BIN:-$hf_root/build/release/bin}")
ORACLE_ROOT=${ORACLE_ROOT:-$hf_root/build/oracle}
ORACLE_BIN=${ORACLE_BIN:-$ORACLE_ROOT/usr/bin}
ORACLE_SBIN=${ORACLE_SBIN:-$ORACLE_ROOT/usr/sbin}
export hf_root HF_BIN ORACLE_ROOT ORACLE_BIN ORACLE_SBIN
export LC_ALL=C
hf_system_path=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin

setup() { hf_setup; }
teardown() { hf_teardown; }

# A test's own scratch directory, our programs first in PATH.
hf_setup() {
    hf_test=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-test.XXXXXX")
    # mktemp's 700 would hide it from the other accounts that tests become
    install -d -m 755 "$hf_test" "$hf_test/scratch"
    mkfifo -m 666 "$hf_test/nap" "$hf_test/over"
    PATH=$HF_BIN:$hf_system_path
    cd "$hf_test/scratch" || return 1
}

hf_teardown() {
    end_all "$hf_test"
    cd /
    rm -rf "$hf_test"
}

# ---- the two sides ----

# The transcript of CASE on one side goes to $hf_test/SIDE.transcript.
hf_run_side() {
    local side=$1 scratch=$hf_test/$1 programs code=0
    shift
    case $side in
        ours) programs=$HF_BIN ;;
        oracle) programs=$ORACLE_BIN:$ORACLE_SBIN ;;
    esac
    if [ -e "$scratch" ]; then rm -rf "$scratch" "$hf_test/gave-up"; fi
    mkdir "$scratch"
    hf_watch "$scratch" &
    local watch=$!
    (
        trap - DEBUG ERR
        set +eET
        hf_close_descriptors
        cd "$scratch" || exit 99
        PATH=$programs:$hf_system_path
        hf_in_case=yes
        export side HF_TEST_MARK=$hf_test/
        "$@"
    ) >"$scratch.out" 2>"$scratch.err" </dev/null || code=$?
    echo >"$hf_test/over"
    wait "$watch"
    {
        hf_normalised '>' "$scratch.out"
        hf_normalised '!' "$scratch.err"
        echo "= $code"
    } >"$scratch.transcript"
    end_all "$scratch"
    if [ -e "$hf_test/gave-up" ]; then
        echo "case $1 ($side): $(cat "$hf_test/gave-up")"
        cat "$scratch.transcript"
        return 1
    fi
    if [ -s "$scratch.err" ] && grep -q '^! .*command not found$' "$scratch.transcript"; then
        echo "case $1 ($side) needs a program that is not there:"
        cat "$scratch.transcript"
        return 1
    fi
}

# Ends a case that hangs, say in opening a FIFO that has no other end.
hf_watch() {
    hf_close_descriptors
    if ! read -r -t "${HF_CASE_LIMIT:-90}" _ <>"$hf_test/over"; then
        echo "the case hung, for ${HF_CASE_LIMIT:-90} s" >"$hf_test/gave-up"
        cd / && end_all "$1"
        read -r _ <"$hf_test/over"
    fi
} >/dev/null 2>&1

hf_close_descriptors() {
    local fd
    for fd in /proc/self/fd/*; do
        fd=${fd##*/}
        if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi
    done
}

hf_normalised() { # MARK FILE
    if [ ! -s "$2" ]; then return 0; fi
    # shellcheck disable=SC2016
    # First what the shell itself says of the violent end of a process that start started.
    cat -v "$2" | sed -E -e '/ HF_TEST_MARK=\$hf_test/d' \
        -e 's/@[0-9a-f]{24}/@TS/g' -e 's/\bpid [0-9]+/pid N/g' -e 's/\b[0-9]+ seconds/S seconds/g' \
        -e "s#$hf_test/(ours|oracle)#SCRATCH#g" \
        -e "s#($HF_BIN|$ORACLE_BIN|$ORACLE_SBIN)#BIN#g" -e "s/^/$1 /"
    if [ -n "$(tail -c 1 "$2" | tr '\0' @)" ]; then printf '\n%s (no newline at the end)\n' "$1"; fi
}

hf_oracle_is_there() {
    if [ -x "$ORACLE_BIN/supervise" ]; then return 0; fi
    ORACLE_ROOT=$ORACLE_ROOT "$hf_root/test/oracle" >"$hf_test/oracle.log" 2>&1 && return 0
    if [ -n "${HF_NO_ORACLE-}" ]; then
        skip "NOT COMPARED: the original daemontools cannot be fetched"
    fi
    cat "$hf_test/oracle.log"
    echo "no oracle to compare with (HF_NO_ORACLE=1 skips these tests)"
    return 1
}

same() {
    hf_oracle_is_there || return 1
    hf_run_side oracle "$@" || return 1
    hf_run_side ours "$@" || return 1
    transcript=$(<"$hf_test/ours.transcript")
    [ "$transcript" = "$(<"$hf_test/oracle.transcript")" ] ||
        diff -u --label "original daemontools: $*" --label "ours: $*" \
            "$hf_test/oracle.transcript" "$hf_test/ours.transcript"
}

differs() {
    local call=() expected=() side_named=
    while [ $# -gt 0 ] && [ "$1" != --ours ]; do
        call+=("$1")
        shift
    done
    hf_oracle_is_there || return 1
    hf_run_side oracle "${call[@]}" || return 1
    hf_run_side ours "${call[@]}" || return 1
    if cmp -s "$hf_test/oracle.transcript" "$hf_test/ours.transcript"; then
        echo "${call[*]}: no difference, both sides say:"
        cat "$hf_test/ours.transcript"
        return 1
    fi
    while [ $# -gt 0 ]; do
        side_named=${1#--}
        shift
        expected=()
        while [ $# -gt 0 ] && [ "$1" != --oracle ]; do
            expected+=("$1")
            shift
        done
        transcript=$(<"$hf_test/$side_named.transcript")
        shows "${expected[@]}" || return 1
    done
    transcript=$(cat "$hf_test/ours.transcript")
}

ours() {
    hf_run_side ours "$@" || return 1
    transcript=$(cat "$hf_test/ours.transcript")
}

shows() {
    local expected
    printf -v expected '%s\n' "$@"
    [ "$expected" = "$transcript"$'\n' ] ||
        diff -u --label expected --label shown - <(printf '%s\n' "$transcript") <<<"${expected%?}"
}

has() {
    if [[ $'\n'$transcript$'\n' = *$'\n'"$1"$'\n'* ]]; then return 0; fi
    printf 'not in the transcript: %s\n%s\n' "$1" "$transcript"
    return 1
}

try() {
    local code=0
    "$@" || code=$?
    echo "rc $code"
}

# ---- waiting, processes, services ----

# The condition is a command, or one string that is a piece of shell. Nobody writes into the FIFO: to
# wait in reading it is cheaper than the program sleep, which is a third of what polling costs.
wait_for() {
    local - deadline=$((SECONDS + ${HF_PATIENCE:-10}))
    set +T # bats would note each command of the condition, each time
    while ! hf_holds "$@"; do
        if [ "$SECONDS" -gt "$deadline" ]; then
            echo "gave up waiting for: $*" | tee "$hf_test/gave-up" >&2
            if [ -n "${hf_in_case-}" ]; then exit 99; fi
            return 1
        fi
        read -rt 0.02 _ <>"$hf_test/nap" || true
    done
}

hf_holds() {
    if [ $# -eq 1 ]; then eval "$1"; else "$@"; fi >/dev/null 2>&1
}

# The shell would leave INT and QUIT ignored in a background process: they are put right.
start() {
    HF_TEST_MARK=$hf_test/ env --default-signal=INT,QUIT "$@" 3>&- &
    started=$!
}

# True when the process is gone, or a zombie that nobody has buried.
gone() {
    local stat=
    read -rd '' stat 2>/dev/null <"/proc/$1/stat" || true
    [[ ${stat##*) } != [^Z]* ]]
}

# Ends what runs below a scratch directory: its current directory is there, or it inherited the
# mark of this test. Again until nothing is left, since a dying supervisor may leave a newborn.
end_all() { # DIR
    local - round hf_left
    set +T
    case $1 in
        */holdfast-test.?*) ;;
        *) echo "refusing to end what runs below '$1'" >&2 && return 1 ;;
    esac
    for round in {1..200}; do
        hf_left_behind "$1"
        if [ "${#hf_left[@]}" = 0 ]; then return 0; fi
        kill -KILL "${hf_left[@]}" 2>/dev/null || true
        read -rt 0.01 _ <>"$hf_test/nap" || true
    done
    echo "still running after $round rounds: ${hf_left[*]}" >&2
    return 1
}

# Their pids go to $hf_left.
hf_left_behind() { # DIR
    local found pid
    found=$(
        find /proc/[0-9]*/cwd -maxdepth 0 '(' -lname "$1" -o -lname "$1/*" ')' 2>/dev/null
        grep -lzsxF "HF_TEST_MARK=$hf_test/" /proc/[0-9]*/environ 2>/dev/null
    ) || true
    hf_left=()
    for pid in $found; do
        pid=${pid#/proc/} pid=${pid%/*}
        if [ "$pid" != "$$" ] && [ "$pid" != "$BASHPID" ] && ! gone "$pid"; then hf_left+=("$pid"); fi
    done
}

service() { # DIR [SCRIPT]
    if [ ! -d "$1" ]; then mkdir -p "$1"; fi
    printf '#!/bin/sh\n%s\n' "${2:-exec sleep 99}" >"$1/run"
    chmod 755 "$1/run"
    if [ -n "${HF_EMPTY_RULES-}" ]; then : >"$1/service.toml"; fi
}

apart() {
    local word
    for word in wait_for hf_holds try start gone service "$@"; do
        # shellcheck disable=SC2163 # the function's name is what is in it
        if declare -F "$word" >/dev/null; then export -f "$word"; fi
    done
    export HF_PATIENCE=${HF_PATIENCE:-10} hf_test hf_in_case=yes
    unshare --mount --pid --fork --kill-child --mount-proc bash -c '"$@"' apart "$@"
}

# /etc has only what programs need to run. Everything else below / is the same as outside.
in_own_root() {
    local programs=${PATH%%:*} root entry name
    root=$(mktemp -d "$hf_test/root.XXXXXX")
    mount -t tmpfs none "$root"
    for entry in /*; do
        name=${entry#/}
        if [ -L "$entry" ]; then
            cp -P "$entry" "$root"
        elif [ -d "$entry" ] && ! [[ $name =~ ^(etc|service|command|srv)$ ]]; then
            mkdir "$root/$name" && mount --rbind "$entry" "$root/$name"
        fi
    done
    mkdir -p "$root"/etc/service "$root"/command "$root"/srv
    cp -a /etc/passwd /etc/group /etc/ld.so.cache /etc/alternatives "$root"/etc
    cp -a "$programs"/* "$root"/command
    # shellcheck disable=SC2016
    PATH=/command:$PATH chroot "$root" bash -c 'cd "$0" && "$@"' "$PWD" "$@"
}

needs_root() {
    if [ "$(id -u)" != 0 ]; then skip "NOT RUN: needs root"; fi
}
