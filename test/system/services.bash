# SPDX-License-Identifier: MIT
# Words for tests about supervised services, beside those of lib.bash.
#
# Asking:     says DIR REGEX         svstat's line about DIR matches
#             pid_of DIR             the service's pid by svstat; nothing when it is down
#             bytes FILE FROM COUNT  in hexadecimal
#             lines FILE COUNT       the file has at least so many lines
#             field PID NAME         of /proc/PID/status
#             fds PID                how many descriptors it has open
# Running:    supervising DIR        starts supervise and waits for it; its pid in $supervisor
#             scanning DIR           starts svscan; its pid in $scanner
#             engine                 the pid of $scanner's engine
#             up DIR...              waits until each is up
#             changed DIR PID        it is up with another pid than PID
# Ending:     end PID [SIGNAL]       kills a process this shell started (KILL), says how it ended
#             left PID               waits until it has ended by itself, says how

# shellcheck disable=SC2034,SC2154 # names that are for the tests, or from lib.bash

says() { svstat "$1" | grep -qE -e "$2"; }

pid_of() { svstat "$1" | sed -n 's/.*up (pid \([0-9]*\)).*/\1/p'; }

bytes() { od -An -v -tx1 -j "$2" -N "$3" "$1" | tr -d '\n' | sed 's/^ //' && echo; }

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

# A newborn bears the name, too, until it executes; it is younger.
engine() { pgrep -o -P "$scanner" -x holdfast-engine; }

up() {
    local each
    for each in "$@"; do wait_for says "$each" ': up \(pid'; done
}

changed() {
    local now
    now=$(pid_of "$1")
    [ -n "$now" ] && [ "$now" != "$2" ]
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
