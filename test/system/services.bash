# SPDX-License-Identifier: MIT
# Words for tests about supervised services, beside those of lib.bash.
#
# Asking:     says DIR REGEX         svstat's line about DIR matches
#             pid_of DIR             the service's pid by svstat; nothing when it is down
#             stands DIR FIELD...    the bytes of these fields of its status, which doc/service-dir.md
#                                    names, in hexadecimal
#             deaths DIR             how often a process of it has exited in this session
#             bytes FILE FROM COUNT  in hexadecimal
#             lines FILE COUNT       the file has at least so many lines
#             field PID NAME         of /proc/PID/status
#             slept                  by ./trace (of poll, clock_nanosleep): it waited for a time, and it was over
#             fds PID                how many descriptors it has open
# Running:    supervising DIR        starts supervise and waits for it; its pid in $supervisor
#             scanning DIR           starts svscan; its pid in $scanner
#             engine                 the pid of $scanner's engine
#             another_engine PID     whether it has one, and not that
#             new_engine [NAME]      kills the engine, and waits for the next one, which has NAME (web)
#             up DIR...              waits until each is up
#             is_ready NAME          by svstat: up, and ready as far as it says
#             is_not_ready NAME      it is up, and does not
#             events_of NAME         what has happened to it, a word each
#             changed DIR PID        it is up with another pid than PID
# Folder:     setup_folder           a test's setup: ./service for links, ./srv for what they lead to
#             setup_names            the same, for tests that call services by name: ./service in
#                                    $SVDIR
#             looked_after           svscan on ./service, what it says into ./messages; its pid in
#                                    $scanner
#             deploy NAME [LINE...]  makes srv/NAME with a run script of these lines, and links it
#             rules NAME [LINE...]   srv/NAME has a service.toml of these lines
#             other_program NAME [LINE...]
#                                    a program of ours is a script of these lines, or not there: the
#                                    engine starts those that stand beside it
#             rests NAME             it is down, and nothing but a command will start it
# Network:    a_port [VARIABLE...]   a port of this test's own, $port if nothing is named: the kernel
#                                    chooses it, and gives it to nobody else
#             listening PORT         waits until somebody listens there
# Rhythm:     $born                  shell for a run script: prints when its process was made, in ms
#             too_soon FILE          says so of each of these times that is not a second after the
#                                    one before
# Ending:     end PID [SIGNAL]       kills a process this shell started (KILL), says how it ended
#             left PID               waits until it has exited by itself, says how

# shellcheck disable=SC2034,SC2154 # names that are for the tests, or from lib.bash

says() { [[ $(svstat "$1") =~ $2 ]]; }

is_ready() { says "service/$1" '^service/[^ ]*: up .pid [0-9]*. [0-9]* seconds(, normally down)?$'; }

is_not_ready() { says "service/$1" ' seconds, not ready$'; }

events_of() { holdfast events --json "$1" | sed -n 's/.*"event":"\([a-z-]*\)".*/\1/p'; }

pid_of() {
    if [[ $(svstat "$1") =~ 'up (pid '([0-9]+)')' ]]; then echo "${BASH_REMATCH[1]}"; fi
}

deaths() {
    if [[ $(holdfast status --json "$1") =~ '"deaths": '([0-9]+) ]]; then echo "${BASH_REMATCH[1]}"; fi
}

stands() {
    local dir=$1 table field range
    shift
    table=$(<"$hf_root/doc/service-dir.md")
    for field; do
        [[ $table =~ $'\n| '([0-9-]+)" | $field | " ]] || return 1
        range=${BASH_REMATCH[1]}
        bytes "$dir/supervise/status" "${range%-*}" $((${range#*-} - ${range%-*} + 1))
    done
}

# shellcheck disable=SC2005,SC2046 # in one line, with one space between them
bytes() { echo $(od -An -v -tx1 -j "$2" -N "$3" "$1"); }

lines() { [ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; }

field() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }

fds() { find "/proc/$1/fd" -type l 2>/dev/null | wc -l; }

supervising() {
    start supervise "$1"
    supervisor=$started
    wait_for svok "$1"
}

scanning() {
    start svscan "$@"
    scanner=$started
}

# The oldest: a newborn bears the name, too, until it executes.
engine() {
    local pid name
    for pid in $(<"/proc/$scanner/task/$scanner/children"); do
        read -r name <"/proc/$pid/comm" || continue
        if [ "$name" = holdfast-engine ]; then echo "$pid" && return; fi
    done 2>/dev/null
    return 1
}

# Asked once: between two answers the old one may have gone, and no other be there.
another_engine() {
    local now
    now=$(engine)
    [ -n "$now" ] && [ "$now" != "$1" ]
}

new_engine() { # [NAME]
    local old
    old=$(engine)
    kill -KILL "$old"
    wait_for another_engine "$old"
    wait_for svok "service/${1:-web}"
}

# By the kernel, in ticks of 10 ms: however long a loaded machine takes to execute it.
# shellcheck disable=SC2016 # for the script
born='set -- $(cat /proc/$$/stat); echo "${22}0"'

too_soon() {
    local last=-1000 each
    while read -r each; do
        if [ $((each - last)) -lt 990 ]; then echo "too soon: after $((each - last)) ms"; fi
        last=$each
    done <"$1"
}

setup_folder() {
    hf_setup
    PATH=$PATH:$ORACLE_BIN # multilog, where ours is not built
    mkdir service srv
}

setup_names() {
    setup_folder
    export SVDIR=$PWD/service
}

looked_after() {
    start svscan service 2>>messages
    scanner=$started
}

other_program() {
    local name=$1
    shift
    cp -a "$HF_BIN" programs
    rm -f "programs/$name"
    if [ $# != 0 ]; then
        printf '%s\n' "$@" >"programs/$name"
        chmod 755 "programs/$name"
    fi
    PATH=$PWD/programs:$PATH
}

deploy() {
    local name=$1
    shift
    if [ ! -d "srv/$name" ]; then mkdir -p "srv/$name"; fi
    printf '%s\n' "${@:-#!/bin/sh}" >"srv/$name/run"
    if [ $# = 0 ]; then echo 'exec sleep 99' >>"srv/$name/run"; fi
    chmod 755 "srv/$name/run"
    ln -s "../srv/$name" service/
}

# As an editor does, in one step.
rules() {
    local name=$1
    shift
    printf '%s\n' "$@" >"srv/$name/new.toml"
    mv "srv/$name/new.toml" "srv/$name/service.toml"
}

rests() { says "service/$1" "^service/$1: down" && [ "$(stands "service/$1" state)" = 64 ]; } # 'd'

# It is held by a socket that is bound and does not listen. A server with SO_REUSEADDR may still have
# it, as nearly all set it.
a_port() { # [VARIABLE...]
    local each started
    for each in "${@:-port}"; do
        start /usr/bin/python3 -c 'import signal, socket
held = socket.socket()
held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
held.bind(("", 0))
print(held.getsockname()[1], flush=True)
signal.pause()' >"$hf_test/$each"
        wait_for test -s "$hf_test/$each"
        printf -v "$each" %s "$(<"$hf_test/$each")"
    done
}

listening() { wait_for "(exec 3<>/dev/tcp/127.0.0.1/$1)"; }

slept() { grep -qE ', [1-9][0-9]*\) += 0 \(Timeout\)|clock_nanosleep.*= 0$' trace; }

up() {
    local each
    for each in "$@"; do wait_for says "$each" ': up \(pid'; done
}

changed() {
    [[ $(svstat "$1") =~ 'up (pid '([0-9]+)')' ]] && [ "${BASH_REMATCH[1]}" != "$2" ]
}

end() { hf_how_it_ended "$1" "kill -${2:-KILL} $1"; }

left() {
    wait_for gone "$1"
    hf_how_it_ended "$1" :
}

# bash would tell of a killed child on standard error.
hf_how_it_ended() { # PID COMMAND
    local code=0
    { $2 && wait "$1" || code=$?; } 2>/dev/null
    echo "ended with $code"
}
