# SPDX-License-Identifier: MIT
# A holdfast-checker to ask, and servers for it to check.
# shellcheck disable=SC2034,SC2154 # what the tests read, and the variables of lib.bash

# Starts it, between descriptors 8 and 9; what it is started by, if anything, comes first.
checker() { # [COMMAND...]
    mkfifo requests answers
    exec 8<>requests 9<>answers
    # shellcheck disable=SC2016
    start sh -c 'exec "$@" <requests >answers 8>&- 9>&-' sh "$@" holdfast-checker
    checker=$started
    is_greeted
}

is_greeted() {
    local title
    read -r -t "${HF_PATIENCE:-10}" title <&9
    [ "$title" = "holdfast-checker 1" ]
}

ask() { # REQUEST...
    printf '%s\n' "$@" >&8
}

# The next answer, without its times: 'ID VERDICT TEXT'. These go to $took and $late.
next_answer() {
    local line
    read -r -t "${HF_PATIENCE:-10}" line <&9 || { echo "no answer" && return 1; }
    [[ $line =~ ^([0-9]+\ [a-z]+)\ ([0-9]+)\ ([0-9]+)(.*)$ ]] || { echo "not one: $line" && return 1; }
    took=${BASH_REMATCH[2]} late=${BASH_REMATCH[3]} answer=${BASH_REMATCH[1]}${BASH_REMATCH[4]}
}

# The next answers are these, in this order.
answers() { # ANSWER...
    local expected
    for expected; do
        next_answer || return 1
        [ "$answer" = "$expected" ] || { echo "$answer, not $expected" && return 1; }
    done
}

# The same in any order.
answers_are() { # ANSWER...
    local expected=("$@") all=() each
    for each; do
        next_answer || return 1
        all+=("$answer")
    done
    diff -u <(printf '%s\n' "${expected[@]}" | sort) <(printf '%s\n' "${all[@]}" | sort)
}

# A server of server.py in the folder NAME. Its pid is in $started.
server() { # NAME ADDRESS HOW [TEXT]
    mkdir "$1"
    cd "$1" || return 1
    mkfifo gate
    start python3 "$hf_root/test/system/server.py" "${@:2}" 8>&- 9>&-
    cd ..
    wait_for test -e "$1/address"
}

# Where it listens.
at() { cat "$1/address"; }

# http_answer [BODY [HEADER...]]: an answer with status 200, for server.py.
http_answer() {
    printf 'HTTP/1.1 200 OK\\r\\n'
    [ $# -lt 2 ] || printf '%s\\r\\n' "${@:2}"
    printf '\\r\\n%s' "${1-}"
}
