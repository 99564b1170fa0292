# SPDX-License-Identifier: MIT
# Words for tests of `holdfast why` and `holdfast check`: broken deployments on real processes.
#
# Building:  looked_after, deploy, a_port, listening: see services.bash
#            log NAME [LINE...]     gives it a logger (multilog t ./main by default)
#            python NAME FILE       writes srv/NAME/FILE from standard input
#            died NAME              waits until it has exited at least once
#            tried_once NAME        it has exited, or could not be started
# Asking:    cause NAME CAUSE CODE [OPTION...]  `why` gives exactly this first cause and exit code
#            finds NAME CAUSE CODE [OPTION...]  the same of `check`
#            well NAME [OPTION...]  `why` says that nothing is wrong
#            apart_network FUNCTION [ARG...]  apart (see lib.bash), and in a network of its own
#            tried SECTION          each remedy of this section of remedies.md leads where it says there
#            says_too TEXT          ... and the last answer has this text in it

# shellcheck disable=SC2034,SC2154 # names that are for the tests, or from the other files
load ../system/lib
load ../system/services

setup() { setup_folder; }

log() {
    local name=$1
    shift
    mkdir -p "srv/$name/log"
    printf '%s\n' '#!/bin/sh' "${@:-exec multilog t ./main}" >"srv/$name/log/run"
    chmod 755 "srv/$name/log/run"
}

python() { cat >"srv/$1/$2"; }

# A start has failed, or its process has ended.
tried_once() { svok "service/$1" && [ "$(stands "service/$1" ending)" != 2d ]; }

died() { wait_for "[ \"\$(deaths service/$1)\" -ge ${2:-1} ]"; }

# Like apart, and with a network of its own.
apart_network() {
    export -f deploy looked_after a_port python up says listening cause answers says_too server
    apart in_own_network "$@"
}
in_own_network() {
    # shellcheck disable=SC2163 # the function's name is what is in it
    export -f "$1"
    unshare --net "$BASH" -c '"$@"' apart "$@"
}

cause() { answers why "$@"; }
finds() { answers check "$@"; }

answers() { # COMMAND NAME CAUSE CODE [OPTION...]
    local command=$1 name=$2 expected=$3 code=$4 rc=0 found
    shift 4
    holdfast "$command" "$name" --folder service --json "$@" >answer 2>answer.err || rc=$?
    found=$(sed -n 's/^  "cause": "*\([^",]*\)"*,$/\1/p' answer)
    if [ "$found" != "$expected" ] || [ "$rc" != "$code" ] || [ -s answer.err ]; then
        echo "expected $expected ($code), got $found ($rc):"
        holdfast "$command" "$name" --folder service "$@" || true
        cat answer.err
        return 1
    fi
}

well() {
    local name=$1
    shift
    answers why "$name" null 0 "$@"
}

says_too() {
    if grep -qF -e "$1" answer; then return 0; fi
    echo "not in the answer: $1"
    cat answer
    return 1
}

tried() {
    needs_root
    "$hf_root/test/why/try_remedies" "$hf_root/test/why/remedies.md" "$1"
}
