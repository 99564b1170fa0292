# SPDX-License-Identifier: MIT
# What it means to be a program that holds on to another: sessions, locks, background children.
load lib

# pid, process group and session of the child.
show_identity() {
    pgrphack sh -c 'read -r pid name state parent group session rest </proc/$$/stat
        if [ $pid = $group ] && [ $pid = $session ]; then echo leads both; else echo does not; fi
        exit 9'
}

@test "P01 pgrphack: the child leads a session and a group of its own; its exit code passes" {
    same show_identity
    shows '> leads both' '= 9'
}

group_leader() {
    pgrphack pgrphack sh -c 'echo runs'
}

@test "pgrphack: one who already leads is no error" {
    same group_leader
    shows '> runs' '= 0'
}
