# SPDX-License-Identifier: MIT
# softlimit against /proc/self/limits.
# shellcheck disable=SC2016,SC2154 # scripts in quotes; variables of lib.bash
load lib

# Both sides start with the same limits, each soft one below its hard one, whatever the machine has.
with_known_limits() {
    prlimit --pid $BASHPID --as=790000000:800000000 --core=600:700 --data=690000000:700000000 \
        --fsize=590000000:600000000 --memlock=10000:500000 --nofile=400:500 --nproc=3000:4000 \
        --rss=590000000:600000000 --stack=8000000:500000000 --cpu=900:1000
}

show_limits() {
    softlimit "$@" cat /proc/self/limits |
        grep -E '^Max (cpu|file s|data|stack|core|res|proc|open|locked|address)'
}

each_letter() {
    with_known_limits
    for option in -a300000000 -c100 -d300000000 -f1000000 -l20000 -o20 -p300 -r5000000 -s900000 \
        -t500 -m300000000; do
        echo "$option"
        show_limits "$option"
    done
}

@test "M01, M03 each letter lowers its own soft limit; -m four of them" {
    needs_root # raising what the machine may have set lower
    same each_letter
    has '> Max data size             300000000            700000000            bytes     '
    has '> Max locked memory         500000               500000               bytes     '
    has '> Max open files            20                   500                  files     '
}

only() { # RESOURCE OPTION...
    local resource=$1
    shift
    softlimit "$@" cat /proc/self/limits | grep "^Max $resource"
}

values() {
    with_known_limits
    only 'open files' -o 100000   # clamped
    only 'open files' -o 40 -o =  # the hard limit
    only 'open files' -o 90 -o 70 # the last
    only 'core file' -c ''        # 0
    only 'core file' -c018446744073709551615
    only 'processes' -p 18446744073709551615
    for value in 1k 0x10 +1 -1 ' 1' '1 ' == 1=; do try softlimit -o "$value" true; done
    try softlimit -p0 true
    try softlimit -o 50 -- sh -c 'exit 4'
    try softlimit -o 50
    try softlimit - true
    try softlimit sh -c 'exit 4'
}

@test "M02 clamping, =, the last wins, what is no number" {
    needs_root
    same values
    has '> Max open files            500                  500                  files     '
    has '> Max open files            70                   500                  files     '
    has '> rc 100'
    has '> rc 4'
}

hard_limit_stays() {
    with_known_limits
    softlimit -o 50 softlimit -o 400 cat /proc/self/limits | grep 'open files'
    softlimit -o 50 softlimit -o = cat /proc/self/limits | grep 'open files'
}

@test "M02 the hard limit is never touched: a later softlimit can raise again" {
    needs_root
    same hard_limit_stays
    shows '> Max open files            400                  500                  files     ' \
        '> Max open files            500                  500                  files     ' '= 0'
}

too_large() {
    with_known_limits
    only 'open files' -o 18446744073709551626 # 2^64 + 10
    only 'core file' -c 99999999999999999999999
}

@test "a number too large to hold means the hard limit, it does not wrap to a small one" {
    needs_root
    differs too_large \
        --ours '> Max open files            500                  500                  files     ' \
        '> Max core file size        700                  700                  bytes     ' '= 0' \
        --oracle '> Max open files            10                   500                  files     ' \
        '> Max core file size        700                  700                  bytes     ' '= 0'
}

tiny_limits() {
    for option in -a0 -d0 -m0 -s0 -o0; do
        # The program may die in exec or in the loader, by whatever signal or code.
        { softlimit "$option" true 2>said; } 2>/dev/null
        echo "$option $(grep softlimit: said)"
        softlimit "$option" ./nonexistent 2>said
        echo "$option $(grep softlimit: said)"
    done
}

@test "limits too small to live on are set all the same, and a failing exec still told" {
    same tiny_limits
    has '> -m0 softlimit: fatal: unable to run ./nonexistent: file does not exist'
}
