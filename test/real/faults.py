#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lets the n-th call of a system call fail in the engine, for n = 1, 2, 3...

strace(1) injects the failure into the first engine of an svscan. Whatever fails: every service comes
up, once; it is restarted when it is killed, obeys an order, and everything stops in order. The last
line counts the cases; a failure names the case and the command that repeats it.
"""

import argparse
import concurrent.futures
import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE = 30.0
CASES = [  # what fails, and how
    ("clone", "EAGAIN"), ("clone", "ENOMEM"), ("openat", "EMFILE"), ("openat", "ENFILE"),
    ("openat", "EIO"), ("pwrite64", "ENOSPC"), ("pwrite64", "EROFS"), ("rename", "ENOSPC"),
    ("mkdirat", "ENOSPC"), ("mknodat", "ENOSPC"), ("linkat", "EPERM"), ("renameat", "EIO"),
    ("epoll_ctl", "ENOSPC"), ("epoll_wait", "EINTR"), ("inotify_init1", "EMFILE"),
    ("inotify_add_watch", "ENOSPC"), ("flock", "ENOLCK"), ("mmap", "ENOMEM"),
    ("newfstatat", "EIO"), ("access", "EACCES"), ("readlink", "ENOENT"), ("read", "EINTR"),
    ("getdents64", "EIO"), ("recvfrom", "EINTR"), ("sendto", "ENOBUFS"), ("setitimer", "EINVAL"),
]


class Broken(Exception):
    """What must hold does not."""


class Case:
    def __init__(self, build, call, error, number):
        self.build, self.call, self.error, self.number = build, call, error, number
        self.place = tempfile.mkdtemp(prefix="holdfast-fault.")
        self.folder = os.path.join(self.place, "service")
        self.bin = os.path.join(self.place, "bin")
        self.svscan = None

    def prepare(self):
        os.mkdir(self.bin)
        for program in ["svscan", "svstat", "svc"]:
            os.symlink(os.path.join(self.build, program), os.path.join(self.bin, program))
        os.remove(os.path.join(self.bin, "svscan"))  # it looks for the engine beside itself
        shutil.copy(os.path.join(self.build, "svscan"), self.bin)
        engine = os.path.join(self.build, "holdfast-engine")
        self.script(os.path.join(self.bin, "holdfast-engine"), f"""
if mkdir {self.place}/injected 2>/dev/null; then
    exec strace -D -o {self.place}/trace -e trace={self.call} \\
        -e inject={self.call}:error={self.error}:when={self.number} {engine} "$@"
fi
exec {engine} "$@"
""")
        for name in ["a", "b", "logged"]:
            self.script(os.path.join(self.folder, name, "run"), "exec sleep 999")
        self.script(os.path.join(self.folder, "logged", "log", "run"), "exec cat >>../../../log")

    @staticmethod
    def script(path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(f"#!/bin/sh\n{text}\n")
        os.chmod(path, 0o755)

    def until(self, what, condition):
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise Broken(f"waited {PATIENCE:.0f} seconds until {what}")
            if self.svscan.poll() is not None:
                raise Broken(f"svscan ended with {self.svscan.returncode}")
            time.sleep(0.02)

    def runs(self, name):
        """The processes whose current directory is that of the service."""
        found = []
        for link in glob.glob("/proc/[0-9]*/cwd"):
            try:
                pid = int(link.split("/")[2])
                with open(f"/proc/{pid}/stat") as stat:
                    zombie = stat.read().rpartition(")")[2].split()[0] == "Z"
                if os.readlink(link) == os.path.join(self.folder, name) and not zombie:
                    found.append(pid)
            except OSError:
                continue
        return found

    def pid(self, name):
        out = subprocess.run([f"{self.bin}/svstat", os.path.join(self.folder, name)],
                             capture_output=True, text=True, check=True).stdout
        return int(out.split("(pid ")[1].split(")")[0]) if ": up (pid " in out else None

    def is_up(self, name, other_than=None):
        pid = self.pid(name)
        if pid is None or pid == other_than:
            return False
        running = self.runs(name)
        if len(running) > 1:
            raise Broken(f"{name} runs more than once: {running}")
        return running == [pid]

    def run(self):
        with open(os.path.join(self.place, "messages"), "wb") as messages:
            self.svscan = subprocess.Popen([f"{self.bin}/svscan", self.folder], stderr=messages,
                                           stdout=messages, stdin=subprocess.DEVNULL)
        for name in ["a", "b", "logged", "logged/log"]:
            self.until(f"{name} is up", lambda: self.is_up(name))
        before = self.pid("a")
        os.kill(before, signal.SIGKILL)
        self.until("a is back", lambda: self.is_up("a", before))
        before = self.pid("b")
        subprocess.run([f"{self.bin}/svc", "-t", os.path.join(self.folder, "b")], check=True)
        self.until("b is another", lambda: self.is_up("b", before))
        self.svscan.terminate()
        code = self.svscan.wait(PATIENCE)
        if code != 0:
            raise Broken(f"svscan ended with {code}")
        for name in ["a", "b", "logged", "logged/log"]:
            if self.runs(name):
                raise Broken(f"{name} still runs")

    def injected(self):
        try:
            with open(os.path.join(self.place, "trace")) as trace:
                return "(INJECTED)" in trace.read()
        except FileNotFoundError:
            return False

    def clean(self):
        if self.svscan is not None and self.svscan.poll() is None:
            self.svscan.kill()
            self.svscan.wait()
        for name in ["a", "b", "logged", "logged/log"]:
            for pid in self.runs(name):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.place, ignore_errors=True)


def attempt(case):
    """None if the call did not come up so often; else what broke, or an empty text."""
    try:
        case.run()
        return "" if case.injected() else None
    except (Broken, subprocess.SubprocessError) as broken:
        with open(os.path.join(case.place, "messages")) as messages:
            return f"{broken}\n{messages.read()}"
    finally:
        case.clean()


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    release = os.path.normpath(os.path.join(here, "..", "..", "build", "release", "bin"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=3, help="n goes up to this")
    parser.add_argument("--call", help="only this system call")
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--bin", default=release)
    args = parser.parse_args()

    cases = [(call, error, n) for call, error in CASES for n in range(1, args.most + 1)
             if args.call in (None, call)]
    failed = tried = 0
    # All of them first: what is open for writing while another thread forks cannot be executed.
    prepared = [Case(args.bin, *case) for case in cases]
    for case in prepared:
        case.prepare()
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        results = pool.map(attempt, prepared)
        for (call, error, number), result in zip(cases, results):
            if result is None:
                continue
            tried += 1
            if result:
                failed += 1
                print(f"BROKEN by {error} of {call} number {number}: {result}"
                      f"repeat: {sys.argv[0]} --call {call} --most {number}")
    print(f"{'failing calls':20} {tried:10}   {failed} broke something")
    return 1 if failed or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
