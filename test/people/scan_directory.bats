# SPDX-License-Identifier: MIT
# Which directory `holdfast` looks at, where there are /service and /etc/service.
# shellcheck disable=SC2016,SC2154 # scripts in quotes; variables of lib.bash
load ../system/lib
load ../system/services

setup() {
    hf_setup
    needs_root
    unset SVDIR
    export -f up says listed
}

listed() { holdfast status | sed -n '2,$s/ .*//p'; }

# svscan runs on the second, and the first has been made since, by hand.
second_is_supervised() {
    service /srv/gu
    ln -s /srv/gu /etc/service/
    start svscan /etc/service
    up /etc/service/gu
    mkdir /service
    listed
    holdfast stop gu
}

@test "the one that is supervised is looked at" {
    ours apart in_own_root second_is_supervised
    shows '> gu' '> gu: down' '= 0'
}

# Both are supervised: a name is looked for in the other, too.
both_are_supervised() {
    mkdir /service
    for name in one two; do service /srv/$name; done
    ln -s /srv/one /service/
    ln -s /srv/two /etc/service/
    start svscan /service
    start svscan /etc/service
    up /service/one /etc/service/two
    listed
    holdfast status two | sed -n '2s/ .*//p'
    holdfast stop two
    holdfast remove two
    [ ! -e /etc/service/two ] && echo removed
}

@test "a name that only the other one has is found there" {
    ours apart in_own_root both_are_supervised
    shows '> one' '> /etc/service/two' '> /etc/service/two: down' '> rm /etc/service/two' \
        '> two has exited' '> its directory is kept: /srv/two' '> removed' '= 0'
}

empty() {
    holdfast status
    start svscan /etc/service
    wait_for 'ls -d /proc/$(pgrep -x svscan)/cwd && [ "$(readlink /proc/$(pgrep -x svscan)/cwd)" = /etc/service ]'
    holdfast status
}

@test "an empty list says which directory it is, and what to do next" {
    ours apart in_own_root empty
    shows '> no services in /etc/service, and no svscan runs on it that you can see' \
        '> to make one that runs a command: holdfast add NAME --user USER -- COMMAND' \
        '> to add a service directory: holdfast add DIRECTORY' '> no services in /etc/service' \
        '> to make one that runs a command: holdfast add NAME --user USER -- COMMAND' \
        '> to add a service directory: holdfast add DIRECTORY' '= 0'
}
