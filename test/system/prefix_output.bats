# SPDX-License-Identifier: MIT
# svscan --prefix-output: what services without a log write, with the time and the name.
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
load lib
load services

setup() {
    hf_setup
    mkdir sv
}

prefixing() { scanning --prefix-output "$@" sv >out 2>words; }

# The lines that bear a name, without it, in their order. One with no time before it is not found.
of() { # NAME
    sed -nE "s/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z $1: //p" out
}

ended_with() { # CODE
    left "$scanner" >how
    grep -qx "ended with $1" how
}

ended() {
    kill -TERM "$scanner"
    ended_with 0
}

@test "both outputs of a service without a log come with the time and the name" {
    service sv/web 'echo one; echo two >&2; exec sleep 99'
    service sv/db 'echo three; exec sleep 99'
    prefixing
    wait_for lines out 3
    [ "$(of web)" = $'one\ntwo' ]
    [ "$(of db)" = three ]
    [ ! -s words ]
    ended
}

@test "a service with a log keeps it, and its logger's own output stays as it is" {
    service sv/web 'echo one; echo two >&2; exec sleep 99'
    service sv/web/log 'while read -r line; do echo "logged $line"; done'
    prefixing
    wait_for grep -qx 'logged one' out
    wait_for grep -qx two words
    [ "$(wc -l <out)" = 1 ]
    ended
}

@test "the time is that of the line, in UTC" {
    service sv/web 'echo now; exec sleep 99'
    earlier=$(date -u +%FT%T)
    prefixing
    wait_for lines out 1
    shown=$(cut -c 1-19 out)
    [[ ! $shown < $earlier && ! $shown > $(date -u +%FT%T) ]]
}

@test "the run script is the service's process, with its directory, input and session" {
    service sv/web 'echo "$$ $0 $PWD $(cut -d " " -f 6 /proc/$$/stat)"; exec sleep 99'
    prefixing
    wait_for lines out 1
    read -r pid name directory session < <(of web)
    [ "$pid" = "$(pid_of sv/web)" ]
    [ "$name" = ./run ]
    [ "$directory" = "$PWD/sv/web" ]
    [ "$session" = "$pid" ]
    [ "$(readlink "/proc/$pid/fd/0")" = "$(readlink "/proc/$scanner/fd/0")" ]
    [ "$(fds "$pid")" = 3 ]
}

@test "who puts the names there ends with the service, and nothing is left" {
    service sv/web 'echo one; exec sleep 99'
    prefixing
    up sv/web
    for _ in 1 2 3; do
        before=$(pid_of sv/web)
        svc -k sv/web
        wait_for changed sv/web "$before"
    done
    wait_for lines out 4
    wait_for '[ "$(pgrep -c -P "$scanner" -x holdfast-label)" = 1 ]'
    labeller=$(pgrep -P "$scanner" -x holdfast-label)
    ended
    gone "$labeller"
}

@test "no line is lost at the end, not even one without an end" {
    service sv/web 'trap "seq 20000; printf last; exit" TERM; echo ready; while :; do sleep 0.1; done'
    prefixing
    wait_for lines out 1
    ended
    of web >text
    { echo ready && seq 20000 && echo last; } | cmp - text
}

@test "no line of the main service is lost when it ends all" {
    service sv/web 'seq 20000; exit 3'
    prefixing --main web
    ended_with 3
    of web | cmp - <(seq 20000)
}

@test "a background process that keeps the output open does not keep svscan" {
    service sv/web 'setsid sleep 99 & echo $! ; exec sleep 99'
    prefixing
    wait_for lines out 1
    stray=$(of web)
    ended
    kill "$stray"
}

@test "lines of several services do not mix in a pipe, long ones come in pieces" {
    for name in a b c; do
        service "sv/$name" "for i in 1 2 3 4 5 6 7 8 9; do
            printf '%10000s\n' | tr ' ' $name; seq 2000; done; exec sleep 99"
    done
    mkfifo pipe
    cat pipe >out &
    reader=$!
    scanning --prefix-output sv >pipe 2>words
    complete() { [ "$(grep -c ' [abc]: 2000$' out)" = 27 ]; }
    wait_for complete
    ended
    wait "$reader"
    for name in a b c; do
        of "$name" | tr -d '\n' | cmp - <(for i in {1..9}; do
            printf '%10000s' | tr ' ' $name; seq 2000 | tr -d '\n'; done)
    done
    [ "$(grep -vcE '^[0-9]{4}-.{21}Z [abc]: ' out)" = 0 ]
}

@test "a service outlives the reader of its lines" {
    service sv/web 'while :; do echo line; echo x >>../../turns; sleep 0.01; done'
    mkfifo pipe
    head -n 1 pipe >out &
    reader=$!
    scanning --prefix-output sv >pipe 2>words
    wait "$reader"
    before=$(pid_of sv/web)
    count=$(wc -l <turns)
    wait_for lines turns $((count + 20))
    [ "$(pid_of sv/web)" = "$before" ]
    ended
}

@test "signals to all processes do not take the last lines" {
    service sv/web 'trap "sleep 0.2; echo last; echo really; exit" TERM
        echo first; while :; do sleep 0.02; done'
    prefixing
    wait_for lines out 1
    labeller=$(pgrep -P "$scanner" -x holdfast-label)
    for signal in HUP INT QUIT USR1 USR2 ALRM TERM PIPE; do kill -"$signal" "$labeller"; done
    ended
    [ "$(of web)" = $'first\nlast\nreally' ]
}

@test "who gives up root can open /dev/stdout and /dev/stderr" {
    needs_root
    service sv/web 'exec setuidgid nobody sh -c "echo one >/dev/stdout; echo two >/dev/stderr; sleep 99"'
    prefixing
    wait_for lines out 2
    [ "$(of web)" = $'one\ntwo' ]
}

@test "standard output that does not block: all comes, when there is room" {
    service sv/web 'seq 20000; exec sleep 99'
    mkfifo pipe
    # The reader opens late, and has made the pipe one that does not block.
    perl -e 'use Fcntl; open(my $p, "+<", "pipe"); fcntl($p, F_SETFL, O_RDWR | O_NONBLOCK);
        open(STDOUT, ">&", $p); exec @ARGV' svscan --prefix-output sv 2>words 3>&- &
    scanner=$!
    wait_for svok sv/web
    cat pipe >out &
    reader=$!
    wait_for lines out 20000
    of web | cmp - <(seq 20000)
    kill -TERM "$scanner"
    wait "$scanner"
    wait "$reader"
}

@test "without processes left, the lines stay without the name" {
    run prlimit --nproc=1:1 setpriv --reuid 54321 --clear-groups "$HF_BIN/holdfast-label" web /bin/echo hi
    [ "$status" = 0 ]
    [ "${lines[0]}" = 'holdfast-label: warning: web: its lines are not prefixed: unable to fork: temporary failure' ]
    [ "${lines[1]}" = hi ]
}

@test "without /proc it is found all the same" {
    needs_root
    service sv/web 'echo one; exec sleep 99'
    start unshare --mount sh -c 'mount -t tmpfs tmpfs /proc && exec "$0" --prefix-output sv' \
        "$HF_BIN/svscan" >out 2>words
    wait_for lines out 1
    [ "$(of web)" = one ]
}

labeller() { pgrep -P "$scanner" -x holdfast-label; }
standby() { pgrep -P "$scanner" -x label-standby; }

# Whichever is killed, both are there again, and the lines go on.
@test "who puts the names there is killed, again and again: the service and its lines go on" {
    service sv/web 'while :; do echo line; sleep 0.01; done'
    prefixing
    wait_for lines out 1
    before=$(pid_of sv/web)
    for who in labeller standby labeller standby standby labeller; do
        wait_for '[ -n "$(labeller)" ] && [ -n "$(standby)" ]'
        killed=$($who)
        kill -KILL "$killed"
        wait_for '[ -n "$(labeller)" ] && [ -n "$(standby)" ]'
        wait_for gone "$killed"
        count=$(wc -l <out)
        wait_for lines out $((count + 10))
    done
    [ "$(pid_of sv/web)" = "$before" ]
    [ "$(grep -vcE '^[0-9]{4}-.{21}Z web: line$' out)" -le 6 ] # one may have been torn each time
    ended
    ! pgrep -P "$scanner" || false
}

@test "nothing of who puts the names there is left when the service ends, killed or not" {
    service sv/web 'echo line; exec sleep 99'
    prefixing
    wait_for lines out 1
    wait_for '[ -n "$(standby)" ]'
    pids=$(labeller; standby)
    kill -KILL "$(labeller)"
    wait_for '[ "$(labeller)" = "$(tail -n 1 <<<"$pids")" ] && [ -n "$(standby)" ]'
    pids="$pids $(standby)"
    touch sv/web/down
    svc -dk sv/web
    wait_for says sv/web ': down'
    for pid in $pids; do wait_for gone "$pid"; done
}

@test "while no process can be made nobody stands by; as soon as one can, somebody does" {
    needs_root
    of_user() { pgrep -U 54322 -x "$1"; }
    start prlimit --nproc=2:9 setpriv --reuid 54322 --clear-groups "$HF_BIN/holdfast-label" web \
        python3 -uc 'import time
while True: print("line"); time.sleep(0.02)' >out
    wait_for lines out 10
    ! of_user label-standby || false
    setpriv --reuid 54322 --clear-groups prlimit --nproc=9:9 --pid "$(of_user holdfast-label)"
    wait_for of_user label-standby
    kill -KILL "$(of_user holdfast-label)"
    wait_for of_user label-standby
    count=$(wc -l <out)
    wait_for lines out $((count + 10))
}

@test "the next engine and the next svscan go on with it" {
    service sv/web 'echo one; exec sleep 99'
    prefixing
    wait_for lines out 1
    before=$(engine)
    kill -KILL "$before"
    wait_for another_engine "$before"
    svc -t sv/web
    wait_for lines out 2
    before=$(engine)
    kill -USR2 "$scanner"
    wait_for another_engine "$before"
    svc -t sv/web
    wait_for lines out 3
    [ "$(of web)" = $'one\none\none' ]
    tr '\0' ' ' <"/proc/$scanner/cmdline" | grep -q 'svscan --prefix-output sv'
    ended
}

@test "what cannot be executed is said as ever" {
    mkdir sv/gone sv/web
    printf '#!/no/such/interpreter\n' >sv/web/run
    chmod 755 sv/web/run
    prefixing
    wait_for grep -qx 'supervise: fatal: unable to start gone/run: file does not exist' words
    wait_for lines out 1
    [ "$(of web | head -n 1)" = 'holdfast-label: fatal: unable to run ./run: file does not exist' ]
}

@test "without its program no service is started, and that is said" {
    mkdir programs
    cp "$HF_BIN"/svscan "$HF_BIN"/holdfast-engine programs/
    service sv/web
    start programs/svscan --prefix-output sv 2>words
    wait_for grep -qx "supervise: fatal: unable to start web by $PWD/programs/holdfast-label: file does not exist" words
}

@test "as the last word it is the name of a folder" {
    run timeout 5 svscan --prefix-output
    [ "$status" = 111 ]
    [ "$output" = 'svscan: fatal: unable to chdir to --prefix-output: file does not exist' ]
}

@test "holdfast-label alone: usage, and the exit codes of a shell" {
    run holdfast-label web
    [ "$status" = 100 ]
    [ "$output" = 'holdfast-label: usage: holdfast-label [--ready fd:pattern] name child' ]
    run timeout 5 holdfast-label "$(printf '%300s' | tr ' ' x)" true
    [ "$status" = 100 ]
    holdfast-label web sh -c 'echo one; exit 3' >out || code=$?
    [ "$code" = 3 ]
    wait_for '[ "$(of web)" = one ]'
    holdfast-label web /no/such >out || code=$?
    [ "$code" = 127 ]
    holdfast-label web / >out || code=$?
    [ "$code" = 126 ]
}
