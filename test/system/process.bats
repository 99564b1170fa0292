#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
# [process] of service.toml: what a service is before its run script begins, and what becomes of
# one that cannot be that.

load lib
load services

setup() { setup_folder; }

said() { grep -qF -- "$1" messages; }

# The service, and what its process shows: `of NAME FIELD`, a line of its environment.
of() { field "$(pid_of "service/$1")" "$2"; }
variable() { tr '\0' '\n' <"/proc/$(pid_of "service/$1")/environ" | sed -n "s/^$2=//p"; }

# The anonymous ones of the engine.
pipes() { find "/proc/$(engine)/fd" -lname 'pipe:*' | wc -l; }

# It could not be started, with that errno; and has no process.
not_started() { # NAME ERRNO
    [ "$(stands "service/$1" ending ending_value | tr '\n' ' ')" = "6e $(printf '%02x' "$2") 00 00 00 " ]
}
failures() { printf '%d' "0x$(stands "service/$1" streak | cut -c 1-2)"; }

# A service that shows that it has begun, for what is to be refused.
shown() { deploy "$1" '#!/bin/sh' 'echo here >>/proc/self/cwd/here' 'exec sleep 99'; }

users() {
    needs_root
    chmod 755 . # what a service's user has to reach
}

# ---- what is asked for ----

@test "user: with all his groups, and who he is in the environment; no other descriptors" {
    users
    deploy web
    rules web '[process]' 'user = "daemon"'
    looked_after
    up service/web
    wait_for '[ "$(cat "/proc/$(pid_of service/web)/comm")" = sleep ]'
    [ "$(of web Uid)" = $'1\t1\t1\t1' ]
    [ "$(of web Gid)" = $'1\t1\t1\t1' ]
    [ "$(of web Groups | xargs)" = "$(id -G daemon)" ]
    [ "$(variable web USER)" = daemon ]
    [ "$(variable web LOGNAME)" = daemon ]
    [ "$(variable web HOME)" = /usr/sbin ]
    [ "$(variable web SHELL)" = /usr/sbin/nologin ]
    [ "$(fds "$(pid_of service/web)")" = 3 ]
    [ ! -s messages ]
}

@test "user: groups that are named are all it gets; numbers need no account" {
    users
    deploy names
    rules names '[process]' 'user = "daemon:bin:sys:54321"'
    deploy numbers
    rules numbers '[process]' 'user = "54321:54322"'
    looked_after
    up service/names service/numbers
    for each in names numbers; do
        wait_for "[ \"\$(cat /proc/\$(pid_of service/$each)/comm)\" = sleep ]"
    done
    [ "$(of names Uid | cut -f 1)" = 1 ]
    [ "$(of names Gid | cut -f 1)" = 2 ]
    [ "$(of names Groups | xargs)" = '2 3 54321' ]
    [ "$(of numbers Uid)" = $'54321\t54321\t54321\t54321' ]
    [ "$(of numbers Groups | xargs)" = 54322 ]
    [ -z "$(variable numbers USER)$(variable numbers HOME)" ]
}

@test "env, env_file, env_dir: the one nearest to the service wins; names are put in" {
    deploy web@7
    mkdir srv/web@7/env
    printf 'dir\n' | tee srv/web@7/env/{A,B,C} >/dev/null
    : >srv/web@7/env/GONE
    printf '%s\n' '# settings' 'B=file' 'export C="file of %n"' '' "D='it is'" >srv/web@7/settings
    rules web@7 '[process]' 'env_dir = "env"' 'env_file = "settings"' '[process.env]' \
        'C = "%n, %i, 100%%"' 'EMPTY = ""' 'LINES = "a\nb"' 'RAW = "\\x41"'
    export GONE=here KEPT=here
    looked_after
    up service/web@7
    wait_for '[ "$(cat "/proc/$(pid_of service/web@7)/comm")" = sleep ]'
    [ "$(variable web@7 A)" = dir ]
    [ "$(variable web@7 B)" = file ]
    [ "$(variable web@7 C)" = 'web@7, 7, 100%' ]
    [ "$(variable web@7 D)" = 'it is' ]
    [ "$(variable web@7 RAW)" = '\x41' ]
    [ "$(variable web@7 KEPT)" = here ]
    tr '\0' '|' <"/proc/$(pid_of service/web@7)/environ" | grep -qF $'|LINES=a\nb|'
    tr '\0' '|' <"/proc/$(pid_of service/web@7)/environ" | grep -qF '|EMPTY=|'
    [ "$(tr '\0' '\n' <"/proc/$(pid_of service/web@7)/environ" | grep -c '^GONE')" = 0 ]
}

@test "clean_env: nothing is inherited but PATH" {
    deploy web '#!/bin/sh' 'env | sort >seen' 'exec sleep 99'
    rules web '[process]' 'clean_env = true' 'env = { PORT = "8080" }'
    export SECRET=here
    looked_after
    wait_for test -s srv/web/seen
    [ "$(grep -v '^PWD=' srv/web/seen)" = "PATH=$PATH"$'\n'PORT=8080 ]
}

@test "cwd: elsewhere, and run is still the one in its directory" {
    mkdir srv/data
    deploy web@1 '#!/bin/sh' 'echo "$0" >seen' 'exec sleep 99'
    rules web@1 '[process]' "cwd = \"$PWD/srv/data\""
    deploy near '#!/bin/sh' 'pwd >seen' 'exec sleep 99'
    mkdir srv/near/near-data
    rules near '[process]' 'cwd = "%n-data"'
    looked_after
    wait_for test -s srv/data/seen
    [ "$(cat srv/data/seen)" = "$PWD/srv/web@1/run" ]
    [ "$(readlink "/proc/$(pid_of service/web@1)/cwd")" = "$PWD/srv/data" ]
    wait_for test -s srv/near/near-data/seen
}

@test "umask, nice and oom_score are the process's" {
    deploy web
    rules web '[process]' 'umask = "027"' 'nice = 7' 'oom_score = 321'
    looked_after
    up service/web
    wait_for '[ "$(cat "/proc/$(pid_of service/web)/comm")" = sleep ]'
    [ "$(of web Umask)" = 0027 ]
    [ "$(cut -d ' ' -f 19 "/proc/$(pid_of service/web)/stat")" = 7 ]
    [ "$(cat "/proc/$(pid_of service/web)/oom_score_adj")" = 321 ]
}

@test "what only root may ask for is done before the user is another" {
    users
    deploy web
    score=-500
    if ! (echo $score >/proc/self/oom_score_adj) 2>/dev/null; then score=0; fi # in a container
    rules web '[process]' 'user = "daemon"' 'nice = -3' "oom_score = $score"
    looked_after
    up service/web
    wait_for '[ "$(cat "/proc/$(pid_of service/web)/comm")" = sleep ]'
    [ "$(of web Uid | cut -f 1)" = 1 ]
    [ "$(cut -d ' ' -f 19 "/proc/$(pid_of service/web)/stat")" = -3 ]
    [ "$(cat "/proc/$(pid_of service/web)/oom_score_adj")" = "$score" ]
}

@test "the process that is recorded is the service's own, and is stopped as any other" {
    deploy web '#!/bin/sh' 'echo $$ >pid' 'exec sleep 99'
    rules web '[process]' 'nice = 1'
    looked_after
    wait_for test -s srv/web/pid
    [ "$(cat srv/web/pid)" = "$(pid_of service/web)" ]
    [ "$(cut -d ' ' -f 6 "/proc/$(pid_of service/web)/stat")" = "$(pid_of service/web)" ]
    svc -d service/web
    wait_for rests web
}

@test "a logger has one, too; %n is its service's name" {
    deploy web '#!/bin/sh' 'echo line' 'exec sleep 99'
    mkdir srv/web/log srv/web/web
    printf '%s\n' '#!/bin/sh' 'exec cat >here' >srv/web/log/run
    chmod 755 srv/web/log/run
    printf '%s\n' '[process]' 'cwd = "../%n"' >srv/web/log/service.toml
    looked_after
    wait_for grep -qsx line srv/web/web/here
}

@test "supervise alone does it, too" {
    deploy web
    rules web '[process]' 'nice = 3'
    supervising srv/web
    up srv/web
    wait_for '[ "$(cut -d " " -f 19 "/proc/$(pid_of srv/web)/stat")" = 3 ]'
    kill -TERM "$supervisor"
    left "$supervisor"
}

@test "--prefix-output: who puts the names there stays whom it was; what fails bears the name" {
    users
    start svscan --prefix-output service >out 2>>messages
    scanner=$started
    wait_for test -e service/.svscan.lock
    wait_for '[ -n "$(engine)" ]'
    before=$(pipes)
    mkdir srv/web srv/bad
    rules web '[process]' 'user = "daemon"'
    deploy web '#!/bin/sh' 'id -un' 'exec sleep 99'
    wait_for grep -q ' web: daemon$' out
    [ "$(ps -o user= -p "$(pgrep -o -P "$scanner" -x holdfast-label)" | xargs)" = root ]
    # Nobody but the service has had the engine's pipe: it is known that it has executed.
    wait_for "[ \"\$(pipes)\" = $before ]"
    wait_for '[ "$(fds "$(pid_of service/web)")" = 3 ]' # once its shell has executed sleep
    rules bad '[process]' 'user = "nosuchuser"'
    deploy bad
    wait_for grep -q ' bad: holdfast-enter: fatal: bad: .process. user: there is no user nosuchuser' out
    wait_for not_started bad 22
}

@test "an edit counts from the next start on" {
    deploy web
    rules web '[process]' 'nice = 1'
    looked_after
    up service/web
    before=$(pid_of service/web)
    rules web '[process]' 'nice = 2'
    svc -c service/web
    wait_for grep -qx 'process.nice 2' srv/web/supervise/rules
    [ "$(pid_of service/web)" = "$before" ]
    [ "$(cut -d ' ' -f 19 "/proc/$before/stat")" = 1 ]
    svc -t service/web
    wait_for changed service/web "$before"
    wait_for '[ "$(cut -d " " -f 19 "/proc/$(pid_of service/web)/stat")" = 2 ]'
    rm srv/web/service.toml
    before=$(pid_of service/web)
    svc -t service/web
    wait_for changed service/web "$before"
    wait_for '[ "$(cut -d " " -f 19 "/proc/$(pid_of service/web)/stat")" = 0 ]'
}

# ---- what cannot be had ----

@test "a user or a group who does not exist: not started, and the message says what to do" {
    needs_root
    shown web
    rules web '[process]' 'user = "nosuchuser"'
    shown group
    rules group '[process]' 'user = "daemon:nosuchgroup"'
    shown number
    rules number '[process]' 'user = "54321"'
    looked_after
    for each in web group number; do wait_for not_started "$each" 22; done
    said 'holdfast-enter: fatal: web: [process] user: there is no user nosuchuser: correct it in service.toml, or make the user'
    said 'holdfast-enter: fatal: group: [process] user: there is no group nosuchgroup: correct'
    said 'holdfast-enter: fatal: number: [process] user: no account has the number 54321: name its group, too, as in 54321:54321'
    holdfast status service/web | grep -q 'could not be started'
    holdfast status --json service/web | grep -q '"errno": 22'
    [ ! -e srv/web/here ] && [ ! -e srv/group/here ] && [ ! -e srv/number/here ]
}

@test "a directory, a file or a program that the user cannot have: not started, with the kernel's reason" {
    users
    mkdir -m 700 closed
    touch closed/settings
    for each in missing closed file dir line large run; do shown "$each"; done
    rules missing '[process]' 'cwd = "/no/such"'
    rules closed '[process]' 'user = "daemon"' "cwd = \"$PWD/closed\""
    rules file '[process]' 'user = "daemon"' "env_file = \"$PWD/closed/settings\""
    rules dir '[process]' 'env_dir = "env"'
    printf 'A=1\nwrong\n' >srv/line/settings
    rules line '[process]' 'env_file = "settings"'
    rules large '[process]' 'env_file = "/dev/zero"'
    chmod 700 srv/run/run
    rules run '[process]' 'user = "daemon"'
    looked_after
    wait_for not_started missing 2
    wait_for not_started closed 13
    wait_for not_started file 13
    wait_for not_started dir 2
    wait_for not_started line 22
    wait_for not_started large 27
    wait_for not_started run 13
    said 'missing: [process] cwd: unable to change to /no/such: file does not exist: make it'
    said "closed: [process] cwd: unable to change to $PWD/closed: access denied: make it, and let its user enter it"
    said "file: [process] env_file: unable to read $PWD/closed/settings: access denied: its user must"
    said 'dir: [process] env_dir: unable to switch to directory env: file does not exist'
    said 'line: [process] env_file: settings: line 2: NAME=VALUE is expected'
    said 'large: [process] env_file: /dev/zero is larger than 1 MiB'
    said 'run: start: unable to run ./run: access denied: its user must be able to read it'
    [ -z "$(find . -name here)" ]
}

@test "a start that failed waits a second, counts as a failure, and can be ordered down" {
    shown web
    rules web '[restart]' 'delay = "10ms"' 'give_up = 3' '[process]' 'cwd = "/no/such"'
    shown slow
    rules slow '[process]' 'cwd = "/no/such"'
    looked_after
    wait_for rests web
    [ "$(failures web)" = 3 ]
    [ "$(grep -c '^holdfast-enter: fatal: web:' messages)" = 3 ]
    wait_for not_started slow 2
    svc -d service/slow
    wait_for rests slow
    not_started slow 2
    rules web '[process]' 'nice = 1'
    svc -u service/web
    wait_for test -e srv/web/here
    up service/web
}

@test "svc -o and when = never: a start that failed is no run that is to be tried for ever" {
    shown once
    touch srv/once/down
    rules once '[process]' 'cwd = "/no/such"'
    looked_after
    wait_for svok service/once
    svc -o service/once
    wait_for not_started once 2
    wait_for rests once
}

@test "an ordinary user: what he has not is refused, what he has is no matter" {
    needs_root
    chmod -R a+rX .
    for each in same other nice oom; do shown "$each"; done
    rules same '[process]' 'user = "daemon"' 'nice = 2'
    rules other '[process]' 'user = "bin"'
    rules nice '[process]' 'nice = -1'
    rules oom '[process]' 'oom_score = -1'
    chown -R daemon srv service
    : >messages
    start setuidgid -s daemon svscan service 2>>messages
    wait_for test -e srv/same/here
    wait_for not_started other 1
    wait_for not_started nice 13
    wait_for not_started oom 13
    said 'other: [process] user: unable to take the groups of bin: permission denied: only root can: run svscan as root, or remove it'
    said 'nice: [process] nice: unable to set it to -1: access denied: only root may lower it'
    said 'oom: [process] oom_score: unable to set it to -1: access denied: only root may lower it'
    [ ! -e srv/other/here ] && [ ! -e srv/nice/here ] && [ ! -e srv/oom/here ]
}

@test "more environment than the kernel takes: not started" {
    shown web
    { for i in {1..1000}; do printf 'V%s=%03000d\n' "$i" 0; done; } >settings
    head -c 900000 settings >srv/web/settings
    mkdir srv/web/env
    head -c 200000 /dev/zero | tr '\0' x >srv/web/env/LONG # longer than one string may be
    sed -i '$d' srv/web/settings
    rules web '[process]' 'env_file = "settings"' 'env_dir = "env"'
    shown many
    sed -n '1,200p' settings >srv/many/settings
    rules many '[process]' 'env_file = "settings"'
    looked_after
    wait_for not_started web 7
    said 'web: start: unable to run ./run: argument list too long: its environment is too large'
    wait_for test -e srv/many/here
    [ "$(tr '\0' '\n' <"/proc/$(pid_of service/many)/environ" | grep -c '^V[0-9]*=')" = 200 ]
}
