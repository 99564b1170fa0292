# SPDX-License-Identifier: MIT
# holdfast status, orders and wait, as a stranger uses them.
# shellcheck disable=SC2016,SC2143,SC2154 # pieces of shell for wait_for; names of lib.bash
load people

@test "P01 a table of all services" {
    looked_after
    deploy web
    deploy job '#!/bin/sh' 'exit 3'
    up service/web
    wait_for '[ "$(od -An -tu4 -j68 -N4 srv/job/supervise/status)" -ge 1 ]'
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
    looked_after
    mkdir -p srv/web/log
    printf '#!/bin/sh\nexec multilog t ./main\n' >srv/web/log/run
    chmod 755 srv/web/log/run
    deploy web '#!/bin/sh' 'exec /usr/bin/python3 -m http.server 18401 --bind 127.0.0.1'
    deploy job '#!/bin/sh' 'kill -KILL $$'
    deploy off
    touch srv/off/down
    deploy gone
    ln -s nowhere service/dangling
    wait_for '(exec 3<>/dev/tcp/127.0.0.1/18401)'
    wait_for '[ "$(od -An -tu4 -j68 -N4 srv/job/supervise/status)" -ge 1 ]'
    gives 0 holdfast status --json
    valid status.schema.json out
    out '127.0.0.1:18401'
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

@test "P11 an order to what nobody supervises" {
    mkdir -p srv/web
    deploy web
    gives 2 holdfast start web --wait 1
    err 'nobody supervises it'
}

@test "P12 wait is woken by what happens" {
    mkdir -p srv/web
    touch srv/web/down
    looked_after
    deploy web
    wait_for svok service/web
    gives 1 holdfast wait up web --timeout 0.2
    start holdfast wait up web
    waiting=$started
    svc -u service/web
    wait "$waiting"
    gives 0 holdfast wait ready web --timeout 5
    gives 1 holdfast wait dead web --timeout 0.2
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

# Ten thousand directories, each with its own `supervise` and the record of a service that is up.
ten_thousand() {
    looked_after
    deploy model
    up service/model
    /usr/bin/python3 - <<'END'
import os
status = open('srv/model/supervise/status', 'rb').read()
for i in range(10000):
    place = f'many/s{i:05d}/supervise'
    os.makedirs(place)
    open(place + '/status', 'wb').write(status)
    os.mkfifo(place + '/ok')
END
}

@test "P14 ten thousand services in a second" {
    ten_thousand
    begin=${EPOCHREALTIME/./}
    gives 0 holdfast status --folder many
    took=$((${EPOCHREALTIME/./} - begin))
    [ "$(grep -c ' up ' out)" = 10000 ]
    echo "$took microseconds"
    [ "$took" -lt 1000000 ]
}

@test "P15 the service folder: --folder before or after the command, else SVDIR" {
    deploy web
    mkdir -p other/elsewhere
    gives 0 holdfast names
    [ "$(cat out)" = web ]
    for way in '--folder other names' '--folder=other names' 'names --folder other' \
        '--folder service names --folder other'; do
        # shellcheck disable=SC2086 # many words
        gives 0 holdfast $way
        [ "$(cat out)" = elsewhere ]
    done
    gives 100 holdfast --folder other
    err 'a command is missing'
    gives 100 holdfast --folder other statsu
    err 'did you mean: holdfast status'
    gives 100 holdfast --nosuch status
    err 'there is no option --nosuch'
    gives 100 holdfast --folder
    gives 0 holdfast --folder other --help
    out '--folder DIR'
}

@test "P16 --watch on a terminal: what changes, what does not fit" {
    looked_after
    for i in {10..39}; do deploy "web$i"; done
    up service/web10 service/web39
    terminal holdfast status --watch
    sees '^web10 +up +[0-9]+'
    sees '^... and 9 more: holdfast top'
    sees '^NAME +STATE'
    svc -d service/web10
    sees '^web10 +down'
    tmux resize-window -x 80 -y 40
    sees '^web39 +up'
    tmux send-keys C-c
    sees '^[#$] *$'
}

@test "P17 a narrow terminal: empty columns go, lines are cut, and a pipe gets all" {
    looked_after
    deploy a-service-with-a-name-of-some-length
    up service/a-service-with-a-name-of-some-length
    gives 0 holdfast status
    [ "$(wc -L <out)" -gt 80 ]
    out LISTENS
    TERM=xterm on_terminal holdfast status
    sed -e 's/\x1B\[[0-9;]*m//g' -e 's/\r$//' screen >plain
    [ "$(wc -l <plain)" = 2 ]
    [ "$(wc -L <plain)" -le 80 ]
    hf_has_text plain MEMORY
    if grep -q LISTENS plain; then cat plain && false; fi
}

@test "P18 --watch into a pipe: no escape sequences" {
    looked_after
    deploy web
    up service/web
    start holdfast status --watch >out
    wait_for '[ "$(grep -c "^web " out)" -ge 2 ]'
    kill "$started"
    [ -z "$(grep -P '\033' out)" ]
    start holdfast status --watch --json >out
    wait_for '[ "$(grep -c "\"format\"" out)" -ge 2 ]'
    kill "$started"
    /usr/bin/python3 - <<'END'
import json
text = open('out').read()
json.JSONDecoder().raw_decode(text)
END
}
