# SPDX-License-Identifier: MIT
# holdfast add, remove, logs, help and completion, as a stranger uses them.
# shellcheck disable=SC2016,SC2143,SC2154 # pieces of shell for wait_for; names of lib.bash
load people

@test "A01 add makes what an expert would write, and waits until it listens" {
    needs_root
    a_port
    looked_after
    gives 0 holdfast add web --user nobody --dir "$PWD/srv/web" --env 'GREETING=hello you' \
        --memory 512M --port $port -- /usr/bin/python3 -u -m http.server $port
    out 'web: up (pid'
    out "listens on port $port"
    cat >expected <<END
#!/bin/sh
# web, started and restarted by svscan.
exec 2>&1
export GREETING='hello you'
export PORT=$port
exec setuidgid -s nobody softlimit -d 536870912 /usr/bin/python3 -u -m http.server $port
END
    diff expected srv/web/run
    gives 0 holdfast why web
    grep -qx 'timeout = "90s"     # then it is killed' srv/web/service.toml
    grep -qx 'stop.timeout 90000000000' srv/web/supervise/rules
    grep -qx 'restart.max_delay 60000000000' srv/web/supervise/rules
    gives 0 holdfast show web
    out 'max_delay = "1m"'
    gives 111 holdfast add web --dir "$PWD/srv/web" -- sleep 1
    err 'exists already'
}

@test "A02 a dry run makes nothing" {
    gives 0 holdfast add web --dir "$PWD/srv/web" --dry-run -- sleep 99
    out 'exec sleep 99'
    out 'multilog t ./main'
    [ ! -e srv/web ]
    [ ! -e service/web ]
}

@test "A03 what could not run is made, but not linked" {
    looked_after
    gives 1 holdfast add web --dir "$PWD/srv/web" --no-log -- /nonexistent/server
    err '/nonexistent'
    [ -e srv/web/run ]
    [ ! -e service/web ]
}

@test "A04 what ends at once: why follows" {
    looked_after
    gives 7 holdfast add web --dir "$PWD/srv/web" --no-log --wait 1 -- /bin/sh -c 'exit 3'
    out 'exit code 3'
}

@test "A05 templates" {
    mkdir app && touch app/app.image app/app.changes app/Squeak.sources
    gives 0 holdfast add web --dir "$PWD/app" --like squeak --memory 256M --dry-run -- ./app.image
    out ' -vm-sound-null -vm-display-null -mmap 256m ./app.image'
    grep -qE 'squeakvm.? -vm' out
    out "export HOME=$PWD/app"
    gives 0 holdfast add web --like java --memory 1G --dry-run -- app.jar --verbose
    out 'java -XX:+ExitOnOutOfMemoryError -Xmx1024m -jar app.jar --verbose'
    gives 0 holdfast add web --like node --dry-run -- server.js
    out 'exec node server.js'
    gives 0 holdfast add web --like python --dry-run -- /opt/venv/bin/python app.py
    out 'exec /opt/venv/bin/python app.py'
    gives 100 holdfast add web --like cobol --dry-run -- x
}

@test "A06 a warning about root, and none with another user" {
    needs_root
    gives 0 holdfast add web --dry-run -- sleep 9
    err 'as root'
    gives 0 holdfast add web --user nobody --dry-run -- sleep 9
    [ ! -s err ]
}

@test "A07 misuse of add" {
    gives 100 holdfast add web
    gives 100 holdfast add web --memory lots -- sleep 9
    gives 100 holdfast add .web -- sleep 9
    gives 100 holdfast add web --env nothing -- sleep 9
}

@test "A08 remove ends service and logger, and keeps or deletes the directory" {
    looked_after
    for way in '' --purge; do
        gives 0 holdfast add web --dir "$PWD/srv/web" -- sleep 99
        pid=$(pid_of service/web)
        # shellcheck disable=SC2086 # none or one word
        gives 0 holdfast remove web $way
        gone "$pid"
        [ ! -e service/web ]
        wait_for '! svok srv/web/log'
        if [ -z "$way" ]; then
            [ -e srv/web/run ]
            rm -r srv/web
        fi
    done
    [ ! -e srv/web ]
    gives 111 holdfast remove nosuch
}

@test "A09 remove does not touch what is no link" {
    mkdir -p service/web
    gives 111 holdfast remove web --purge
    [ -d service/web ]
}

# Two logs with known lines: a is rotated (once compressed), b is not.
logs() {
    for name in a b; do
        mkdir -p "srv/$name/log/main"
        printf '#!/bin/sh\nexec multilog t ./main\n' >"srv/$name/log/run"
        deploy "$name"
    done
    echo '@400000006553f10000000000 a one' | gzip >srv/a/log/main/@400000006553f10100000000.s
    echo '@400000006553f10200000000 a two' >srv/a/log/main/@400000006553f10300000000.u
    printf '@400000006553f10400000000 a three\n continued\n' >srv/a/log/main/current
    printf '@400000006553f10100000000 b one\n@400000006553f10500000000 b two\n' \
        >srv/b/log/main/current
}

@test "A10 logs of several services, merged by time, over rotated and packed files" {
    logs
    gives 0 holdfast logs a b --utc
    cat >expected <<'END'
a  2023-11-14 22:13:10.000000 a one
b  2023-11-14 22:13:11.000000 b one
a  2023-11-14 22:13:12.000000 a two
a  2023-11-14 22:13:14.000000 a three
a   continued
b  2023-11-14 22:13:15.000000 b two
END
    diff expected out
}

@test "A11 the last lines, times, patterns, raw" {
    logs
    gives 0 holdfast logs a -n 2 --raw
    [ "$(head -n 1 out)" = '@400000006553f10400000000 a three' ]
    gives 0 holdfast logs a b --utc --since '2023-11-14 22:13:12' --until '2023-11-14 22:13:14'
    [ "$(wc -l <out)" = 3 ]
    gives 0 holdfast logs a b --grep 'tw+o'
    [ "$(wc -l <out)" = 2 ]
    gives 0 holdfast logs a --since 10m
    [ ! -s out ]
    gives 100 holdfast logs a --since yesterdayish
    gives 100 holdfast logs a --grep '('
    TZ=Etc/GMT-2 gives 0 holdfast logs a -n 2
    out '2023-11-15 00:13:14'
}

@test "A41 a clock that was set back: the lines of a service stay as they were written" {
    logs
    printf '%s\n' '@400000006553ff0000000000 ahead' '@400000006553f10400000000 back' \
        '@400000006553f10600000000 last' >srv/a/log/main/current
    gives 0 holdfast logs a -n 2 --raw
    [ "$(cut -d' ' -f2 out | tr '\n' ' ')" = 'back last ' ]
    gives 0 holdfast logs a b -n 5 --raw
    [ "$(sed 's/@[0-9a-f]* //' out | tr -s ' \n' ' ')" = 'a a two a ahead a back b b two a last ' ]
    gives 0 holdfast logs a --utc --since '2023-11-14 22:13:12' --until '2023-11-14 22:13:16'
    [ "$(sed 's/.* //' out | tr '\n' ' ')" = 'two back last ' ]
}

@test "A12 logs follow over a rotation" {
    logs
    start holdfast logs a -n 1 -f --raw >followed
    follower=$started
    wait_for grep -q continued followed
    echo next >>srv/a/log/main/current
    wait_for grep -q next followed
    echo last >>srv/a/log/main/current
    mv srv/a/log/main/current srv/a/log/main/@400000006553f10600000000.s
    echo first >srv/a/log/main/current
    wait_for grep -q first followed
    [ "$(tr '\n' ' ' <followed)" = ' continued next last first ' ]
    kill "$follower"
}

@test "A13 a service without a log" {
    deploy web '#!/bin/sh' 'echo it says this; exec sleep 99'
    gives 1 holdfast logs web
    err 'has no log'
    looked_after
    up service/web
    sed -n 's/^.*to keep it in a log: //p' err >advice
    sh -e advice
    wait_for test -s srv/web/log/main/current
    gives 0 holdfast logs web
    out 'it says this'
}

@test "A14 help, version, misuse" {
    gives 0 holdfast --help
    for command in add remove start stop restart reload signal pause continue once status why \
        check logs wait; do
        out "$command"
        gives 0 holdfast help "$command"
        out '--folder'
        gives 0 holdfast --help
    done
    gives 0 holdfast --version
    grep -qE '^holdfast [0-9]+\.[0-9]+\.[0-9]+$' out
    gives 100 holdfast
    gives 100 holdfast help wyh
    err 'did you mean: holdfast why'
    gives 100 holdfast status --nosuch
}

@test "A15 the page of the manual has every command, option and cause" {
    page=$hf_root/man/holdfast.8
    mandoc -W warning,stop "$page" >/dev/null
    mandoc -T utf8 -O width=900 "$page" | sed 's/.\x08//g' >manual
    for word in $(holdfast --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
        grep -qw "$word" manual || { echo "no command $word" && return 1; }
        holdfast help "$word" | grep -oE -- '--[a-z-]+' | sort -u | while read -r option; do
            grep -q -e "$option" manual || { echo "no option $option ($word)" && exit 1; }
        done
    done
    grep -oE '"[a-z-]+", Class' "$hf_root/src/diagnose/causes.h" | cut -d'"' -f2 |
        while read -r cause; do
            grep -q -e "$cause" manual || { echo "no cause $cause" && exit 1; }
        done
}

@test "A16 what add advises can be pasted, and deletes nothing" {
    looked_after
    mkdir -p srv/web && echo precious >srv/web/data
    gives 1 holdfast add web --dir "$PWD/srv/web" -- /nonexistent/server
    if grep -q '^ln -s' out; then cat out && false; fi
    for round in 1 2; do
        gives 111 holdfast add web --dir "$PWD/srv/web" -- sleep 99
        sed -n 's/.*to start over: //p' err >advice
        sh -e advice
        gives 0 holdfast add web --dir "$PWD/srv/web" -- sleep 99
    done
    [ "$(cat srv/web/data)" = precious ]
}

@test "A17 add where no svscan looks: that is said at once" {
    gives 1 strace -o trace -e trace=poll,clock_nanosleep \
        holdfast add web --dir "$PWD/srv/web" --no-log -- sleep 99
    grep -qE 'no svscan is running|supervises another directory' out
    if slept; then cat trace && false; fi
}

@test "A18 --env takes one value, wherever it stands" {
    gives 0 holdfast add web -n --dir "$PWD/srv/web" --env A=B -- python3 -u x.py
    out 'exec python3 -u x.py'
    gives 0 holdfast add --env A=B --env C=D web -n -- ./server
    out 'export A=B'
    out 'export C=D'
    out '/web/run:'
}

@test "A19 remove of one of two links to a directory: the service goes on" {
    looked_after
    deploy web
    up service/web
    ln -s ../srv/web service/other
    pid=$(pid_of service/web)
    gives 111 holdfast remove other --purge
    err 'nothing is removed'
    err 'holdfast remove other, then: holdfast remove --purge web'
    [ -L service/other ]
    gives 0 holdfast remove other
    out "rm $PWD/service/other"
    out 'the service keeps running as web, which leads to the same directory'
    [ ! -e service/other ]
    [ "$(pid_of service/web)" = "$pid" ]
    gives 0 holdfast remove web --purge
    out 'web has exited'
    gone "$pid"
    [ ! -e srv/web ]
}

@test "A20 remove of the older of two links: svscan keeps the service" {
    looked_after
    deploy web
    up service/web
    pid=$(pid_of service/web)
    ln -s ../srv/web service/other
    gives 0 holdfast remove web
    out 'the service keeps running as other'
    deploy last
    up service/last # svscan has looked at the folder since
    [ "$(pid_of service/other)" = "$pid" ]
    gives 0 holdfast stop other
    gone "$pid"
}

@test "A21 add --port of what listens elsewhere: that is said as soon as it is known" {
    a_port port other
    looked_after
    gives 8 holdfast add web --dir "$PWD/srv/web" --no-log --port "$port" --wait 10000 -- \
        /usr/bin/python3 -m http.server "$other"
    out "web does not listen on port $port yet"
    out "$other"
}

@test "A22 add calls up what has lived, not what has only been started" {
    looked_after
    gives 7 holdfast add web --dir "$PWD/srv/web" --no-log --wait 10000 -- /bin/sh -c 'sleep 1; exit 3'
    out 'web exits again and again'
    out 'exit code 3'
}

@test "A23 add of a directory that has a run: it is checked, linked and waited for" {
    looked_after
    mkdir srv/web srv/bad
    printf '#!/bin/sh\nexec sleep 99\n' >srv/web/run
    printf '#!/bin/sh\nexec /nonexistent\n' >srv/bad/run
    chmod 755 srv/*/run
    gives 0 holdfast add "$PWD/srv/web"
    out 'web: up (pid'
    [ "$(readlink service/web)" = "$PWD/srv/web" ]
    gives 1 holdfast add srv/bad
    err 'it is not linked, because it could not run'
    [ ! -e service/bad ]
    echo 'exec sleep 99' >>srv/bad/run
    sed -i /nonexistent/d srv/bad/run
    sed -n 's|.*then: ||p' err >advice
    sh -e advice
    up service/bad
    gives 100 holdfast add srv/bad --user nobody
    gives 100 holdfast add srv/nothing
    err 'has no run'
}

@test "A24 what add made and did not link is finished, or removed" {
    looked_after
    for way in finish remove; do
        gives 1 holdfast add web --dir "$PWD/srv/web" -- "$PWD/server"
        gives 111 holdfast remove "$PWD/srv/web"
        err "holdfast remove --purge $PWD/srv/web"
        if [ $way = finish ]; then
            printf '#!/bin/sh\nexec sleep 99\n' >server && chmod 755 server
            gives 0 holdfast add "$PWD/srv/web"
            gives 0 holdfast remove "$PWD/service/web"
            rm -r server srv/web
        else
            gives 0 holdfast remove --purge "$PWD/srv/web"
        fi
        [ ! -e srv/web ]
    done
}

@test "A25 remove takes the directory of a service that is linked" {
    looked_after
    deploy web
    up service/web
    gives 0 holdfast remove srv/web
    out "rm $PWD/service/web"
    out 'web has exited'
    [ -e srv/web/run ]
}

@test "A26 remove --purge deletes nothing while a process of the service survives" {
    looked_after
    deploy web '#!/bin/sh' 'sleep 98 &' 'sleep 97'
    up service/web
    wait_for '[ "$(pgrep -c -P "$(pid_of service/web)")" = 2 ]'
    gives 111 holdfast remove web --purge
    [ -e srv/web/run ]
    err 'of it are still there'
    sed -n 's/.*to end the surviving processes: //p' err >advice
    sh -e advice
    gives 0 holdfast remove --purge srv/web
    [ ! -e srv/web ]
}

@test "A31 stop and remove can end all processes of a service" {
    looked_after
    deploy web '#!/bin/sh' 'sleep 98 & echo $! >child' 'sleep 97 & echo $! >>child' wait
    for round in stop 'remove --purge'; do
        up service/web
        wait_for '[ "$(wc -l <srv/web/child)" = 2 ]'
        children=$(cat srv/web/child)
        rm srv/web/child
        # shellcheck disable=SC2086 # one word or two
        gives 0 holdfast $round --all-processes web
        for each in $children; do gone "$each"; done
        if [ -e service/web ]; then holdfast start web; fi
    done
    [ ! -e srv/web ]
}

# A run without exec: its program goes on when the shell in front of it is told to end.
leaving() {
    looked_after
    deploy web '#!/bin/sh' 'sleep 98 & echo $! >child' 'wait'
    up service/web
    wait_for test -s srv/web/child
    old=$(cat srv/web/child)
}

@test "A32 restart names what it leaves behind, why tells of it, and purge deletes nothing" {
    leaving
    gives 0 holdfast restart web
    err "pid $old (sleep)"
    err "kill $old"
    err 'holdfast restart --all-processes web'
    wait_for test -s srv/web/child
    gives 0 holdfast why web
    out "left behind still runs: pid $old (sleep)"
    gives 0 holdfast stop --all-processes web
    err "pid $old (sleep)" # of an earlier start: it is named, and not ended
    gives 3 holdfast why web
    out "pid $old (sleep)"
    gives 111 holdfast remove web --purge
    err "pid $old (sleep)"
    if grep -q 'has exited' out; then false; fi
    [ -e srv/web/run ]
    gives 111 holdfast remove --purge srv/web
    sed -n 's/.*to end the surviving processes: //p' err >advice
    grep -qx "kill $old" advice
    sh -e advice
    wait_for gone "$old"
    gives 0 holdfast remove --purge srv/web
    [ ! -e srv/web ]
}

@test "A33 restart can end what its old process leaves" {
    leaving
    rm srv/web/child
    gives 0 holdfast restart --all-processes web
    [ ! -s err ]
    gone "$old"
    wait_for test -s srv/web/child
    if gone "$(cat srv/web/child)"; then false; fi
}

@test "A27 where it is started, its data, and the limits of its log" {
    needs_root
    mkdir work
    gives 0 holdfast add web --dir "$PWD/srv/web" --user nobody --cwd work --data data \
        --log-size 1M --log-keep 5 --wait 0 -- sleep 99
    grep -qxF "cd $PWD/work || exit 111" srv/web/run
    [ "$(stat -c %U:%a srv/web/data)" = nobody:750 ]
    grep -qF 'multilog t s1048576 n5 ./main' srv/web/log/run
    gives 0 holdfast check srv/web
    mkdir kept
    gives 0 holdfast add other --dir "$PWD/srv/other" --user nobody --data "$PWD/kept" --wait 0 -- sleep 9
    [ "$(stat -c %U kept)" = root ]
    gives 100 holdfast add third --log-size 1K -- sleep 9
    gives 100 holdfast add third --log-keep 1 -- sleep 9
}

@test "A28 enable and disable, over a start of svscan" {
    deploy web
    gives 0 holdfast disable web
    out 'web: not started at boot'
    looked_after
    wait_for svok service/web
    gives 1 holdfast status web
    out 'down'
    gives 0 holdfast enable web
    [ ! -e srv/web/down ]
    err 'holdfast start web'
}

@test "A29 show and edit" {
    deploy web
    mkdir srv/web/log
    printf '#!/bin/sh\nexec multilog t ./main\n' >srv/web/log/run
    gives 0 holdfast show web
    out '    exec sleep 99'
    out '    exec multilog t ./main'
    EDITOR=true gives 0 holdfast edit web
    out 'unchanged: '
    EDITOR='sed -i s/sleep/nosuchprogram/' gives 5 holdfast edit web
    out 'nosuchprogram'
    EDITOR=false gives 111 holdfast edit web
}

@test "A30 words of other programs are understood" {
    for words in 'ls status' 'ps status' 'list status' 'tail logs' 'rm remove' 'kill signal'; do
        gives 100 holdfast "${words% *}"
        err "did you mean: holdfast ${words#* }"
    done
}
