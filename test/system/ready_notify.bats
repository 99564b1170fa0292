#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2154 # scripts of services; names for and from lib.bash
# [ready] by = "notify": a service says by sd_notify(3) when it is ready, whatever becomes of those who
# are to hear it.

load lib
load services

# ./say TEXT [COUNT]: says it by sd_notify(3), so many times.
setup() {
    setup_names
    cat >say <<'X'
#!/usr/bin/perl
use Socket;
my ($text, $count) = @ARGV;
(my $name = $ENV{NOTIFY_SOCKET}) =~ s/^@/\0/ or die "no socket\n";
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!\n";
for (1 .. $count || 1) {
    send($socket, $text, 0, pack_sockaddr_un($name)) or die "send: $!\n";
}
X
    chmod 755 say .
}

# Who a process of the service would be, from outside: with its $NOTIFY_SOCKET.
socket_of() { tr '\0' '\n' <"/proc/$1/environ" | sed -n 's/^NOTIFY_SOCKET=//p'; }
speak_to() { # PID TEXT [COUNT]
    NOTIFY_SOCKET=$(socket_of "$1") ./say "${@:2}"
}

ready_events() { events_of "$1" | grep -c '^ready$'; }
said() { grep -qF -- "$1" messages; }
sleeps() { [ "$(cat "/proc/$1/comm")" = sleep ]; }

# One that is ready when it is told to be, or says so itself when the file `go` is there.
on_demand() { # NAME [LINE...]
    local name=$1
    shift
    deploy "$name" '#!/bin/sh' 'echo here >here' 'until [ -e go ]; do sleep 0.02; done' \
        '../../say READY=1' 'exec sleep 999'
    rules "$name" '[ready]' 'by = "notify"' "$@"
}

@test "by = notify: READY=1, and svstat, status, wait and events know it" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    is_not_ready web
    [ "$(holdfast status web | awk 'NR == 2 { print $2 }')" = not-ready ]
    start holdfast wait --timeout 20 ready web
    touch srv/web/go
    left "$started"
    is_ready web
    [ "$(ready_events web)" = 1 ]
    pid=$(pid_of service/web)
    wait_for '[ "$(cd "/proc/$pid/fd" && echo *)" = "0 1 2" ]' # when the shell has become sleep
    [ ! -s messages ]
}

@test "the tool of systemd, and its barrier; a process of another user below the service, too" {
    needs_root
    command -v systemd-notify || skip 'NOT RUN: needs systemd-notify (Debian package systemd)'
    deploy web '#!/bin/sh' 'setpriv --reuid=1 --regid=1 --clear-groups systemd-notify --ready --status=up' \
        'echo $? >code' 'exec sleep 999'
    rules web '[ready]' 'by = "notify"'
    looked_after
    wait_for test -s srv/web/code
    [ "$(cat srv/web/code)" = 0 ]
    is_ready web
}

@test "a service without the key has no socket, and the engine none more than before" {
    deploy plain
    deploy web
    looked_after
    up service/plain service/web
    [ -z "$(socket_of "$(pid_of service/plain)")" ]
    before=$(fds "$(engine)")
    kept=$(fds "$scanner")
    rules web '[ready]' 'by = "notify"'
    svc -t service/web
    wait_for is_not_ready web
    [ -n "$(socket_of "$(pid_of service/web)")" ]
    wait_for '[ "$(fds "$(engine)")" = $((before + 1)) ] && [ "$(fds "$scanner")" = $((kept + 1)) ]'
    rm srv/web/service.toml
    svc -t service/web
    wait_for is_ready web
    wait_for '[ "$(fds "$(engine)")" = "$before" ] && [ "$(fds "$scanner")" = "$kept" ]'
}

@test "more services than svscan may have descriptors, which are its services' still" {
    for i in {1..60}; do
        deploy "web$i"
        rules "web$i" '[ready]' 'by = "notify"'
    done
    ulimit -Sn 50
    looked_after
    wait_for '[ "$(svstat service/* | grep -c "not ready$")" = 60 ]'
    new_engine web60
    [ "$(find "/proc/$(engine)/fd" -lname 'socket:*' | wc -l)" -ge 60 ]
    [ "$(svstat service/* | grep -c 'not ready$')" = 60 ]
    grep -q '^Max open files  *50  ' "/proc/$(pid_of service/web60)/limits"
    run grep unable messages
    [ "$status" = 1 ]
}

@test "where the service stands does not matter, nor does clean_env" {
    deep=$(printf '%0100d/' 1 2)
    mkdir -p "$deep"
    mv srv "$deep/srv"
    ln -s "$deep/srv" srv
    on_demand web '[process]' 'clean_env = true'
    sed -i "s#../../say#$PWD/say#" srv/web/run
    touch srv/web/go
    looked_after
    wait_for is_ready web
}

@test "ready, and ended at once: a thousand times, each counted once" {
    deploy quick '#!/bin/sh' 'echo >>runs' '[ "$(wc -l <runs)" -le 1000 ] || exec sleep 999' \
        'exec ../../say READY=1'
    rules quick '[restart]' 'delay = "10ms"' 'max_delay = "10ms"' '[ready]' 'by = "notify"'
    start holdfast events --follow --json quick >followed
    follower=$started
    looked_after
    HF_PATIENCE=240 wait_for lines srv/quick/runs 1001
    wait_for '[ "$(grep -c "\"event\":\"started\"" followed)" = 1001 ]'
    [ "$(grep -c '"event":"ready"' followed)" = 1000 ]
    sed -n 's/.*"event":"\([a-z-]*\)".*/\1/p' followed | awk '
        $0 == "started" { if (n++ && ready != 1) bad = 1; ready = 0 }
        $0 == "ready" { ready++ }
        END { exit bad }'
    end "$follower"
}

@test "the engine is killed between the start and READY=1, between it and the record, and after" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    pid=$(pid_of service/web)
    new_engine
    is_not_ready web
    old=$(engine)
    kill -STOP "$old"
    touch srv/web/go
    wait_for sleeps "$pid"
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for is_ready web
    new_engine
    is_ready web
    [ "$(pid_of service/web)" = "$pid" ]
    [ "$(ready_events web)" = 1 ]
}

@test "svscan is upgraded before READY=1, and again: the new engine hears it" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    pid=$(pid_of service/web)
    for _ in one two; do
        old=$(engine)
        kill -USR2 "$scanner"
        wait_for another_engine "$old"
    done
    wait_for svok service/web
    is_not_ready web
    touch srv/web/go
    wait_for is_ready web
    [ "$(pid_of service/web)" = "$pid" ]
}

@test "svscan is killed, too: what is said to the next one counts" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    pid=$(pid_of service/web)
    old=$(engine)
    end "$scanner"
    wait_for gone "$old"
    looked_after
    wait_for is_not_ready web
    touch srv/web/go
    wait_for is_ready web
    [ "$(pid_of service/web)" = "$pid" ]
}

@test "supervise: readiness works without svscan" {
    on_demand web
    supervising srv/web
    wait_for test -e srv/web/here
    svstat srv/web | grep -q 'not ready$'
    touch srv/web/go
    wait_for '! svstat srv/web | grep -q "not ready"'
}

@test "ten messages while no engine lives: the next one reads all of them" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    pid=$(pid_of service/web)
    old=$(engine)
    kill -STOP "$scanner" # it starts no other meanwhile
    kill -KILL "$old"
    wait_for gone "$old"
    for i in 1 2 3 4 5 6 7 8 9; do speak_to "$pid" "STATUS=step $i"; done
    speak_to "$pid" $'STATUS=the last\nREADY=1'
    kill -CONT "$scanner"
    wait_for is_ready web
    [ "$(pid_of service/web)" = "$pid" ]
    wait_for '[ "$(cat srv/web/supervise/said)" = "the last" ]'
}

@test "another user cannot make it ready, and it is said once" {
    needs_root
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    pid=$(pid_of service/web)
    NOTIFY_SOCKET=$(socket_of "$pid") setpriv --reuid=2 --regid=2 --clear-groups ./say READY=1 2
    # The engine has read it when it has read what stands behind it.
    speak_to "$pid" 'STATUS=behind it'
    wait_for grep -q behind srv/web/supervise/said
    is_not_ready web
    [ "$(grep -c 'not accepted at $NOTIFY_SOCKET: a message of process [0-9]*, user 2: ' messages)" = 1 ]
    touch srv/web/go
    wait_for is_ready web
}

@test "the user of the service speaks for it, also by a process that has gone" {
    needs_root
    on_demand web '[process]' 'user = "daemon"'
    sed -i 's/echo here >here/echo here/' srv/web/run
    looked_after
    wait_for is_not_ready web
    pid=$(pid_of service/web)
    wait_for '[ "$(field "$pid" Uid)" = $'"'"'1\t1\t1\t1'"'"' ]'
    old=$(engine)
    kill -STOP "$old"
    NOTIFY_SOCKET=$(socket_of "$pid") setpriv --reuid=1 --regid=1 --clear-groups ./say READY=1
    kill -CONT "$old"
    wait_for is_ready web
}

@test "what was sent to the process before does not make the next one ready" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    pid=$(pid_of service/web)
    former=$(socket_of "$pid")
    # It waits in the socket while its process ends: the engine reads the death first, or both at once.
    old=$(engine)
    kill -STOP "$scanner" "$old"
    kill -KILL "$pid"
    NOTIFY_SOCKET=$former ./say READY=1 3
    kill -CONT "$scanner" "$old"
    wait_for changed service/web "$pid"
    # And what comes later finds nobody.
    run env NOTIFY_SOCKET="$former" ./say READY=1
    [ "$status" != 0 ]
    [[ $output == *'Connection refused'* ]]
    speak_to "$(pid_of service/web)" STATUS=read
    wait_for grep -q read srv/web/supervise/said
    is_not_ready web
}

@test "EXTEND_TIMEOUT_USEC moves the timeout, also over the death of the engine, and for one process" {
    on_demand slow 'timeout = "2s"'
    deploy web '#!/bin/sh' 'exec sleep 999' # shows that the time has passed
    rules web '[ready]' 'by = "notify"' 'timeout = "4s"'
    sed -i 's#^echo here.*#../../say EXTEND_TIMEOUT_USEC=3600000000; echo here >here#' srv/slow/run
    looked_after
    wait_for test -e srv/slow/here
    pid=$(pid_of service/slow)
    new_engine
    wait_for '[ "$(deaths service/web)" -ge 1 ]'
    [ "$(pid_of service/slow)" = "$pid" ]
    is_not_ready slow
    # The next one asks for nothing: it is late after two seconds.
    sed -i 's#^../../say EXTEND.*#echo there >here#' srv/slow/run
    svc -t service/slow
    wait_for grep -q there srv/slow/here
    wait_for '[ "$(deaths service/slow)" -ge 2 ]'
    holdfast events slow | grep -q 'told to exit, to be replaced: not ready in time'
}

@test "why: what is missing, and what it says of itself" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    run holdfast why web
    [ "$status" = 10 ]
    [[ $output == *'has not said that it is ready: no READY=1 at $NOTIFY_SOCKET'* ]]
    [[ $output != *'it says: '* ]]
    speak_to "$(pid_of service/web)" $'STATUS=reading \033[31m7 of 9'
    wait_for grep -q 'of 9' srv/web/supervise/said
    run holdfast why web
    [[ $output == *'it says: reading ^[[31m7 of 9'* ]]
    pid=$(pid_of service/web)
    svc -k service/web
    wait_for changed service/web "$pid"
    [ ! -e srv/web/supervise/said ]
}

@test "MAINPID and FDSTORE are refused, once and with the reason" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    pid=$(pid_of service/web)
    speak_to "$pid" "MAINPID=$pid"
    speak_to "$pid" MAINPID=1
    speak_to "$pid" MAINPID=2
    speak_to "$pid" READY=1
    wait_for is_ready web
    [ "$(cat messages)" = 'supervise: warning: web: not accepted at $NOTIFY_SOCKET: MAINPID=1: the service is the process that was started: let run stay in the foreground, and exec the program' ]
    [ "$(pid_of service/web)" = "$pid" ]
}

# Messages of python3, with descriptors, or as long as they can be.
speak_python() { # PID LINES
    NOTIFY_SOCKET=$(socket_of "$1") /usr/bin/python3 -c "import array, os, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = '\0' + os.environ['NOTIFY_SOCKET'][1:]
def send_with(text, fds):
    s.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', fds))], 0, name)
$2"
}

@test "BARRIER=1: its descriptor closes when all before it is recorded; others never come in" {
    on_demand web
    looked_after
    wait_for test -e srv/web/here
    pid=$(pid_of service/web)
    before=$(fds "$(engine)")
    speak_python "$pid" "
fds = os.pipe()
s.sendto(b'READY=1', name)
send_with(b'BARRIER=1', [fds[1]])
os.close(fds[1])
assert os.read(fds[0], 1) == b''
for i in range(100):
    send_with(b'FDSTORE=1\nFDNAME=x', [0] * 200)"
    is_ready web
    speak_to "$pid" STATUS=over
    wait_for grep -q over srv/web/supervise/said
    [ "$(fds "$(engine)")" = "$before" ]
    said 'not accepted at $NOTIFY_SOCKET: FDSTORE=1: descriptors are not kept for a service'
}

@test "rubbish, what is too long, and a flood harm nobody; the engine serves the others meanwhile" {
    on_demand web
    on_demand other
    looked_after
    wait_for test -e srv/web/here
    wait_for test -e srv/other/here
    pid=$(pid_of service/web)
    old=$(engine)
    speak_python "$pid" "
for rubbish in [b'', b'\n' * 4096, b'READY', b'=', os.urandom(4000), b'READY=1' + b'\n' * 5000,
                b'X' * 100000 + b'\nREADY=1']:
    s.sendto(rubbish, name)"
    start env NOTIFY_SOCKET="$(socket_of "$pid")" ./say nonsense 100000000
    flood=$started
    touch srv/other/go
    wait_for is_ready other
    svc -t service/other
    wait_for '[ "$(deaths service/other)" = 1 ]'
    kill -0 "$flood"
    end "$flood"
    is_not_ready web
    touch srv/web/go
    wait_for is_ready web
    [ "$(engine)" = "$old" ]
}
