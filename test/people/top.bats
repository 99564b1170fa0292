# SPDX-License-Identifier: MIT
# holdfast top in a terminal of 80x24, driven as by hand (tmux).
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names of lib.bash
load people

@test "T01 the table, the keys for orders, sorting, and the end" {
    looked_after
    deploy alpha
    deploy beta '#!/bin/sh' 'exit 3'
    up service/alpha
    terminal holdfast top
    sees '^alpha +up +[0-9]+'
    sees '^2 services, '
    sees 'q quit'
    tmux send-keys d
    sees 'alpha: stopping: svc -d'
    wait_for says service/alpha ': down'
    sees '^alpha +down'
    tmux send-keys u
    wait_for says service/alpha ': up'
    sees '^alpha +up'
    tmux send-keys s
    wait_for '[ "$(tmux capture-pane -p | grep -nE "^beta" | cut -d: -f1)" = 3 ]'
    tmux send-keys w
    sees 'beta: why'
    sees 'exit code 3'
    tmux send-keys q
    sees '^alpha'
    tmux send-keys e
    sees 'beta: events'
    sees '^20.* ended after .*: exit code 3'
    tmux send-keys q
    sees '^alpha'
    tmux send-keys q
    sees '^[#$] *$'
    tmux send-keys 'stty -a' Enter
    sees ' echo( |;)'
}

@test "T02 the log of a service" {
    looked_after
    mkdir -p srv/alpha/log
    printf '#!/bin/sh\nexec multilog t ./main\n' >srv/alpha/log/run
    chmod 755 srv/alpha/log/run
    deploy alpha '#!/bin/sh' 'echo ready to serve' 'exec sleep 99'
    wait_for grep -q ready srv/alpha/log/main/current
    terminal holdfast top
    sees '^alpha'
    tmux send-keys l
    sees 'alpha: log'
    sees '^20.* ready to serve'
    tmux send-keys q q
    sees '^[#$] *$'
}

@test "T03 the terminal is restored when it is told to end" {
    looked_after
    deploy alpha
    up service/alpha
    terminal holdfast top
    sees '^alpha'
    pid=$(tmux list-panes -F '#{pane_pid}')
    kill -TERM "$(pgrep -P "$pid" -x holdfast)"
    sees '^[#$] *$'
    tmux send-keys 'stty -a' Enter
    sees ' echo( |;)'
}

@test "T04 without a terminal it says what to do" {
    gives 111 holdfast top
    err 'holdfast status'
}
