#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
# service.toml, [hooks]: who is told of trouble, of what is well again, ready, or down.

load lib
load services

setup() { setup_names; }

# A service that fails until there is a file `well`.
failing() { # NAME RULES...
    deploy "$1" '#!/bin/sh' '[ -e well ] || exit 1' 'exec sleep 99'
    rules "$@"
}
told() { [ "$(paste -sd, "srv/$1/told")" = "$2" ]; }
telling='echo "$HOLDFAST_HOOK $HOLDFAST_NAME $HOLDFAST_COUNT" >>told'

@test "trouble after three failures in a row, once; and well when it has proved that" {
    failing app '[restart]' 'delay = "10ms"' 'reset_after = "300ms"' '[hooks]' \
        "trouble = '$telling'" "well = ['/bin/sh', '-c', '$telling']"
    looked_after
    wait_for told app 'trouble app 1'
    wait_for '[ "$(deaths app)" -ge 5 ]'
    told app 'trouble app 1'
    touch srv/app/well
    wait_for told app 'trouble app 1,well app 1'
    holdfast status --json app | grep -q '"failures_in_a_row": 0'
    rm srv/app/well
    svc -k service/app
    wait_for '[ "$(deaths app)" -ge 9 ]'
    wait_for told app 'trouble app 1,well app 1,trouble app 1'
}

@test "ready when it is, down when it rests; with the pid of its process" {
    deploy app '#!/bin/sh' 'echo $$ >pid; until [ -e go ]; do sleep 0.02; done; echo >&3; exec sleep 99'
    rules app '[ready]' 'by = "fd"' '[hooks]' \
        "ready = 'read -r pid <pid; [ \$pid = \$HOLDFAST_PID ] && echo ready >>told'" \
        "down = 'echo \"down \$HOLDFAST_PID\" >>told'"
    looked_after
    up service/app
    [ ! -e srv/app/told ]
    touch srv/app/go
    wait_for told app ready
    svc -d service/app
    wait_for told app 'ready,down '
}

@test "one at a time: what happens meanwhile is one call, with how often" {
    failing app '[restart]' 'delay = "10ms"' '[hooks]' \
        "ready = 'echo \"ready \$HOLDFAST_COUNT\" >>told; [ -e second ] || { >second; read -r _ <wait; }'"
    mkfifo srv/app/wait
    looked_after
    wait_for told app 'ready 1'
    wait_for '[ "$(deaths app)" -ge 6 ]'
    svc -d service/app
    wait_for rests app
    count=$(deaths app)
    told app 'ready 1'
    echo >srv/app/wait
    wait_for told app "ready 1,ready $((count - 1))"
}

@test "it runs as what [process] says; one that fails, or hangs, is said and harms nobody" {
    failing app '[process]' 'env = { WORD = "here" }' '[restart]' 'delay = "10ms"' '[hooks]' \
        "trouble = 'echo \"\$WORD\" >>told; echo no mail >&2; exit 4'"
    looked_after
    wait_for told app here
    wait_for grep -qF 'supervise: warning: app: its hook trouble failed: exit code 4: no mail' messages
    touch srv/app/well
    up service/app
}

@test "a logger has its own; the engine's end is that of a hook, and of nothing else" {
    failing app
    touch srv/app/well
    mkdir srv/app/log
    printf '%s\n' '#!/bin/sh' 'exec multilog ./main' >srv/app/log/run
    chmod 755 srv/app/log/run
    printf '%s\n' '[hooks]' "ready = 'echo \"\$HOLDFAST_NAME\" >>told; echo \$\$ >hook; exec sleep 98'" >srv/app/log/service.toml
    looked_after
    wait_for test -s srv/app/log/hook
    [ "$(cat srv/app/log/told)" = app ]
    pid=$(pid_of service/app)
    new_engine app
    wait_for gone "$(cat srv/app/log/hook)"
    wait_for svok service/app
    [ "$(pid_of service/app)" = "$pid" ]
}
