# SPDX-License-Identifier: MIT
# Descriptors that the guardian keeps, by name, over the death of its engine and its own upgrade. The
# engine here is a script that speaks src/guard/protocol.h.
# shellcheck disable=SC2154 # names that lib.bash sets
load lib
load services

setup() {
    hf_setup
    mkdir sv programs
    cp "$HF_BIN"/svscan programs
    cat >programs/holdfast-engine <<'X'
#!/usr/bin/env python3
import array, os, socket, struct, sys
ASK, ALIVE, READY, KEEP, KEPT, DROP = 7, 8, 5, 11, 12, 13
guardian = socket.socket(fileno=3)

def say(kind, name="", fd=None):
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))] if fd is not None else []
    guardian.sendmsg([struct.pack("4i", kind, 0, 0, 0) + name.encode()], rights)

def hear():
    packet, rights, _, _ = guardian.recvmsg(200, socket.CMSG_SPACE(4))
    if not packet:
        sys.exit(0)
    kind = struct.unpack("4i", packet[:16])[0]
    if kind == ASK:
        say(ALIVE)
    return kind, packet[16:].decode(), array.array("i", rights[0][2])[0] if rights else None

kept = []
while True:
    kind, name, fd = hear()
    if kind == KEPT and fd is None:
        break
    if kind == KEPT:
        kept.append(f"{name}={os.pread(fd, 100, 0).decode()}")
with open("../lives", "a") as lives:
    lives.write(" ".join(["kept:"] + sorted(kept)) + "\n")
if not kept:
    for name in ["one", "two", "three"]:
        with open(name, "w") as file:
            file.write("text of " + name)
        say(KEEP, name, os.open(name, os.O_RDONLY))
        os.remove(name)
    say(DROP, "two")
    say(KEEP, "", os.open("/dev/null", os.O_RDONLY))
say(READY)
while True:
    hear()
X
    chmod 755 programs/holdfast-engine
    start programs/svscan sv 2>words
    scanner=$started
    wait_for lines lives 1
}

kill_engine() {
    wait_for '[ -n "$(pgrep -P "$scanner")" ]'
    kill -KILL "$(pgrep -o -P "$scanner")"
}

@test "what an engine gave the guardian to keep, the next one gets, and the one after an upgrade" {
    # It has taken all three when it says that the one without a name cannot be kept.
    wait_for grep -qx 'svscan: warning: unable to keep a descriptor of the engine ()' words
    kill_engine
    wait_for lines lives 2
    kill -USR2 "$scanner"
    wait_for lines lives 3
    kill_engine
    wait_for lines lives 4
    diff lives - <<'X'
kept:
kept: one=text of one three=text of three
kept: one=text of one three=text of three
kept: one=text of one three=text of three
X
    # Nothing piles up: as many descriptors as before.
    count=$(fds "$scanner")
    kill_engine
    wait_for lines lives 5
    wait_for '[ "$(fds "$scanner")" = '"$count"' ]'
    end "$scanner" KILL
}
