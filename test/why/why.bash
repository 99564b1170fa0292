# SPDX-License-Identifier: MIT
# Words for tests of `holdfast why` and `holdfast check`: broken deployments on real processes.
#
# Building:  looked_after           starts svscan on ./service
#            deploy NAME [LINE...]  makes srv/NAME with a run script of these lines, and links it
#            log NAME [LINE...]     gives it a logger (multilog t ./main by default)
#            python NAME FILE       writes srv/NAME/FILE from standard input
#            died NAME              waits until it has ended at least once
#            listening PORT         waits until somebody listens there
# Asking:    cause NAME CAUSE CODE [OPTION...]  `why` gives exactly this first cause and exit code,
#                                   within two seconds
#            finds NAME CAUSE CODE [OPTION...]  the same of `check`
#            well NAME [OPTION...]  `why` says that nothing is wrong
#            says_too TEXT          ... and the last answer has this text in it

# shellcheck disable=SC2034,SC2154 # names that are for the tests, or from the other files
load ../system/lib
load ../system/services

setup() {
    hf_setup
    PATH=$PATH:$ORACLE_BIN # multilog, where ours is not built
    mkdir service srv
}

looked_after() {
    start svscan service 2>>messages
    scanner=$started
}

deploy() {
    local name=$1
    shift
    mkdir -p "srv/$name"
    printf '%s\n' "${@:-#!/bin/sh}" >"srv/$name/run"
    if [ $# = 0 ]; then echo 'exec sleep 99' >>"srv/$name/run"; fi
    chmod 755 "srv/$name/run"
    ln -s "../srv/$name" service/
}

log() {
    local name=$1
    shift
    mkdir -p "srv/$name/log"
    printf '%s\n' '#!/bin/sh' "${@:-exec multilog t ./main}" >"srv/$name/log/run"
    chmod 755 "srv/$name/log/run"
}

python() { cat >"srv/$1/$2"; }

died() { wait_for "[ \"\$(od -An -tu4 -j68 -N4 service/$1/supervise/status)\" -ge ${2:-1} ]"; }

listening() { wait_for "(exec 3<>/dev/tcp/127.0.0.1/$1)"; }

cause() { answers why "$@"; }
finds() { answers check "$@"; }

answers() { # COMMAND NAME CAUSE CODE [OPTION...]
    local command=$1 name=$2 expected=$3 code=$4 begin rc=0 found
    shift 4
    begin=${EPOCHREALTIME/./}
    holdfast "$command" "$name" --folder service --json "$@" >answer 2>answer.err || rc=$?
    took=$((${EPOCHREALTIME/./} - begin))
    found=$(sed -n 's/^  "cause": "*\([^",]*\)"*,$/\1/p' answer)
    if [ "$found" != "$expected" ] || [ "$rc" != "$code" ] || [ -s answer.err ]; then
        echo "expected $expected ($code), got $found ($rc):"
        holdfast "$command" "$name" --folder service "$@" || true
        cat answer.err
        return 1
    fi
    if [ "$took" -gt "${HF_WHY_LIMIT:-2000000}" ]; then
        echo "it took $took microseconds"
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
