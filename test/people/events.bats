# SPDX-License-Identifier: MIT
# holdfast events: what has happened to services, in plain words and as JSON.
# shellcheck disable=SC2016,SC2154 # pieces of shell for wait_for; names of lib.bash
load people

has_event() { holdfast events "$1" | grep -qE -e "$2"; }

# What was done, without times and pids.
told() { holdfast events "$@" | cut -c29- | sed -E 's/pid [0-9]+/pid N/; s/after [a-z0-9. ]+ seconds?/after S/'; }

# The numbers of the events in JSON are without a gap.
contiguous() {
    sed -E 's/.*"number":([0-9]+).*/\1/' "$1" >numbers
    seq "$(head -n 1 numbers)" "$(tail -n 1 numbers)" | diff - numbers
}

@test "E01 starts, ends, orders and who gave them" {
    looked_after
    deploy web
    up service/web
    SUDO_UID=65534 holdfast pause web
    svc -c service/web
    kill -SEGV "$(pid_of service/web)"
    wait_for '[ "$(deaths service/web)" -ge 1 ]'
    up service/web
    holdfast stop web
    told web >out
    me=$(id -un)
    if [ "$me" = root ]; then nobody=nobody; else nobody=$me; fi
    cat >expected <<END
web  started, pid N
web  paused by $nobody (svc -p)
web  continued by $me (svc -c)
web  ended after S: killed by SIGSEGV (invalid memory access)
web  started, pid N
web  ordered down by $me (svc -d)
web  ended after S: killed by SIGTERM (asked to exit)
END
    diff expected out
    holdfast restart web
    wait_for 'has_event web "started" && [ "$(told web | tail -n 2 | head -n 1)" = "web  ordered up by '"$me"' (svc -u)" ]'
}

@test "E02 every kind of event, as JSON by its schema" {
    looked_after
    deploy web '#!/bin/sh' '[ ! -e exit ] || exit 3' 'exec sleep 99'
    up service/web
    touch srv/web/exit
    svc -t service/web
    wait_for has_event web 'exit code 3'
    chmod 644 srv/web/run
    wait_for has_event web 'could not be started: access denied'
    rm service/web
    wait_for has_event ./srv/web 'its link was removed'
    ln -s ../srv/web service/
    wait_for has_event web 'linked into'
    kill "$scanner"
    wait_for has_event web 'svscan began to stop'
    gives 0 holdfast events web --json
    for event in started exited killed not-started ordered unlinked linked halted; do
        out "\"event\":\"$event\""
    done
    contiguous out
    while read -r line; do
        echo "$line" >line.json
        valid events.schema.json line.json
    done < <(sort -u -t'"' -k 14,14 out)
}

@test "E03 several, merged by time; loggers have their own" {
    mkdir -p srv/web/log
    printf '#!/bin/sh\nexec multilog t ./main\n' >srv/web/log/run
    chmod 755 srv/web/log/run
    looked_after
    deploy web
    deploy other
    up service/web service/other service/web/log
    holdfast stop other
    holdfast stop web
    holdfast events >out
    sort -c out
    [ "$(cut -c29- out | awk '{ print $1 }' | sort -u | tr '\n' ' ')" = 'other web web/log ' ]
    gives 0 holdfast events web/log
    [ "$(wc -l <out)" = 1 ]
    gives 0 holdfast events 'w*' -n 2
    [ "$(wc -l <out)" = 2 ]
    gives 0 holdfast events --since 1h
    [ "$(wc -l <out)" -ge 7 ]
    gives 0 holdfast events --until 1h
    [ ! -s out ]
    gives 100 holdfast events --since yesterdayish
}

@test "E04 -f goes on, with services that come and go, and asks nothing by itself" {
    looked_after
    deploy web
    up service/web
    start strace -o trace -e trace=poll holdfast events -f >followed
    follower=$started
    wait_for grep -q 'web  *started' followed
    wait_for '[ "$(tail -n 1 trace | grep -c "^poll(.*, -1$")" = 1 ]'
    holdfast stop web
    wait_for grep -q 'web  *ended' followed
    deploy other
    wait_for grep -q 'other  *started' followed
    rm service/web
    kill -KILL "$(pid_of service/other)"
    wait_for grep -q 'other  *ended.*SIGKILL' followed
    sort -c followed
    [ "$(sort followed | uniq -d)" = '' ]
    if slept; then cat trace && false; fi
    kill "$follower"
}

@test "E05 -f ends when nobody reads any more" {
    looked_after
    deploy web
    up service/web
    holdfast events -f web | head -n 1 >out
    grep -q 'started' out
}

@test "E06 a slot that is torn is left out, and the others stay" {
    looked_after
    deploy web
    up service/web
    holdfast stop web
    holdfast start web
    holdfast events web >before
    [ "$(wc -l <before)" = 5 ]
    printf '\377' | dd of=srv/web/supervise/status bs=1 seek=$((512 + 2 * 32 + 9)) conv=notrunc 2>/dev/null
    holdfast events web >after
    sed 3d before | diff - after
}

@test "E07 an engine that is killed in between loses nothing" {
    looked_after
    deploy web
    up service/web
    for _ in {1..4}; do
        first=$(pid_of service/web)
        old=$(engine)
        kill -STOP "$old" # nobody notices the death before this engine has died, too
        kill -KILL "$first"
        kill -KILL "$old"
        wait_for changed service/web "$first"
    done
    holdfast events web --json >out
    contiguous out
    [ "$(grep -c '"event":"killed".*"signal":"SIGKILL"' out)" = 4 ]
    [ "$(grep -c '"event":"started"' out)" = 5 ]
}

@test "E08 the file does not grow, and the last events are kept" {
    looked_after
    deploy web '#!/bin/sh' "trap '' HUP ALRM" 'while :; do sleep 0.1; done'
    up service/web
    for _ in {1..70}; do
        svc -h service/web
        svc -a service/web
    done
    wait_for '[ "$(holdfast events web --json -n 1 | sed -E "s/.*number\":([0-9]+).*/\1/")" -gt 130 ]'
    [ "$(stat -c %s srv/web/supervise/status)" -le 4096 ]
    holdfast events web --json >out
    [ "$(wc -l <out)" = 112 ]
    contiguous out
}

@test "E09 where there is no history, that is said" {
    deploy web
    gives 1 holdfast events web
    err 'web: has no history'
    if [ ! -x "$ORACLE_BIN/supervise" ]; then skip "NOT RUN: no original daemontools"; fi
    start "$ORACLE_BIN/supervise" service/web
    up service/web
    gives 1 holdfast events web
    err 'the original daemontools'
}

@test "E10 an order through the original's svc" {
    if [ ! -x "$ORACLE_BIN/svc" ]; then skip "NOT RUN: no original daemontools"; fi
    looked_after
    deploy web
    up service/web
    "$ORACLE_BIN/svc" -d service/web
    wait_for has_event web 'ordered down by an unknown user \(svc -d\)'
    wait_for says service/web ': down'
    holdfast why web >out || true
    out 'it was stopped (svc -d) by an unknown user'
}
