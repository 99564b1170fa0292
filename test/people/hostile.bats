# SPDX-License-Identifier: MIT
# What root only looks at may be made by somebody who wants to harm him: services of other users,
# their logs, their names. doc/security.md names these tests.
# shellcheck disable=SC2016,SC2154 # scripts of services; names that lib.bash sets
load people

@test "check and add execute no interpreter that run names" {
    mkdir home
    printf '#!/bin/sh\ntouch %s/ran\n' "$PWD" >home/sh
    chmod 755 home/sh
    for first in "#!$PWD/home/sh" "#!/usr/bin/env $PWD/home/sh" '#!/usr/bin/env sh'; do
        mkdir -p srv/web
        printf '%s\nPATH=%s/home:$PATH\nexec sleep 5\n' "$first" "$PWD" >srv/web/run
        chmod 755 srv/web/run
        PATH=$PWD/home:$PATH holdfast check srv/web || true
        [ ! -e ran ] || { echo "with $first" && return 1; }
    done
}

# An ELF file whose loader is somebody's program.
@test "check executes no loader that a program names" {
    [ "$(uname -m)" = x86_64 ] || skip "NOT RUN: makes a program for x86-64"
    mkdir -p srv/web
    printf '#!/bin/sh\ntouch %s/ran\n' "$PWD" >ld-linux.so
    chmod 755 ld-linux.so
    /usr/bin/python3 - "$PWD/ld-linux.so" >srv/web/server <<'PYTHON'
import struct, sys
loader = sys.argv[1].encode() + b"\0"
head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, 62, 1, 0, 64, 0, 0, 64, 56, 1, 64, 0, 0)
segment = struct.pack("<IIQQQQQQ", 3, 4, 120, 120, 120, len(loader), len(loader), 1)
sys.stdout.buffer.write(head + segment + loader)
PYTHON
    printf '#!/bin/sh\nexec softlimit -m 1000000 ./server\n' >srv/web/run
    chmod 755 srv/web/server srv/web/run
    holdfast check srv/web || true
    [ ! -e ran ]
}

quiet_log() { # LINE...: a service whose log has these lines
    looked_after
    deploy web '#!/bin/sh' 'exec sleep 99'
    mkdir -p srv/web/log/main
    printf '#!/bin/sh\nexec multilog t ./main\n' >srv/web/log/run
    chmod 755 srv/web/log/run
    printf '@400000006b0746eb0c87830c %b\n' "$@" >srv/web/log/main/current
}

# A user who was given `supervise` writes there that an earlier process of his service was one of
# somebody else's, which has left something behind.
@test "a record and a history that others may write have nothing of root's named or ended" {
    needs_root
    looked_after
    deploy web
    up service/web
    start setsid sh -c 'sleep 97 & echo $! >left; echo $$ >leader; exec sleep 96'
    wait_for test -s leader
    leader=$(cat leader) left=$(cat left)
    # As the newborn of a start would have written it: an earlier history with another pid.
    /usr/bin/python3 - srv/web/supervise/status "$leader" <<'END'
import struct, sys
path, pid = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, "rb").read())
at, slots = struct.unpack_from("<HH", data, 106)
for slot in range(slots):
    note = at + 32 * slot
    if data[note + 4:note + 5] != b"s": continue
    struct.pack_into("<I", data, note + 20, pid)
    check = 2166136261
    for byte in data[note:note + 28]: check = (check ^ byte) * 16777619 & 0xffffffff
    struct.pack_into("<I", data, note + 28, check)
open(path, "r+b").write(data)
END
    holdfast events web >out
    out "started, pid $leader"
    kill -KILL "$leader"
    wait_for gone "$leader"
    gives 0 holdfast why web
    out "pid $left (sleep)" # what only root can write is believed
    chown -R nobody srv/web/supervise
    gives 0 holdfast why web
    if grep -q "pid $left" out; then false; fi
    gives 0 holdfast stop --all-processes web
    if grep -q "$left" err; then false; fi
    if gone "$left"; then false; fi
}

@test "what stands in a log does not speak to a terminal; elsewhere it is as it was written" {
    quiet_log 'GET /\033]0;OWNED\a\033[2J\xc2\x9b8m' 'über'
    on_terminal holdfast logs web
    ! grep -q "$(printf '\033\\]0;OWNED')" screen || return 1
    grep -qF 'GET /^[]0;OWNED^G^[[2J\u009b8m' screen
    grep -qF 'über' screen
    gives 0 holdfast logs web
    out "$(printf 'GET /\033]0;OWNED\a\033[2J')"
}

@test "names of services and of processes do not speak to a terminal" {
    looked_after
    deploy "$(printf 'a\033[2J')" '#!/bin/sh' 'exec sleep 99'
    wait_for 'holdfast status | grep -q " up "'
    for command in status events; do
        gives 0 holdfast "$command"
        ! grep -q "$(printf '\033')" out || return 1
        out 'a^[[2J'
    done
    mv "srv/$(printf 'a\033[2J')" "srv/$(printf 'b\302\2332J')"
    ln -s "$PWD/srv"/b* service/
    wait_for 'holdfast status --json | grep -qF "b\u009b2J"'
    for command in status events; do
        gives 0 holdfast "$command" --json
        out 'b\u009b2J'
    done
}

@test "a log that is endless, full of holes or a bomb takes no more memory than a big one" {
    quiet_log first
    up service/web/log # and down: its logger would make the files again
    svc -d service/web/log
    wait_for rests web/log
    short_of_memory() { (ulimit -v 800000 && gives 0 timeout 60 holdfast logs web "$@"); }
    rm srv/web/log/main/current
    ln -s /dev/zero srv/web/log/main/current
    short_of_memory
    rm srv/web/log/main/current
    truncate -s 50G srv/web/log/main/current
    echo last >>srv/web/log/main/current
    short_of_memory -n 1
    out last
    rm srv/web/log/main/current
    mkfifo srv/web/log/main/current
    short_of_memory
    head -c 600000000 /dev/zero | gzip -1 >srv/web/log/main/@400000006b0746eb0c87830c.s
    short_of_memory
    code=0
    timeout 60 holdfast why web || code=$? # it has something to say of such a log, and ends
    [ "$code" -lt 100 ]
}

@test "--grep takes a line of any length" {
    quiet_log "GET /$(printf 'a%.0s' {1..60000})" 'GET /b' 'c\0 GET /b'
    gives 0 holdfast logs web --grep 'GET.*b$'
    [ "$(wc -l <out)" = 2 ]
    gives 100 holdfast logs web --grep '('
    err 'not a regular expression'
}

@test "--purge deletes the tree that it found at first, whatever stands there after the wait" {
    needs_root
    mkdir -p victim/var/run home/svc/var/deep/er
    echo precious >victim/var/data
    printf '#!/bin/sh\ntrap "mv ../../svc ../../moved; ln -s %s/victim ../../svc; exit" TERM\n%s\n' \
        "$PWD" 'while :; do sleep 0.1; done' >home/svc/var/run
    chmod 755 home/svc/var/run
    chown -R nobody home
    looked_after
    ln -s "$PWD/home/svc/var" service/web
    up service/web
    gives 0 holdfast remove --purge web
    [ "$(cat victim/var/data)" = precious ]
    [ -d victim/var/run ]
    [ ! -e home/moved/var ]
    [ -d home/moved ]
}

@test "--purge follows no link" {
    looked_after
    mkdir victim
    touch victim/data
    deploy web '#!/bin/sh' 'exec sleep 99'
    ln -s "$PWD/victim" srv/web/data
    up service/web
    gives 0 holdfast remove --purge web
    [ -e victim/data ]
    [ ! -e srv/web ]
}

@test "what a service says never gives a file away" {
    needs_root
    looked_after
    touch key
    chmod 600 key
    for claim in 'x: permission denied' "cannot open '$PWD/key': Permission denied" \
        "./run: Permission denied"; do
        rm -rf service/web srv/web
        deploy web '#!/bin/sh' 'exec 2>&1' "exec setuidgid nobody sh -c 'echo \"\$0\"; exit 1' \"$claim\""
        mkdir -p srv/web/log
        printf '#!/bin/sh\nexec multilog t ./main\n' >srv/web/log/run
        chmod 755 srv/web/log/run
        wait_for grep -q enied srv/web/log/main/current
        holdfast why web >out || true
        ! grep -E 'chown|chmod|setcap|useradd|usermod' out || { echo "of $claim" && return 1; }
        holdfast remove web >/dev/null
    done
}

@test "add: a value of --env and the log are not for every local user" {
    needs_root
    looked_after
    gives 0 holdfast add web --dir "$PWD/srv/web" --env DB_PASSWORD=hunter2 --user nobody \
        -- sh -c 'echo token; exec sleep 99'
    wait_for grep -q token srv/web/log/main/current
    other() { setpriv --reuid 65533 --regid 65533 --clear-groups "$@" 2>/dev/null; }
    ! other cat srv/web/run || return 1
    ! other cat srv/web/log/main/current || return 1
    [ "$(stat -c %a srv/web/run) $(stat -c %a srv/web/log/main)" = '700 750' ]
}

@test "add: settings are read before the user changes" {
    needs_root
    looked_after
    mkdir secrets
    echo hunter2 >secrets/DB_PASSWORD
    chmod -R go= secrets
    gives 0 holdfast add web --dir "$PWD/srv/web" --env-dir "$PWD/secrets" --user nobody \
        -- sh -c 'echo "$DB_PASSWORD"; exec sleep 99'
    wait_for grep -q hunter2 srv/web/log/main/current
}
