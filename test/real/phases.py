#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: MIT
"""Kills the engine in every phase of a service's life, and compares with a life without that.

Three services need each other; each says when it is ready, is stopped by a command and two signals,
and has a finish command. Round after round they start, one is restarted, one crashes, and they stop,
while the engine is killed with -9 once or twice, at moments of chance. Whatever is killed: each runs
once at a time and in order, each process has its finish command once and before the next one
starts, none is ready twice, and in the end everything is as it was ordered.

The last lines are a table of the phases in which the engine was killed; the exit code is 0 only if
all was well, and no phase is missing. A failure prints the command that repeats it.
"""

import argparse
import collections
import glob
import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import waiting

PATIENCE = 60.0
NEEDS = {"db": [], "mid": ["db"], "app": ["mid"]}
BEGIN = ["waiting", "not ready"]  # it starts for too short a time to be met so
END = ["stop command", "first signal", "second signal", "finishing"]
PHASES = [*BEGIN, "up", *END]

RUN = """#!/bin/sh
trap 'echo "$name int $$" >>../log' INT
trap 'echo "$name term $$" >>../log; sleep 0.05; exit 0' TERM
name=${PWD##*/}
echo "$name run $$" >>../log
sleep 0.1
echo "$name ready $$" >>../log
echo >&3
while :; do sleep 0.02; done
"""
RULES = """needs = %s
[ready]
by = "fd"
[stop]
command = 'echo "$HOLDFAST_NAME prepare $HOLDFAST_PID" >>../log; sleep 0.1'
steps = ["INT 200ms", "TERM 20s"]
[restart]
delay = "100ms"
[finish]
command = 'echo "$HOLDFAST_NAME finish $HOLDFAST_REASON $HOLDFAST_EXIT" >>../log; sleep 0.1'
"""
# The life of a process. What was not recorded before the engine died is done again.
LIFE = re.compile(r"run (ready )?(((prepare )+(int )+)+(term )+finish:order:(exit:0|unknown) |finish:itself:signal:9 )")


class Wrong(Exception):
    """Not as it would be if nobody had killed anything."""


class Phases:
    def __init__(self, args):
        self.args = args
        self.random = random.Random(args.seed)
        self.place = tempfile.mkdtemp(prefix="holdfast-phases.")
        os.chmod(self.place, 0o755)
        self.folder = os.path.join(self.place, "service")
        self.log = os.path.join(self.place, "srv", "log")
        self.killed = collections.Counter()
        self.repeated = 0
        self.svscan = None
        self.environment = dict(os.environ, PATH=f"{args.bin}:/usr/bin:/bin", SVDIR=self.folder)

    def build(self):
        os.mkdir(self.folder)
        for name, needs in NEEDS.items():
            directory = os.path.join(self.place, "srv", name)
            os.makedirs(directory)
            with open(os.path.join(directory, "service.toml"), "w") as file:
                file.write(RULES % json.dumps(needs))
            with open(os.path.join(directory, "run"), "w") as file:
                file.write(RUN)
            os.chmod(os.path.join(directory, "run"), 0o755)
            open(os.path.join(directory, "down"), "w").close()
            os.symlink(directory, os.path.join(self.folder, name))
        open(self.log, "w").close()
        with open(os.path.join(self.place, "messages"), "ab") as messages:
            self.svscan = subprocess.Popen(["svscan", self.folder], env=self.environment, stderr=messages,
                                           stdout=messages, stdin=subprocess.DEVNULL,
                                           executable=f"{self.args.bin}/svscan")

    # ---- what can be seen ----

    def until(self, what, condition):
        return waiting.until(what, condition, self.svscan, Wrong, PATIENCE, 0.005)

    def status(self, name):
        """Its record: see doc/service-dir.md."""
        try:
            with open(os.path.join(self.folder, name, "supervise", "status"), "rb") as file:
                return file.read(256)
        except FileNotFoundError:
            return b""

    def phase(self, name):
        record = self.status(name)
        if len(record) < 130:
            return "not supervised"
        says_ready, is_ready = record[22] & 16, any(record[112:120])
        return {"w": "waiting", "s": "starting", "p": "stop command", "f": "finishing",
                "u": "not ready" if says_ready and not is_ready else "up",
                "t": "second signal" if record[121] else "first signal"}.get(chr(record[104]), "down")

    def phases(self):
        return {self.phase(name) for name in NEEDS}

    def pid(self, name):
        return int.from_bytes(self.status(name)[12:16], "little")

    def all_are(self, phase):
        return all(self.phase(name) == phase for name in NEEDS)

    def processes(self, name):
        """Those of run, but for what it starts itself."""
        found = {}
        for link in glob.glob("/proc/[0-9]*/cwd"):
            pid = int(link.split("/")[2])
            try:
                with open(f"/proc/{pid}/stat") as stat:
                    state, parent = stat.read().rpartition(")")[2].split()[:2]
                if state != "Z" and os.readlink(link) == os.path.join(self.place, "srv", name):
                    found[pid] = int(parent)
            except OSError:
                continue
        return [pid for pid, parent in found.items() if parent not in found]

    def engine(self):
        out = subprocess.run(["pgrep", "-o", "-P", str(self.svscan.pid), "-x", "holdfast-engine"],
                             capture_output=True, text=True, check=False).stdout
        return int(out) if out else None

    # ---- what is done ----

    def order(self, *words):
        return subprocess.Popen(["holdfast", *words], env=self.environment, text=True,
                                executable=f"{self.args.bin}/holdfast", stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def blows(self, seconds, *expected):
        """Kills the engine while that which was ordered goes on: at some moment, or in that of the
        expected phases which was met least."""
        for _ in range(self.random.choice([1, 1, 2])):
            victim = self.until("there is an engine", self.engine)
            rarest = min(expected, key=lambda each: self.killed[each])
            by_phase = self.random.random() < 0.5
            end = time.monotonic() + seconds * (1 if by_phase else self.random.random())
            while time.monotonic() < end and not (by_phase and rarest in self.phases()):
                time.sleep(0.0005)
            phases = self.phases()
            os.kill(victim, signal.SIGKILL)
            self.killed.update(phases)
            self.until("there is another engine", lambda: self.engine() not in (None, victim))

    def obeyed(self, order):
        """An order that was on its way when the engine died may be lost: then it is given again; and so
        it is while its service is set aside."""
        for _ in range(5):
            said = order.communicate()[0]
            if order.returncode == 0:
                return
            self.repeated += 1
            order = self.order(*order.args[1:])
        order.kill()
        order.wait()
        raise Wrong(f"{' '.join(order.args)} was not obeyed: {said}")

    def start(self):
        order = self.order("start", "--wait", "8", *NEEDS)
        self.blows(0.5, *BEGIN)
        self.obeyed(order)

    def stop(self):
        order = self.order("stop", "--wait", "8", *NEEDS)
        self.blows(0.6, *END)
        self.obeyed(order)
        self.until("all are down", lambda: self.all_are("down"))
        left = [pid for name in NEEDS for pid in self.processes(name)]
        if left:
            raise Wrong(f"after a stop these are left: {left}")

    def restart(self):
        name = self.random.choice(list(NEEDS))
        before = self.pid(name)
        order = self.order("restart", "--wait", "8", name)
        self.blows(0.8, *END, *BEGIN)
        self.obeyed(order)
        if self.pid(name) == before:
            raise Wrong(f"{name} was restarted, and is still process {before}")

    def crash(self):
        name = self.random.choice(list(NEEDS))
        before = self.pid(name)
        os.kill(before, signal.SIGKILL)
        self.blows(0.4, "finishing", *BEGIN)
        self.until(f"{name} is back", lambda: self.phase(name) == "up" and self.pid(name) != before)

    # ---- whether it is as it must be ----

    def all_well(self):
        self.until("all are ready", lambda: self.all_are("up"))
        for name in NEEDS:
            running = self.processes(name)
            if running != [self.pid(name)]:
                raise Wrong(f"{name} is process {self.pid(name)}, and these run: {running}")
            if self.status(name)[17:18] != b"u":
                raise Wrong(f"{name} is not wanted up")
        self.read_events()

    def read_events(self):
        for name in NEEDS:
            out = self.order("events", "--json", name).communicate()[0]
            words = re.findall(r'"event":\s*"([a-z-]*)"', out)
            for word, ready in itertools.groupby(words, lambda each: each == "ready"):
                if word and len(list(ready)) > 1:
                    raise Wrong(f"{name} was ready twice: {words}")
            if "ready" not in words:
                raise Wrong(f"{name} was never ready: {words}")

    def read_log(self):
        """The lives of all processes, one after the other, and each after what it needs."""
        lives, ready = collections.defaultdict(str), set()
        with open(self.log) as log:
            for line in log:
                name, word, *rest = line.split()
                lives[name] += f"{':'.join([word, *rest]) if word == 'finish' else word} "
                if word == "run" and not ready.issuperset(NEEDS[name]):
                    raise Wrong(f"{name} started before what it needs was ready")
                if word == "ready":
                    ready.add(name)
                if word == "finish":
                    ready.discard(name)
        for name, life in lives.items():
            if rest := LIFE.sub("", life):
                raise Wrong(f"{name}: no life is so: {rest}\n{life}")
        # Two deaths of the engine at the same service set that aside for a while.
        with open(os.path.join(self.place, "messages")) as messages:
            if "is not supervised" not in messages.read() and "unknown" in "".join(lives.values()):
                raise Wrong("nobody knows how a process ended")
        return sum(life.count("run ") for life in lives.values())

    def run(self):
        self.build()
        self.until("all are supervised", lambda: self.all_are("down"))
        for _ in range(self.args.rounds):
            self.start()
            self.all_well()
            self.random.choice([self.restart, self.crash])()
            self.all_well()
            self.stop()
            lives = self.read_log()
        self.svscan.terminate()
        if (code := self.svscan.wait(PATIENCE)) != 0:
            raise Wrong(f"svscan ended with {code}")
        return lives

    def story(self):
        """What came last, for who has to find out."""
        told = [self.order("events", "--lines", "12", name).communicate()[0] for name in NEEDS]
        for path in [self.log, os.path.join(self.place, "messages")]:
            with open(path) as file:
                told.append("".join(file.readlines()[-20:]))
        told.append(", ".join(f"{name}: {self.phase(name)}, runs: {self.processes(name)}" for name in NEEDS))
        return "\n".join(told)

    def clean(self):
        if self.svscan is not None and self.svscan.poll() is None:
            self.svscan.kill()
            self.svscan.wait()
        for pid in [pid for name in NEEDS for pid in self.processes(name)]:
            os.kill(pid, signal.SIGKILL)
        if not self.args.keep:
            shutil.rmtree(self.place, ignore_errors=True)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    release = os.path.normpath(os.path.join(here, "..", "..", "build", "release", "bin"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--bin", default=release)
    parser.add_argument("--keep", action="store_true", help="leave the folder for inspection")
    args = parser.parse_args()

    phases = Phases(args)
    try:
        lives = phases.run()
        if args.rounds >= 10 and (missing := [each for each in PHASES if not phases.killed[each]]):
            raise Wrong(f"the engine was never killed while one was: {', '.join(missing)}")
    except Wrong as wrong:
        print(f"LOST: {wrong}")
        print(f"repeat: {sys.argv[0]} --rounds {args.rounds} --seed {args.seed} --keep")
        print(phases.story())
        return 1
    finally:
        phases.clean()
    for phase in PHASES:
        print(f"{'killed ' + phase:20} {phases.killed[phase]:10}   as without it")
    print(f"{'orders repeated':20} {phases.repeated:10}   lost, or the service set aside")
    print(f"{'lives':20} {lives:10}   each finished once")
    return 0


if __name__ == "__main__":
    sys.exit(main())
