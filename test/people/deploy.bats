# SPDX-License-Identifier: MIT
# holdfast add, remove, logs, help and completion, as a stranger uses them.
# shellcheck disable=SC2016,SC2143,SC2154 # pieces of shell for wait_for; names of lib.bash
load people

@test "A01 add makes what an expert would write, and waits until it listens" {
    needs_root
    looked_after
    gives 0 holdfast add web --user nobody --dir "$PWD/srv/web" --env 'GREETING=hello you' \
        --memory 512M --port 18411 -- /usr/bin/python3 -u -m http.server 18411
    out 'web: up (pid'
    out 'listens on port 18411'
    cat >expected <<'END'
#!/bin/sh
# web, started and kept up by svscan.
exec 2>&1
export GREETING='hello you'
export PORT=18411
exec setuidgid nobody softlimit -m 536870912 /usr/bin/python3 -u -m http.server 18411
END
    diff expected srv/web/run
    gives 0 holdfast why web
    gives 111 holdfast add web --dir "$PWD/srv/web" -- sleep 1
    err 'is there already'
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
    out 'exec squeak -vm-sound-null -vm-display-null -mmap 256m ./app.image'
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
    deploy web
    gives 1 holdfast logs web
    err 'has no log'
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
    grep -oE '"[a-z-]+", Class' "$hf_root/src/people/why/causes.h" | cut -d'"' -f2 |
        while read -r cause; do
            grep -q -e "$cause" manual || { echo "no cause $cause" && exit 1; }
        done
}

@test "A16 what add advises can be pasted" {
    looked_after
    gives 1 holdfast add web --dir "$PWD/srv/web" -- /nonexistent/server
    if grep -q '^ln -s' out; then cat out && false; fi
    gives 111 holdfast add web --dir "$PWD/srv/web" -- sleep 99
    sed -n 's/.*to begin again: //p' err >advice
    sh -e advice
    gives 0 holdfast add web --dir "$PWD/srv/web" -- sleep 99
    gives 111 holdfast add web --dir "$PWD/srv/web" -- sleep 99
    sed -n 's/.*to begin again: //p' err >advice
    sh -e advice
    gives 0 holdfast add web --dir "$PWD/srv/web" -- sleep 99
}

@test "A17 add where no svscan looks: that is said at once" {
    begin=$SECONDS
    gives 1 holdfast add web --dir "$PWD/srv/web" --no-log -- sleep 99
    grep -qE 'no svscan is running|looks after another folder' out
    [ $((SECONDS - begin)) -lt 5 ]
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
    [ -L service/other ]
    gives 0 holdfast remove other
    out "rm $PWD/service/other"
    out 'it goes on as web, which leads to the same directory'
    [ ! -e service/other ]
    [ "$(pid_of service/web)" = "$pid" ]
    gives 0 holdfast remove web --purge
    out 'web has ended'
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
    out 'it goes on as other'
    deploy last
    up service/last # svscan has looked at the folder since
    [ "$(pid_of service/other)" = "$pid" ]
    gives 0 holdfast stop other
    gone "$pid"
}
