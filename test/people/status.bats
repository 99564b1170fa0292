# SPDX-License-Identifier: MIT
# holdfast status, orders and wait, as a stranger uses them.
# shellcheck disable=SC2016,SC2143,SC2154 # pieces of shell for wait_for; names of lib.bash
load people

@test "P01 a table of all services" {
    looked_after
    deploy web
    deploy job '#!/bin/sh' 'exit 3'
    up service/web
    wait_for '[ "$(deaths service/job)" -ge 1 ]'
    gives 0 holdfast status
    out 'NAME'
    grep -qE '^web +up +[0-9]+ +[0-9]+s +0 +- ' out
    grep -qE '^job .* exit code 3 ' out
    [ -z "$(grep -P '\033' out)" ]
}

@test "P02 colour on a terminal, and not with NO_COLOR" {
    looked_after
    deploy web
    up service/web
    TERM=xterm on_terminal holdfast status
    grep -qP '\033\[32mup' screen
    TERM=xterm NO_COLOR=1 on_terminal holdfast status
    grep -q up screen
    [ -z "$(grep -P '\033\[32m' screen)" ]
}

@test "P03 JSON by its schema: up, down, ended, with a port and a logger" {
    a_port
    looked_after
    mkdir -p srv/web/log
    printf '#!/bin/sh\nexec multilog t ./main\n' >srv/web/log/run
    chmod 755 srv/web/log/run
    deploy web '#!/bin/sh' "exec /usr/bin/python3 -m http.server $port --bind 127.0.0.1"
    deploy job '#!/bin/sh' 'kill -KILL $$'
    deploy off
    touch srv/off/down
    deploy gone
    ln -s nowhere service/dangling
    wait_for "(exec 3<>/dev/tcp/127.0.0.1/$port)"
    wait_for '[ "$(deaths service/job)" -ge 1 ]'
    gives 0 holdfast status --json
    valid status.schema.json out
    out "127.0.0.1:$port"
    out '"signal": 9'
    gives 1 holdfast why dangling --json
    valid why.schema.json out
}

@test "P04 memory and processor time of the whole tree" {
    looked_after
    deploy web '#!/bin/sh' 'sleep 99 &' 'sleep 98 &' 'wait'
    up service/web
    wait_for '[ "$(pgrep -c -P "$(pid_of service/web)")" = 2 ]'
    holdfast status web --json >out
    out '"processes": 3'
}

@test "P05 stop and start wait until it is so" {
    looked_after
    deploy web
    up service/web
    gives 0 holdfast stop web
    says service/web ': down'
    gives 1 holdfast status web
    gives 0 holdfast start web
    out 'web: up (pid'
    says service/web ': up'
}

@test "P06 restart: another process" {
    looked_after
    deploy web
    up service/web
    first=$(pid_of service/web)
    gives 0 holdfast restart web
    [ "$(pid_of service/web)" != "$first" ]
}

@test "P07 what does not stop is said, and forced" {
    looked_after
    deploy web '#!/bin/sh' "trap '' TERM" 'touch ready' 'while :; do sleep 0.1; done'
    wait_for test -e srv/web/ready
    gives 1 holdfast stop web --wait 0.3
    err 'web is not down yet'
    gives 124 timeout 0.5 holdfast stop web --wait
    gives 100 holdfast stop web --wait=long
    gives 0 holdfast stop web --wait 0.3 --force
    says service/web ': down'
}

@test "P08 what ends at once is not started" {
    looked_after
    deploy web '#!/bin/sh' 'exit 1'
    wait_for svok service/web
    gives 1 holdfast start web --wait 0.5
    err 'holdfast why web'
}

@test "P09 pause, continue, signals, patterns, all" {
    looked_after
    deploy web1 '#!/bin/bash' "trap 'echo >>got' USR1" 'while :; do sleep 0.02; done'
    deploy web2
    up service/web1 service/web2
    gives 0 holdfast pause 'web*'
    says service/web1 paused
    says service/web2 paused
    gives 0 holdfast continue --all
    gives 0 holdfast signal USR1 web1
    wait_for test -s srv/web1/got
    gives 100 holdfast signal NOSUCH web1
    gives 100 holdfast stop
}

@test "P10 names that are not there" {
    looked_after
    deploy webapp
    up service/webapp
    gives 111 holdfast stop webap
    err 'did you mean webapp?'
    gives 111 holdfast status 'x*'
    gives 100 holdfast statsu
    err 'did you mean: holdfast status'
}

@test "P11 a command to what is not supervised" {
    mkdir -p srv/web
    deploy web
    gives 2 holdfast start web --wait 1
    err 'not supervised'
}

@test "P12 wait is woken by what happens" {
    mkdir -p srv/web
    touch srv/web/down
    looked_after
    deploy web
    wait_for svok service/web
    gives 1 holdfast wait up web --timeout 0.2
    err 'web is not up yet'
    start holdfast wait up web
    waiting=$started
    svc -u service/web
    wait "$waiting"
    gives 0 holdfast wait ready web --timeout 5
    gives 1 holdfast wait dead web --timeout 0.2
    err 'web is not dead yet'
    gives 100 holdfast wait sideways web
}

@test "P13 over the original's supervise" {
    if [ ! -x "$ORACLE_BIN/supervise" ]; then skip "NOT RUN: no original daemontools"; fi
    deploy web
    start "$ORACLE_BIN/supervise" service/web
    up service/web
    gives 0 holdfast status --json
    valid status.schema.json out
    gives 0 holdfast stop web
    gives 0 holdfast start web
    first=$(pid_of service/web)
    gives 0 holdfast restart web
    [ "$(pid_of service/web)" != "$first" ]
}

@test "P20 a crash loop has a word and an exit code of its own, until a process stays" {
    looked_after
    deploy web '#!/bin/sh' 'if [ -e well ]; then exec sleep 99; fi' 'exit 3'
    deploy other
    up service/other
    in_a_loop() { holdfast status web | grep -q '^web  *crash-loop '; }
    wait_for in_a_loop
    gives 2 holdfast status
    gives 2 holdfast status --json
    valid status.schema.json out
    gives 0 holdfast status other
    touch srv/web/well
    out_of_it() { holdfast status web | grep -q '^web  *up '; }
    HF_PATIENCE=20 wait_for out_of_it
    holdfast stop web
    gives 1 holdfast status web
    out 'down'
}

@test "P01 what a killed svscan has left is shown, and that there is none" {
    looked_after
    deploy web
    deploy gone '#!/bin/sh' 'exit 3'
    up service/web
    wait_for '[ "$(deaths service/gone)" -ge 1 ]'
    svc -d service/gone
    pid=$(pid_of service/web)
    kill -KILL "$scanner"
    wait_for '! svok service/web'
    gives 0 holdfast status
    grep -qE "^web +unsupervised +$pid " out
    grep -qE "^gone +unsupervised +- " out
    out 'no svscan runs on'
    out 'takes over what runs'
    gives 1 holdfast status --json web
    grep -qE "\"pid\": $pid," out
    looked_after
    up service/web
    [ "$(pid_of service/web)" = "$pid" ]
    gives 0 holdfast status
    [ -z "$(grep 'no svscan' out)" ]
}
