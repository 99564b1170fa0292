#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2154 # scripts of services; names for and from lib.bash
# What a service says by sd_notify(3) beside that it is ready: what it does, and that it needs time to
# stop.

load lib
load services

setup() {
    setup_names
    cat >say <<'X'
#!/usr/bin/perl
use Socket;
(my $name = $ENV{NOTIFY_SOCKET}) =~ s/^@/\0/ or die "no socket\n";
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!\n";
send($socket, $ARGV[0], 0, pack_sockaddr_un($name)) or die "send: $!\n";
X
    chmod 755 say .
}

# One that is ready at once, and can be spoken for.
ready() { # NAME [LINE...]
    deploy "$1" '#!/bin/sh' '../../say READY=1' 'exec sleep 999'
    rules "$1" '[ready]' 'by = "notify"' "${@:2}"
}
speak() { # NAME TEXT [PID]
    local socket
    socket=$(tr '\0' '\n' <"/proc/${3:-$(pid_of "service/$1")}/environ" | sed -n 's/^NOTIFY_SOCKET=//p')
    NOTIFY_SOCKET=$socket ./say "$2"
}
phase() { # NAME WORD: empty: none
    [ "$(cat "srv/$1/supervise/phase" 2>/dev/null)" = "$2" ]
}
@test "a reload is shown until READY=1, and the service stays ready" {
    ready web
    looked_after
    wait_for is_ready web
    speak web $'RELOADING=1\nMONOTONIC_USEC=1\nSTATUS=reading 3 of 7'
    wait_for phase web reloading
    is_ready web
    holdfast status web >out
    grep -qx 'web: it says that it is reloading: reading 3 of 7' out
    holdfast status --json web >out
    grep -q '"says": "reading 3 of 7"' out
    grep -q '"phase": "reloading"' out
    run holdfast why web
    [[ $output == *'it says that it is reloading: reading 3 of 7'* ]]
    run holdfast status
    [[ $output != *reading* ]]
    new_engine
    phase web reloading
    speak web READY=1
    wait_for phase web ''
    [ ! -e srv/web/supervise/phase ]
    holdfast status web >out
    grep -qx 'web: it says: reading 3 of 7' out
    holdfast status --json web | grep -q '"phase": null'
    [ "$(events_of web | grep -c '^ready$')" = 1 ]
}

@test "that it stops is shown, and is nothing that the next process says" {
    ready web
    looked_after
    wait_for is_ready web
    speak web $'STOPPING=1\nSTATUS=\033[31mbye'
    wait_for phase web stopping
    holdfast status web | grep -qx 'web: it says that it is stopping: ^\[\[31mbye'
    pid=$(pid_of service/web)
    svc -k service/web
    wait_for changed service/web "$pid"
    wait_for is_ready web
    [ ! -e srv/web/supervise/phase ]
    [ ! -e srv/web/supervise/said ]
    run holdfast status web
    [[ $output != *says* ]]
}

@test "what is said while no engine lives is shown by the next" {
    ready web
    looked_after
    wait_for is_ready web
    speak web RELOADING=1
    wait_for phase web reloading
    old=$(engine)
    pid=$(pid_of service/web)
    kill -STOP "$scanner"
    kill -KILL "$old"
    wait_for gone "$old"
    speak web READY=1 "$pid"
    speak web STOPPING=1 "$pid"
    phase web reloading
    kill -CONT "$scanner"
    wait_for phase web stopping
}

@test "rubbish in these files is nobody's word" {
    ready web
    looked_after
    wait_for is_ready web
    speak web RELOADING=1
    wait_for phase web reloading
    echo exploding >srv/web/supervise/phase
    head -c 100000 /dev/zero >srv/web/supervise/said
    run holdfast status web
    [[ $output != *exploding* ]]
    holdfast status --json web | grep -q '"phase": null'
    rm srv/web/supervise/phase
    mkfifo srv/web/supervise/phase
    ln -sf /etc/passwd srv/web/supervise/said
    run timeout 20 holdfast status web
    [ "$status" = 0 ]
    [[ $output != *root:* ]]
    speak web $'STOPPING=1\nSTATUS=fine'
    speak web READY=1
    [ "$(head -c 4 /etc/passwd)" != fine ]
    svc -t service/web
    wait_for '[ "$(deaths service/web)" = 1 ]'
}

# Told to exit, it asks for an hour more when the file `ask` is there, and goes when `go` is. `late`, which asks for
# nothing, shows by its death that the time has passed.
slow_to_stop() { # SECONDS
    deploy web '#!/bin/sh' 'trap "until [ -e ask ]; do sleep 0.02; done; ../../say EXTEND_TIMEOUT_USEC=3600000000; echo asked >asked" TERM' \
        '../../say READY=1' 'until [ -e go ]; do sleep 0.05; done'
    rules web '[ready]' 'by = "notify"' '[stop]' "timeout = \"$1\""
    deploy late '#!/bin/sh' 'trap "" TERM' 'echo here >here' 'while :; do sleep 1; done'
    rules late '[stop]' "timeout = \"$1\""
}

@test "EXTEND_TIMEOUT_USEC moves the stop timeout, also over the death of the engine" {
    slow_to_stop 2s
    looked_after
    wait_for is_ready web
    wait_for test -e srv/late/here
    pid=$(pid_of service/web)
    touch srv/web/ask
    svc -d service/web
    wait_for test -e srv/web/asked
    new_engine
    svc -d service/late
    wait_for rests late
    [ "$(pid_of service/web)" = "$pid" ]
    run holdfast status web
    [ "$status" = 3 ]
    touch srv/web/go
    wait_for rests web
    holdfast events web | grep -q 'exit code 0'
}

@test "asked for in time, and the engine comes to it late: it is heard before the KILL" {
    slow_to_stop 2s
    rm service/late
    looked_after
    supervising srv/late
    wait_for is_ready web
    wait_for test -e srv/late/here
    pid=$(pid_of service/web)
    svc -d service/web
    wait_for '[ "$(stands service/web state)" = 74 ]' # 't'
    old=$(engine)
    kill -STOP "$old"
    touch srv/web/ask
    wait_for test -e srv/web/asked
    svc -d srv/late
    wait_for says srv/late ': down'
    kill -CONT "$old"
    speak web STATUS=there
    wait_for grep -q there srv/web/supervise/said
    [ "$(pid_of service/web)" = "$pid" ]
    touch srv/web/go
    wait_for rests web
}
