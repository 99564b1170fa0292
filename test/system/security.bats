# SPDX-License-Identifier: MIT
# Root's svscan over directories that other users may write: `supervise` was given to the service's
# user. What he puts there costs his own service, and nobody else; it is never followed, waited for
# or read without end. doc/security.md names these tests.
# shellcheck disable=SC2016,SC2034,SC2154 # scripts of services; names that are for others, or from others
load lib
load services

as_user() { setpriv --reuid nobody --regid nogroup --clear-groups "$@"; }

# Two services, of which nobody owns all in the supervise directory of the first.
given_away() {
    mkdir sv
    service sv/bad
    service sv/good
    start setpriv --reuid 0 sh -c 'ulimit -v 400000; exec svscan sv' 2>words
    scanner=$started
    up sv/bad sv/good
    chown -R nobody sv/bad/supervise
}

# A new engine has to take what stands there now.
engine_anew() {
    local before
    before=$(engine)
    kill -KILL "$before"
    wait_for another_engine "$before"
    wait_for svok sv/good
}

good_goes_on() {
    local before
    before=$(pid_of sv/good)
    svc -t sv/good
    wait_for changed sv/good "$before"
    echo the other goes on
}

in_place_of() { # FILE COMMAND...: what COMMAND makes of the name FILE in supervise
    given_away
    (cd sv/bad/supervise && rm -f "$1" && as_user sh -c "$2")
    before=$(pid_of sv/good)
    engine_anew
    [ "$(pid_of sv/good)" = "$before" ] && echo the same process
    good_goes_on
    svc -dx sv/bad 2>/dev/null
    kill "$(cat sv/bad/pid 2>/dev/null)" 2>/dev/null
    good_goes_on
    end "$scanner" TERM
    return 0
}

# name | what its owner makes of it
replacements='
status  | ln -s /dev/zero status
status  | ln -s /dev/tty status
status  | truncate -s 1T status
status  | mkfifo status
status  | mkdir status
lock    | ln -s ../../good/supervise/lock lock
lock    | mkfifo lock
control | ln -s ../../good/supervise/control control
control | touch control
ok      | ln -s /dev/zero ok
status.new | ln -s /dev/zero status.new
status.new | mkfifo status.new
'

@test "whatever a user puts in place of a file in supervise, the other services go on" {
    needs_root
    while IFS='|' read -r file command; do
        if [ -z "$command" ]; then continue; fi
        ours in_place_of ${file} "$command"
        shows '> the same process' '> the other goes on' '> the other goes on' '> ended with 0' \
            '= 0' || { echo "with$command" && return 1; }
    done <<<"$replacements"
}

# What root alone may read and write, in the place where the engine or a newborn writes.
aimed_at_secret() { # NAME COMMAND
    given_away
    echo "only root's" >secret
    chmod 600 secret
    service sv/bad/log 'exec cat >>../out'
    sed -i '2i echo said by the service' sv/bad/run
    up sv/bad/log
    chown -R nobody sv/bad/supervise
    (cd sv/bad/supervise && eval "$2")
    [ -L sv/bad/supervise/"$1" ] && chown -h nobody sv/bad/supervise/"$1"
    svc -t sv/bad 2>/dev/null
    good_goes_on
    engine_anew
    good_goes_on
    cat secret
    stat -c '%U %a' secret
    for process in /proc/[0-9]*; do
        find "$process/fd" -lname "$PWD/secret" -printf 'opened by %p\n' 2>/dev/null
    done
    end "$scanner" TERM >/dev/null
    return 0
}

@test "no file of root's is opened through a link or a second name in supervise" {
    needs_root
    for name in status control ok log lock status.new; do
        for kind in 'ln -sf' 'ln -f'; do
            ours aimed_at_secret "$name" "$kind ../../../secret $name"
            shows '> the other goes on' '> the other goes on' "> only root's" '> root 600' '= 0' ||
                { echo "with $kind to $name" && return 1; }
        done
    done
}

link_of_a_stranger() {
    mkdir sv victim
    service sv/good
    service sv/bad
    ln -s ../../victim sv/bad/supervise
    chown -h nobody sv/bad/supervise
    scanning sv 2>words
    up sv/good
    wait_for lines words 1
    cat words
    ls victim
    chown -h root sv/bad/supervise
    up sv/bad
    ls victim
}

@test "supervise is a link: followed if root made it, not if somebody else did" {
    needs_root
    ours link_of_a_stranger
    shows '> supervise: fatal: unable to acquire bad/supervise/lock: symbolic link loop' \
        '> control' '> lock' '> ok' '> status' '= 0'
}

tree_of_a_user() {
    mkdir sv state
    service sv/a
    ln -s ../../state sv/a/supervise
    chown -hR nobody sv state
    start setpriv --reuid nobody --regid nogroup --clear-groups "$(command -v svscan)" sv
    wait_for 'as_user svstat sv/a | grep -q ": up"'
    as_user svc -d sv/a
    wait_for 'as_user svstat sv/a | grep -q ": down"'
    as_user svstat sv/a
    svstat sv/a
}

@test "a user's own tree: he follows his own links, and root does not" {
    needs_root
    ours tree_of_a_user
    shows '> sv/a: down S seconds, normally up' \
        '> sv/a: unable to open supervise/ok: symbolic link loop' '= 0'
}

removed() { # COMMAND
    mkdir sv
    service sv/a 'echo said; echo $$ >>starts; exec sleep 1000'
    service sv/a/log 'exec cat >>../out'
    scanning sv 2>words
    up sv/a sv/a/log
    before=$(pid_of sv/a)
    eval "$1"
    kill "$before"
    wait_for lines sv/a/starts 2
    up sv/a
    wait_for lines sv/a/out 2
    svc -d sv/a
    wait_for says sv/a ': down'
    svstat sv/a
    svc -u sv/a
    wait_for lines sv/a/out 3
    end "$scanner" TERM
    cat words
}

@test "supervise is removed while the service runs: it is made anew, and the service restarted" {
    ours removed 'rm -r sv/a/supervise'
    shows '> sv/a: down S seconds, normally up' '> ended with 0' \
        '> supervise: warning: a/supervise was removed or replaced: making it again' '= 0'
    ours removed 'mv sv/a/supervise sv/a/old; mkdir sv/a/supervise'
    shows '> sv/a: down S seconds, normally up' '> ended with 0' \
        '> supervise: warning: a/supervise was removed or replaced: making it again' '= 0'
}

# Root's multilog in a directory of another user, who puts links there.
log_of_a_user() {
    mkdir main
    echo "only root's" >secret
    chmod 600 secret
    chown nobody main
    for name in current state lock previous processed newstate; do
        rm -f main/*
        as_user ln -s "$PWD/secret" "main/$name"
        (seq 1 2000 | timeout 5 multilog s4096 "!tr a b" ./main) 2>/dev/null
    done
    rm -f main/*
    ln secret main/current
    (seq 1 2000 | timeout 5 multilog s4096 ./main) 2>/dev/null
    rm -f main/*
    as_user ln -s "$PWD/secret" main/link
    ln secret main/name
    for name in link name; do (seq 1 3 | timeout 5 multilog "=main/$name") 2>&1; done
    seq 1 3 | multilog =main/own && head -c 2 main/own
    cat secret
    stat -c '%U %a' secret
}

@test "root's multilog writes through no link in the directory of a log's user" {
    needs_root
    ours log_of_a_user
    shows '> multilog: fatal: unable to create main/link: a link, or the wrong kind of file' \
        '> multilog: fatal: unable to create main/name: a link, or the wrong kind of file' \
        '> 3' "> only root's" '> root 600' '= 0'
}

# The same while there is something to compress, or to go on with.
compressed_log_of_a_user() {
    mkdir main
    chown nobody main
    echo "only root's" >secret
    chmod 744 secret
    for attack in 'ln -s ../secret compressing' 'ln ../secret compressing' \
        'ln -s ../secret @400000006b0746eb0c87830b.s' 'ln ../secret @400000006b0746eb0c87830b.s' \
        'mkfifo @400000006b0746eb0c87830b.s'; do
        rm -f main/*
        echo old >main/@400000006b0746eb0c87830c.s
        (cd main && eval "$attack")
        (cd main && timeout 5 multilog-zstd 3) 2>>words
        zstd -dcf main/*.zst 2>/dev/null
    done
    for name in journal current state processed newstate previous; do
        rm -f main/*
        ln secret "main/$name"
        ln secret main/@400000006b0746eb0c87830c.u
        (seq 1 2000 | timeout 5 multilog s4096 "!tr a b" ./main) 2>>words
    done
    cat secret
    stat -c '%U %a' secret
    sort words | uniq -c
}

@test "root's compressor reads and writes through no link, and takes no second name for a log's own" {
    needs_root
    ours compressed_log_of_a_user
    shows '> old' '> old' '> old' "> only root's" '> root 744' \
        '>       2 multilog-zstd: fatal: unable to create compressing: a link, or the wrong kind of file' \
        '>       1 multilog: fatal: unable to append to ./main/current: a link, or the wrong kind of file' \
        '= 0'
}

# A process of nobody chooses its directory; what the engine seeks there is a link of his to a record.
elsewhere() {
    mkdir -p sv home/supervise
    chown -R nobody home
    service sv/good
    service sv/bad "cd $PWD/home; exec setpriv --reuid nobody --regid nogroup --clear-groups sleep 1000"
    scanning sv 2>words
    up sv/bad sv/good
    before=$(pid_of sv/bad)
    cp sv/bad/supervise/status home/record
    chmod 644 home/record
    as_user ln -s ../record home/supervise/status
    engine_anew
    [ "$(pid_of sv/bad)" = "$before" ] && echo the same process
    good_goes_on
    end "$scanner" TERM
}

@test "no link is followed in the directory that a service's process has gone to" {
    needs_root
    ours elsewhere
    shows '> the same process' '> the other goes on' '> ended with 0' '= 0'
}

# Writes into STATUS that the service is the process PID, as its owner could.
forge() { # STATUS PID
    cat >forge.py <<'PYTHON'
import os, struct, sys
path, pid = sys.argv[1], int(sys.argv[2])
b = bytearray(open(path, 'rb').read(4096))
size = struct.unpack_from('<H', b, 20)[0]
born = int(open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()[19]) * (10**9 // os.sysconf('SC_CLK_TCK'))
b[12:16] = struct.pack('<I', pid)
b[16] = 0
b[17] = ord('u')
b[19] = ord('u')
b[22] = 0
for at, add in ((32, 0), (40, 10**7), (48, 10**7)):
    b[at:at + 8] = struct.pack('<Q', born + add)
h = 2166136261
for i, c in enumerate(b[:size]):
    if not 24 <= i < 28:
        h = ((h ^ c) * 16777619) & 0xffffffff
b[24:28] = struct.pack('<I', h)
os.pwrite(os.open(path, os.O_WRONLY), bytes(b), 0)
PYTHON
    chmod 644 forge.py
    as_user /usr/bin/python3 forge.py "$1" "$2"
}

forged() {
    given_away
    sleep 1000 &
    stranger=$!
    good=$(pid_of sv/good)
    for victim in "$stranger" "$good"; do
        as_user svc -dx sv/bad
        wait_for '! svok sv/bad'
        forge sv/bad/supervise/status "$victim"
        up sv/bad
        [ "$(pid_of sv/bad)" != "$victim" ] && echo not adopted
        forge sv/bad/supervise/status "$victim"
        engine_anew
        wait_for svok sv/bad
        as_user svc -k sv/bad
        wait_for svok sv/bad
    done
    [ "$(pid_of sv/good)" = "$good" ] && kill -0 "$stranger" && echo both live
    kill "$stranger"
    end "$scanner" TERM
}

@test "a record that somebody else has written is no reason to adopt or signal a process" {
    needs_root
    ours forged
    shows '> not adopted' '> not adopted' '> both live' '> ended with 0' '= 0'
}

given_away_and_killed() {
    given_away
    before=$(pid_of sv/bad)
    kill -KILL "$(engine)"
    wait_for svok sv/bad
    [ "$(pid_of sv/bad)" = "$before" ] && echo the same for the next engine
    end "$scanner" KILL
    wait_for '! svok sv/bad'
    scanning sv 2>>words
    up sv/bad
    [ "$(pid_of sv/bad)" = "$before" ] && echo the same for the next svscan
    svc -d sv/bad
    wait_for gone "$before"
    end "$scanner" TERM
}

@test "a service whose supervise was given away is the same process for the next engine and svscan" {
    needs_root
    ours given_away_and_killed
    has '> the same for the next engine'
    has '> the same for the next svscan'
    has '> ended with 0'
}
