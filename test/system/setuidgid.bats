# SPDX-License-Identifier: MIT
# setuidgid and envuidgid: accounts by name.
# shellcheck disable=SC2016,SC2154 # scripts in quotes; variables of lib.bash
load lib

ids() {
    umask 027
    export KEPT=kept
    cd / || exit
    # /proc: what `id` would look up again
    setuidgid nobody sh -c 'grep -E "^(Uid|Gid|Groups)" /proc/$$/status | tr -s "\t " " "
        echo "$KEPT $HOME"; umask; pwd; exit 12'
}

@test "I01 setuidgid: user, group and one supplementary group; the rest untouched" {
    needs_root
    same ids
    has '> Uid: 65534 65534 65534 65534'
    has '> Gid: 65534 65534 65534 65534'
    has '> Groups: 65534 '
    has '= 12'
}

unknown_accounts() {
    for tool in setuidgid envuidgid; do
        for account in nosuch 0 65534 root:root '' -; do try "$tool" "$account" echo no; done
    done
}

@test "I01 unknown accounts: numbers, user:group and nothing are no names" {
    same unknown_accounts
    has '! setuidgid: fatal: unknown account 0'
    has '! envuidgid: fatal: unknown account root:root'
    has '! setuidgid: fatal: unknown account '
}

not_root() {
    # The programs must be within reach of the account: the checkout may not be.
    cp "$(command -v setuidgid)" "$(command -v envuidgid)" .
    chmod 755 . setuidgid envuidgid
    try setpriv --reuid=65534 --regid=65534 --clear-groups ./setuidgid nobody echo no
    try setpriv --reuid=65534 --regid=65534 --clear-groups ./setuidgid root echo no
    try setpriv --reuid=65534 --regid=65534 --clear-groups ./envuidgid root sh -c 'echo "$UID"'
}

@test "I01 setuidgid for anyone but root: permission denied, even for one's own account" {
    needs_root
    same not_root
    has '! setuidgid: fatal: unable to setgid: permission denied'
    has '> rc 111'
}

environment() {
    env -i A=1 GID=x B=2 UID=x "$(command -v envuidgid)" daemon /usr/bin/env | sort
    try envuidgid daemon sh -c 'id -u; exit 3'
}

@test "I02 envuidgid sets GID and UID, and is nobody else for it" {
    same environment
    has '> A=1'
    has '> GID=1'
    has '> UID=1'
    has '> rc 3'
}

# An account that only this mount namespace knows.
private_account() {
    { cat /etc/passwd && echo 'holdfast-guest:x:4711:4712::/:/bin/sh'; } >passwd
    mount --bind passwd /etc/passwd
    setuidgid holdfast-guest sh -c 'grep -E "^(Uid|Gid)" /proc/$$/status | tr -s "\t " " "'
    envuidgid holdfast-guest sh -c 'echo "$UID $GID"'
}

@test "setuidgid asks the name service for the account" {
    needs_root
    same apart private_account
    shows '> Uid: 4711 4711 4711 4711' '> Gid: 4712 4712 4712 4712' '> 4711 4712' '= 0'
}

# What does not come from /etc/passwd alone is asked of the name services.
sources() {
    for sources in 'files' 'files systemd' 'files [NOTFOUND=return] systemd' 'nosuch files'; do
        sed "s/^passwd:.*/passwd: $sources/" /etc/nsswitch.conf >changed
        mount --bind changed /etc/nsswitch.conf
        strace -f -qq -e trace=execve -o calls envuidgid daemon sh -c 'echo "$UID"'
        echo "$sources: asked $(grep -c 'holdfast-account"' calls)"
        umount /etc/nsswitch.conf
    done
}

@test "accounts that do not stand in /etc/passwd alone" {
    needs_root
    ours apart sources
    shows '> 1' '> files: asked 0' '> 1' '> files systemd: asked 0' \
        '> 1' '> files [NOTFOUND=return] systemd: asked 1' '> 1' '> nosuch files: asked 1' '= 0'
}

# An account with two more groups, known to this mount namespace only.
all_groups() {
    { cat /etc/passwd && echo 'holdfast-guest:x:4711:4712::/:/bin/sh'; } >passwd
    { cat /etc/group && echo 'keys:x:4713:daemon,holdfast-guest' && echo 'logs:x:4714:holdfast-guest'; } >group
    mount --bind passwd /etc/passwd
    mount --bind group /etc/group
    for option in '' -s; do
        # shellcheck disable=SC2086 # none or one word
        setuidgid $option holdfast-guest sh -c 'grep -E "^(Uid|Gid|Groups)" /proc/$$/status | tr -s "\t " " "'
    done
}

@test "setuidgid -s gives the other groups, too" {
    needs_root
    ours apart all_groups
    shows '> Uid: 4711 4711 4711 4711' '> Gid: 4712 4712 4712 4712' '> Groups: 4712 ' \
        '> Uid: 4711 4711 4711 4711' '> Gid: 4712 4712 4712 4712' '> Groups: 4712 4713 4714 ' '= 0'
}

misuse_of_groups() {
    try setuidgid -s
    try setuidgid -s nobody
    try setuidgid -s nosuch echo no
    try setuidgid nobody -s
}

@test "setuidgid -s: misuse" {
    needs_root
    ours misuse_of_groups
    shows '> rc 100' '> rc 100' '> rc 111' '> rc 111' \
        '! setuidgid: usage: setuidgid account child' '! setuidgid: usage: setuidgid account child' \
        '! setuidgid: fatal: unknown account nosuch' \
        '! setuidgid: fatal: unable to run -s: file does not exist' '= 0'
}
