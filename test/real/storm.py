#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kills Holdfast for real, and counts what is lost.

Many services with loggers write numbered lines without pause, while round after round the engine or
the guardian is killed with -9, a logger is ended, a service is killed, or everything is upgraded to
another build. In the end each service's process is the one it was (unless it was the victim), each
number stands in its log exactly once, and no process is left over.

This script plays init: it starts svscan again when that dies. The last lines are a table; the exit
code is 0 only if nothing was lost. A failure prints the command that repeats it.
"""

import argparse
import collections
import glob
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROGRAMS = ["svscan", "holdfast-engine", "multilog", "svstat", "svc"]
PATIENCE = 60.0  # seconds; conditions mostly hold within milliseconds


class Lost(Exception):
    """What must not happen did."""


class Storm:
    def __init__(self, args):
        self.args = args
        self.random = random.Random(args.seed)
        self.place = tempfile.mkdtemp(prefix="holdfast-storm.")
        os.chmod(self.place, 0o755)
        self.folder = os.path.join(self.place, "service")
        self.bin = os.path.join(self.place, "bin")
        self.names = [f"s{i}" for i in range(args.services)]
        self.done = collections.Counter()
        self.svscan = None
        self.builds = [args.bin] + ([args.other] if args.other else [])

    # ---- the world ----

    def build(self):
        os.mkdir(self.bin)
        os.mkdir(self.folder)
        self.install(self.builds[0])
        for name in self.names:
            log = os.path.join(self.folder, name, "log")
            os.makedirs(os.path.join(log, "main"))
            self.script(os.path.join(self.folder, name, "run"),
                        'i=0; while :; do i=$((i+1)); echo "$$ $i"; done')
            self.script(os.path.join(log, "run"), "exec multilog s16000000 n100000 ./main")

    @staticmethod
    def script(path, text):
        with open(path, "w") as file:
            file.write(f"#!/bin/sh\n{text}\n")
        os.chmod(path, 0o755)

    def install(self, build):
        for program in PROGRAMS:
            new = os.path.join(self.bin, program + ".new")
            shutil.copy(os.path.join(build, program), new)
            os.rename(new, os.path.join(self.bin, program))

    def environment(self):
        return dict(os.environ, PATH=f"{self.bin}:/usr/bin:/bin")

    def start_svscan(self):
        messages = open(os.path.join(self.place, "messages"), "ab")
        self.svscan = subprocess.Popen(["svscan", self.folder], executable=f"{self.bin}/svscan",
                                       env=self.environment(), stdin=subprocess.DEVNULL,
                                       stderr=messages, stdout=messages)

    def until(self, what, condition):
        """What the condition gives, once it gives something."""
        end = time.monotonic() + PATIENCE
        while not (holds := condition()):
            if time.monotonic() > end:
                raise Lost(f"waited {PATIENCE:.0f} seconds until {what}")
            if self.svscan is not None and self.svscan.poll() is not None:
                self.start_svscan()
            time.sleep(0.005)
        return holds

    def statuses(self, kind=""):
        """The pid of each service that svstat says is up."""
        out = subprocess.run([f"{self.bin}/svstat"] + [n + kind for n in self.names],
                             cwd=self.folder, capture_output=True, text=True, check=True).stdout
        pids = {}
        for line in out.splitlines():
            name, _, rest = line.partition(": ")
            if rest.startswith("up (pid "):
                pids[name.removesuffix(kind) if kind else name] = int(rest[8:rest.index(")")])
        return pids

    def all_up(self):
        """The pid of each service, at a moment when all of them and their loggers are up."""
        pids = {}

        def holds():
            pids.clear()
            pids.update(self.statuses())
            return len(pids) == len(self.names) == len(self.statuses("/log"))

        self.until("all are up", holds)
        return pids

    def engine(self):
        for stat in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(stat) as file:
                    text = file.read()
            except OSError:
                continue
            name = text[text.index("(") + 1:text.rindex(")")]
            parent = int(text[text.rindex(")") + 2:].split()[1])
            if name == "holdfast-engine" and parent == self.svscan.pid:
                return int(text.split()[0])
        return None

    # ---- what is done to it; each returns the services whose process may be another now ----

    def kill_engine(self):
        self.kill(self.until("there is an engine", self.engine), signal.SIGKILL)
        return []

    def kill_guardian(self):
        self.svscan.kill()
        self.svscan.wait()
        self.start_svscan()
        return []

    def end_logger(self):
        loggers = self.statuses("/log")
        if loggers:
            self.kill(self.random.choice(sorted(loggers.values())), signal.SIGTERM)
        return []

    def kill_service(self):
        victim = self.random.choice(self.names)
        pid = self.statuses().get(victim)
        if pid is not None:
            self.kill(pid, signal.SIGKILL)
        return [victim]

    def order_restart(self):
        victim = self.random.choice(self.names)
        subprocess.run([f"{self.bin}/svc", "-t", victim], cwd=self.folder, check=True)
        return [victim]

    def upgrade(self):
        self.builds.reverse()
        self.install(self.builds[0])
        self.svscan.send_signal(signal.SIGUSR2)
        return []

    @staticmethod
    def kill(pid, number):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass

    # ---- the rounds ----

    def run(self):
        self.build()
        self.start_svscan()
        pids = self.all_up()
        kinds = [self.kill_engine, self.kill_guardian, self.end_logger, self.kill_service,
                 self.order_restart, self.upgrade]
        victims = set()
        for _ in range(self.args.rounds):
            kind = self.random.choice(kinds)
            victims.update(kind())
            self.done[kind.__name__.replace("_", " ")] += 1
            time.sleep(self.random.random() * self.args.pause)  # chance, not waiting
            if self.random.random() < 0.5:
                continue  # the next blow falls into the recovery from this one
            now = self.all_up()
            for name in self.names:
                if now.get(name) != pids[name] and name not in victims:
                    raise Lost(f"{name} was {pids[name]} and is {now.get(name)}")
            victims -= {name for name in victims if now.get(name) != pids[name]}
            pids = now
        self.all_up()

    def stop(self):
        self.svscan.send_signal(signal.SIGTERM)
        code = self.svscan.wait(PATIENCE)
        if code != 0:
            raise Lost(f"svscan ended with {code}")
        left = self.left_over()
        if left:
            raise Lost(f"left over: {left}")

    def left_over(self):
        found = []
        for link in glob.glob("/proc/[0-9]*/cwd"):
            try:
                if os.readlink(link).startswith(self.place):
                    found.append(int(link.split("/")[2]))
            except OSError:
                continue
        return found

    def count_lines(self):
        """Every number that a process wrote stands in the log once: 1, 2, 3, ... in this order."""
        lines = 0
        for name in self.names:
            last = collections.defaultdict(int)
            main = os.path.join(self.folder, name, "log", "main")
            files = sorted(glob.glob(f"{main}/@*")) + [f"{main}/current"]
            for path in files:
                with open(path) as file:
                    for line in file:
                        writer, _, number = line.rstrip("\n").partition(" ")
                        if not number.isdigit() or int(number) != last[writer] + 1:
                            raise Lost(f"{path}: after {last[writer]} of {writer} comes {line!r}")
                        last[writer] += 1
                        lines += 1
        return lines

    def clean(self):
        if self.svscan is not None and self.svscan.poll() is None:
            self.svscan.kill()
            self.svscan.wait()
        for _ in range(100):
            left = self.left_over()
            if not left:
                break
            for pid in left:
                self.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        if not self.args.keep:
            shutil.rmtree(self.place, ignore_errors=True)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    release = os.path.join(here, "..", "..", "build", "release", "bin")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--services", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--pause", type=float, default=0.1, help="at most, between two blows")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--bin", default=os.path.normpath(release))
    parser.add_argument("--other", help="another build, to upgrade to and back")
    parser.add_argument("--keep", action="store_true", help="leave the folder for inspection")
    args = parser.parse_args()

    storm = Storm(args)
    try:
        storm.run()
        storm.stop()
        lines = storm.count_lines()
    except Lost as lost:
        print(f"LOST: {lost}")
        print(f"repeat: {sys.argv[0]} --services {args.services} --rounds {args.rounds}"
              f" --pause {args.pause} --seed {args.seed} --keep")
        with open(os.path.join(storm.place, "messages")) as messages:
            print("".join(messages.readlines()[-20:]))
        return 1
    finally:
        storm.clean()
    for what, times in sorted(storm.done.items()):
        print(f"{what:20} {times:10}   nothing lost")
    print(f"{'lines logged':20} {lines:10}   each exactly once")
    return 0


if __name__ == "__main__":
    sys.exit(main())
