# SPDX-License-Identifier: MIT
# holdfast wait: woken by the kernel, never asking by itself.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names of lib.bash
load people

# The wait is under way, in a poll(2) without end: nothing but news can wake it.
waits_for_news() { # GOAL NAME...
    start strace -o trace -e trace=poll,inotify_add_watch "${inject[@]}" holdfast wait --timeout 0 "$@"
    waiting=$started
    wait_for '[ "$(tail -n 1 trace | grep -c "^poll(.*, -1$")" = 1 ]'
}

# It took nothing but news: never a time that was over.
woken_by_news() {
    wait_for gone "$waiting"
    wait "$waiting"
    if slept; then cat trace && return 1; fi
}

@test "H01 up, for a service that is started" {
    mkdir -p srv/web
    touch srv/web/down
    looked_after
    deploy web
    wait_for svok service/web
    waits_for_news up web
    svc -u service/web
    woken_by_news
}

@test "H02 up, for one that svscan has not seen yet" {
    deploy web
    waits_for_news up web
    looked_after
    woken_by_news
}

@test "H03 down and dead" {
    looked_after
    deploy web
    up service/web
    waits_for_news dead web
    first=$(pid_of service/web)
    kill -KILL "$first"
    woken_by_news
    wait_for changed service/web "$first"
    waits_for_news down web
    svc -d service/web
    woken_by_news
    gives 0 holdfast wait dead web
}

@test "H04 down, when svscan itself is killed" {
    looked_after
    deploy web
    up service/web
    pid=$(pid_of service/web)
    waits_for_news down web
    end "$scanner"
    woken_by_news
    kill "$pid"
}

@test "H05 a new engine changes nothing" {
    looked_after
    deploy web
    up service/web
    waits_for_news down web
    first=$(engine)
    kill -KILL "$first"
    wait_for another_engine "$first"
    kill -0 "$waiting"
    svc -d service/web
    woken_by_news
}

@test "H06 a name that comes to lead elsewhere" {
    mkdir -p srv/web srv/other
    touch srv/web/down
    looked_after
    deploy web
    cp srv/web/run srv/other/
    wait_for svok service/web
    waits_for_news up web
    ln -sfn ../srv/other service/web
    woken_by_news
}

# As slow as a machine that has more to do: what comes while it gets ready to watch is seen, too.
@test "H15 a name that leads elsewhere, where supervise is made before all is watched" {
    inject=(-e inject=inotify_add_watch:delay_exit=500000)
    mkdir -p srv/web srv/other
    touch srv/web/down
    deploy web
    cp srv/web/run srv/other/
    start supervise srv/web
    supervise=$started
    wait_for svok service/web
    waits_for_news up web
    ln -sfn ../srv/other service/web
    wait_for grep -q 'web/supervise".*ENOENT' trace
    mkdir -m 700 srv/other/supervise
    wait_for '[ "$(tail -n 1 trace | grep -c "^poll(.*, -1$")" = 1 ]'
    start supervise srv/other
    woken_by_news
    kill -TERM "$supervise" "$started"
}

@test "H07 the original's supervise, which replaces its file and is killed" {
    if [ ! -x "$ORACLE_BIN/supervise" ]; then skip "NOT RUN: no original daemontools"; fi
    mkdir -p srv/web
    touch srv/web/down
    deploy web
    start "$ORACLE_BIN/supervise" service/web
    supervise=$started
    wait_for svok service/web
    waits_for_news up web
    svc -u service/web
    woken_by_news
    waits_for_news down web
    pid=$(pid_of service/web)
    end "$supervise"
    woken_by_news
    kill "$pid"
}

@test "H08 ready: it listens, on the port that run names or that one names" {
    a_port port other
    looked_after
    deploy web '#!/bin/sh' "PORT=$port" 'while [ ! -e go ]; do sleep 0.02; done' \
        "exec /usr/bin/python3 -m http.server $port"
    up service/web
    gives 0 holdfast wait up web
    gives 1 holdfast wait ready web --timeout 0.6
    err 'web is not ready yet'
    touch srv/web/go
    gives 0 holdfast wait ready web
    gives 1 holdfast wait ready web --port "$other" --timeout 0.3
    err 'web is not ready yet'
}

@test "H09 several: those that are not so are named" {
    looked_after
    deploy one
    up service/one
    mkdir -p srv/two
    touch srv/two/down
    deploy two
    wait_for svok service/two
    gives 1 holdfast wait up one two --timeout 0.2
    err 'two is not up yet'
    gives 111 holdfast wait up nosuch
}

@test "H10 down, when svscan is killed and nobody buries it" {
    start bash -c 'svscan service & echo $! >svscan.pid; exec sleep 99'
    deploy web
    up service/web
    pid=$(pid_of service/web)
    waits_for_news down web
    kill -KILL "$(cat svscan.pid)"
    woken_by_news
    kill "$pid"
}

@test "H11 of a service that one may not look into" {
    needs_root
    looked_after
    deploy web
    up service/web
    gives 111 setuidgid nobody holdfast wait up web
    err 'you may not look into'
}

@test "H12 there is a limit, if none is named" {
    looked_after
    deploy web
    up service/web
    start strace -o trace -e trace=poll holdfast wait down web
    wait_for grep -qE '^poll\(.*, (30000|2[0-9]{4})' trace
    kill "$started"
}

@test "H13 ready, of what exits again and again: that is said, however long one would wait" {
    looked_after
    deploy web '#!/bin/sh' 'exit 3'
    gives 1 holdfast wait ready web --timeout 0
    err 'web is not ready yet: '
    err 'holdfast why web explains why'
}

@test "H14 ready, of what listens each time before it exits: not before it has outlived that" {
    looked_after
    deploy web '#!/bin/sh' 'exec perl -MIO::Socket::INET -e '\''
        $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:0") or die;
        open(F, ">", "port.new"); print F $s->sockport; close F; rename("port.new", "port");
        sleep 2; exit 3'\'
    in_crash_loop() { holdfast status web | grep -q crash-loop; }
    wait_for in_crash_loop
    rm srv/web/port
    wait_for test -s srv/web/port
    gives 1 holdfast wait ready web --port "$(cat srv/web/port)" --timeout 0
    err 'web is not ready yet: '
}
