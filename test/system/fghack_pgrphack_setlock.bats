# SPDX-License-Identifier: MIT
# What it means to be a program that holds on to another: sessions, locks, background children.
# shellcheck disable=SC2016,SC2154 # scripts in quotes; variables of lib.bash
load lib

# ---- fghack ----

exit_codes() {
    try fghack sh -c 'exit 7'
    try fghack true
    try fghack sh -c 'kill -9 $$'
    echo in | try fghack cat
}

@test "F01 fghack passes the exit code on; a killed child has crashed" {
    same exit_codes
    shows '> rc 7' '> rc 0' '> rc 111' '> in' '> rc 0' '! fghack: fatal: child crashed' '= 0'
}

waits_for_holders() {
    mkfifo go
    start fghack sh -c '(read -r word <go; echo $word >said) & exit 3'
    echo background >go # blocks until the holder is there
    try wait "$started"
    cat said
}

@test "F01 fghack waits for what the child left in the background, then exits with its code" {
    same waits_for_holders
    shows '> rc 3' '> background' '= 0'
}

descriptors() {
    fghack sh -c 'ls -l /proc/$$/fd >list; grep -c pipe: list'
}

@test "F01 fghack spends no descriptors on its child, not 31" {
    differs descriptors --ours '> 0' '= 1' --oracle '> 31' '= 0'
}

daemon_without_descriptors() {
    mkfifo go
    start fghack sh -c 'setsid bash -c "
        for fd in /proc/self/fd/*; do eval \"exec \${fd##*/}>&-\"; done
        echo >closed; read -r word <go; echo \$word >said" & exit 3'
    wait_for test -e closed
    if [ "$side" = oracle ]; then wait_for gone "$started"; fi
    if gone "$started"; then echo left early; fi
    echo released >go
    wait_for test -s said
    try wait "$started"
}

@test "fghack notices a daemon with a session of its own that closes every descriptor" {
    differs daemon_without_descriptors \
        --ours '> rc 3' '= 0' --oracle '> left early' '> rc 3' '= 0'
}

# The trap's file says that the signal arrived; `ready`, that the trap is set.
forwarding() {
    for signal in TERM INT HUP QUIT ALRM USR1 USR2 WINCH; do
        rm -f ready
        start fghack sh -c "trap 'echo $signal >>got; exit 0' $signal
            echo >ready; while :; do sleep 0.01; done"
        wait_for test -e ready
        kill -s "$signal" "$started"
        try wait "$started"
    done
    cat got
}

@test "fghack forwards signals to its child" {
    ours forwarding
    shows '> rc 0' '> rc 0' '> rc 0' '> rc 0' '> rc 0' '> rc 0' '> rc 0' '> rc 0' \
        '> TERM' '> INT' '> HUP' '> QUIT' '> ALRM' '> USR1' '> USR2' '> WINCH' '= 0'
}

forwarding_to_a_daemon() {
    start fghack sh -c 'sh -c "trap \"echo TERM >got; exit 9\" TERM
        echo >ready; while :; do sleep 0.01; done" & exit 4'
    wait_for test -e ready
    wait_for '[ "$(ps -o stat= --ppid '"$started"' | grep -vc Z)" = 1 ]'
    wait_for '! ps -o args= --ppid '"$started"' | grep -q "exit 4"'
    kill "$started"
    try wait "$started"
    cat got
}

@test "fghack forwards signals to what the child left behind, once the child is gone" {
    ours forwarding_to_a_daemon
    shows '> rc 4' '> TERM' '= 0'
}

killed_by_a_forwarded_signal() {
    start fghack sleep 99
    wait_for "ps -o comm= --ppid $started | grep -qx sleep"
    child=$(ps -o pid= --ppid "$started" | tr -d ' ')
    kill "$started"
    try wait "$started"
    if gone "$child"; then echo child gone; else echo child alive; fi
}

@test "TERM ends fghack as it always did, and its child too instead of leaving it" {
    differs killed_by_a_forwarded_signal \
        --ours '> rc 143' '> child gone' '= 0' --oracle '> rc 143' '> child alive' '= 0'
}

ignored_child_signal() {
    try bash -c 'trap "" CHLD; fghack sh -c "exit 6"'
}

@test "fghack works where its parent left SIGCHLD ignored" {
    ours ignored_child_signal
    shows '> rc 6' '= 0'
}

# ---- pgrphack ----

# Pid, process group and session of the child.
identity() {
    pgrphack sh -c 'read -r pid name state parent group session rest </proc/$$/stat
        if [ $pid = $group ] && [ $pid = $session ]; then echo leads both; else echo does not; fi
        exit 9'
}

@test "P01 pgrphack: the child leads a session and a group of its own; its exit code passes" {
    same identity
    shows '> leads both' '= 9'
}

group_leader() {
    pgrphack pgrphack sh -c 'echo runs'
}

@test "P01 pgrphack: one who already leads is no error" {
    same group_leader
    shows '> runs' '= 0'
}

# ---- setlock ----

lock_file() {
    umask 022
    try setlock new true
    stat -c '%a %s' new
    echo data >kept
    try setlock kept cat kept
    try setlock new sh -c 'exit 5'
    try setlock -nNxX new echo last wins
}

@test "L01 setlock makes the file 0600, keeps what is in it, passes the exit code" {
    same lock_file
    shows '> rc 0' '> 600 0' '> data' '> rc 0' '> rc 5' '> last wins' '> rc 0' '= 0'
}

busy_lock() {
    start setlock lock sh -c 'echo >ready; exec sleep 99'
    wait_for test -e ready
    try setlock -n lock echo no
    try setlock -nx lock echo no
    try setlock -xn lock echo no
    try setlock -n -X lock echo no
}

@test "L01 a busy lock: -n fails, -nx is silent" {
    same busy_lock
    shows '> rc 111' '> rc 0' '> rc 0' '> rc 111' \
        '! setlock: fatal: unable to lock lock: temporary failure' \
        '! setlock: fatal: unable to lock lock: temporary failure' '= 0'
}

unopenable() {
    mkfifo fifo
    mkdir dir
    ln -s loop loop
    for file in missing/lock fifo dir loop ''; do
        try setlock "$file" echo no
        try setlock -x "$file" echo no
    done
    try setlock -x lock ./nonexistent
    try setlock lock -- true
}

@test "L01 what cannot be opened: told, or with -x not; a failing exec is always told" {
    same unopenable
    has '! setlock: fatal: unable to open missing/lock: file does not exist'
    has '! setlock: fatal: unable to open fifo: device not configured'
    has '! setlock: fatal: unable to open dir: is a directory'
    has '! setlock: fatal: unable to run ./nonexistent: file does not exist'
    has '! setlock: fatal: unable to run --: file does not exist'
}

waits_for_the_lock() {
    mkfifo go
    start setlock lock sh -c 'echo >ready; read -r word <go; echo first >>order'
    wait_for test -e ready
    start setlock lock sh -c 'echo second >>order'
    wait_for grep -q -- "-> .*FLOCK.*:$(stat -c %i lock) " /proc/locks # somebody waits
    echo on >go
    try wait "$started"
    cat order
}

@test "L02 without -n setlock waits" {
    same waits_for_the_lock
    shows '> rc 0' '> first' '> second' '= 0'
}

kept_by_a_grandchild() {
    try setlock lock sh -c 'sleep 99 & exit 0'
    try setlock -n lock echo no
}

@test "L02 a background grandchild keeps the lock" {
    same kept_by_a_grandchild
    shows '> rc 0' '> rc 111' '! setlock: fatal: unable to lock lock: temporary failure' '= 0'
}

lock_descriptor() {
    setlock lock sh -c 'readlink /proc/$$/fd/3 | sed s#.*/##; ls /proc/$$/fd >fds; wc -l <fds'
}

@test "the child holds the lock by the lowest free descriptor" {
    same lock_descriptor
    has '> lock'
}
