#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: MIT
"""Lets the n-th call of a system call fail in a program of ours, for n = 1, 2, 3...

strace(1) injects the failure into the first process of that program: the engine, its guardian, the
logger, who puts names before lines, or a command. Whatever fails: every service comes up, once; it
is restarted when it is killed, obeys an order, and everything stops in order. An svscan that cannot
begin says so, ends with 111 and is started again; so does a command that was not heard. The last
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

import waiting

PATIENCE = 30.0
ENGINE = [  # what fails, and how
    ("clone", "EAGAIN"), ("clone", "ENOMEM"), ("openat", "EMFILE"), ("openat", "ENFILE"),
    ("openat", "EIO"), ("pwrite64", "ENOSPC"), ("pwrite64", "EROFS"), ("rename", "ENOSPC"),
    ("mkdirat", "ENOSPC"), ("mknodat", "ENOSPC"), ("linkat", "EPERM"), ("renameat", "EIO"),
    ("epoll_ctl", "ENOSPC"), ("epoll_wait", "EINTR"), ("inotify_init1", "EMFILE"),
    ("inotify_add_watch", "ENOSPC"), ("flock", "ENOLCK"), ("mmap", "ENOMEM"),
    ("newfstatat", "EIO"), ("access", "EACCES"), ("readlink", "ENOENT"), ("read", "EINTR"),
    ("getdents64", "EIO"), ("recvfrom", "EINTR"), ("sendto", "ENOBUFS"), ("setitimer", "EINVAL"),
]
GUARDIAN = [
    ("sendto", "ENOBUFS"), ("sendto", "ENOMEM"), ("sendto", "EAGAIN"), ("sendmsg", "ENOBUFS"),
    ("recvmsg", "EINTR"), ("recvmsg", "ENOMEM"), ("waitid", "EINTR"), ("clone", "EAGAIN"),
    ("fork", "EAGAIN"), ("vfork", "EAGAIN"), ("socketpair", "EMFILE"), ("openat", "EMFILE"),
    ("fcntl", "EMFILE"), ("read", "EINTR"), ("poll", "EINTR"), ("poll", "ENOMEM"),
    ("flock", "EINTR"), ("flock", "ENOLCK"), ("memfd_create", "ENFILE"), ("ftruncate", "ENOSPC"),
    ("signalfd4", "EMFILE"), ("getrandom", "EINTR"), ("fchmod", "EPERM"),
    ("pwrite64", "ENOSPC"), ("kill", "EPERM"),
]
LABEL = [
    ("pipe2", "EMFILE"), ("clone", "EAGAIN"), ("poll", "EINTR"), ("read", "EINTR"),
    ("write", "EINTR"), ("fchmod", "EPERM"), ("prctl", "EINVAL"), ("chdir", "EACCES"),
]
LOGGER = [
    ("openat", "ENFILE"), ("openat", "ENOSPC"), ("write", "ENOSPC"), ("write", "EINTR"),
    ("read", "EINTR"), ("fsync", "EIO"), ("rename", "ENOSPC"), ("fchmod", "EPERM"),
    ("flock", "ENOLCK"), ("clone", "EAGAIN"), ("poll", "EINTR"), ("mmap", "ENOMEM"),
]
COMMAND = [  # svc
    ("openat", "EMFILE"), ("openat", "EINTR"), ("write", "EAGAIN"), ("write", "EINTR"),
    ("read", "EIO"), ("ioctl", "EINVAL"), ("chdir", "EIO"), ("fchdir", "EIO"), ("poll", "EINTR"),
]
CASES = {"holdfast-engine": ENGINE, "svscan": GUARDIAN, "holdfast-label": LABEL,
         "multilog": LOGGER, "svc": COMMAND}
# Its parts that live on after it has become the service.
FOLLOWED = {"holdfast-label"}


class Broken(Exception):
    """What must hold does not."""


class Case:
    def __init__(self, build, program, call, error, number):
        self.build, self.program = build, program
        self.call, self.error, self.number = call, error, number
        self.place = tempfile.mkdtemp(prefix="holdfast-fault.")
        self.folder = os.path.join(self.place, "service")
        self.bin = os.path.join(self.place, "bin")
        self.svscan = None

    def prepare(self):
        os.mkdir(self.bin)
        # Copies, not links: svscan and the engine look for the others beside themselves.
        for program in ["svscan", "holdfast-engine", "holdfast-label", "svstat", "svc", "multilog"]:
            shutil.copy(os.path.join(self.build, program), self.bin)
        path = os.path.join(self.bin, self.program)
        os.rename(path, path + ".real")
        follow = "-f" if self.program in FOLLOWED else ""
        self.script(path, f"""
if mkdir {self.place}/injected 2>/dev/null; then
    exec strace -D {follow} -o {self.place}/trace -e trace={self.call} \\
        -e inject={self.call}:error={self.error}:when={self.number} {path}.real "$@"
fi
exec {path}.real "$@"
""")
        for name in ["a", "b", "logged"]:
            self.script(os.path.join(self.folder, name, "run"), "exec sleep 999")
        self.script(os.path.join(self.folder, "a", "run"), "echo of a; exec sleep 999")
        self.script(os.path.join(self.folder, "logged", "run"), "echo a line; exec sleep 999")
        self.script(os.path.join(self.folder, "logged", "log", "run"),
                    f"exec {self.bin}/multilog {self.place}/log")

    @staticmethod
    def script(path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(f"#!/bin/sh\n{text}\n")
        os.chmod(path, 0o755)

    def until(self, what, condition):
        return waiting.until(what, condition, self.svscan, Broken, PATIENCE, 0.02)

    def runs(self, name):
        """The processes whose current directory is that of the service, but for their children:
        a second service would be started by the guardian, and not by the first."""
        found = {}
        for link in glob.glob("/proc/[0-9]*/cwd"):
            try:
                pid = int(link.split("/")[2])
                with open(f"/proc/{pid}/stat") as stat:
                    comm, _, rest = stat.read().partition("(")[2].rpartition(")")
                # Who puts names before lines is not the service, nor is what injects.
                if rest.split()[0] == "Z" or comm.startswith(("holdfast-label", "label-", "strace", "mkdir")):
                    continue
                if os.readlink(link) == os.path.join(self.folder, name):
                    found[pid] = int(rest.split()[1])
            except OSError:
                continue
        return [pid for pid, parent in found.items() if parent not in found]

    def pid(self, name):
        out = subprocess.run([f"{self.bin}/svstat", os.path.join(self.folder, name)],
                             capture_output=True, text=True, check=True).stdout
        return int(out.split("(pid ")[1].split(")")[0]) if ": up (pid " in out else None

    def up(self, name, other_than=None):
        """The pid of the service, if it is up."""
        pid = self.pid(name)
        if pid is None or pid == other_than:
            return None
        running = self.runs(name)
        if len(running) > 1:
            raise Broken(f"{name} runs more than once: {running}")
        return pid if running == [pid] else None

    def begin(self):
        """Starts svscan, again if it could not begin and has said so, as init would."""
        command = [f"{self.bin}/svscan", "--prefix-output", self.folder]
        for _ in range(5):
            with open(os.path.join(self.place, "messages"), "ab") as messages:
                self.svscan = subprocess.Popen(command, stderr=messages, stdout=messages,
                                               stdin=subprocess.DEVNULL)
            end = time.monotonic() + PATIENCE
            while self.svscan.poll() is None and time.monotonic() < end:
                if self.pid("a") is not None:
                    return
                time.sleep(0.02)
            said = self.said()
            if "error while loading shared libraries" in said:  # the dynamic loader's call
                continue
            if self.svscan.poll() != 111 or "svscan: fatal: " not in said:
                break
        raise Broken(f"svscan does not begin: {self.svscan.returncode}")

    def said(self):
        with open(os.path.join(self.place, "messages")) as messages:
            return messages.read()

    def order(self, *words):
        """svc, again if it was not heard and has said so."""
        for _ in range(5):
            done = subprocess.run([f"{self.bin}/svc", *words], capture_output=True, text=True,
                                  check=False)
            if done.returncode == 0 and not done.stderr:
                return
            if not done.stderr:
                raise Broken(f"svc ended with {done.returncode} and said nothing")
        raise Broken(f"svc: {done.stderr}")

    def run(self):
        self.begin()
        names = ["a", "b", "logged", "logged/log"]
        before = {name: self.until(f"{name} is up", lambda: self.up(name)) for name in names}
        for name in names:  # the call that fails may end the engine, but none of the services
            now = self.until(f"{name} is still up", lambda: self.up(name))
            is_victim = self.program == "multilog" and name == "logged/log"
            if now != before[name] and not is_victim:
                raise Broken(f"{name} was {before[name]} and is {now}")
        os.kill(before["a"], signal.SIGKILL)
        self.until("a is back", lambda: self.up("a", before["a"]))
        self.order("-t", os.path.join(self.folder, "b"))
        self.until("b is another", lambda: self.up("b", before["b"]))
        self.until("its lines come", lambda: "of a" in self.said())
        self.until("its line is logged", lambda: "a line" in self.logged())
        self.svscan.terminate()
        code = self.svscan.wait(PATIENCE)
        if code != 0:
            raise Broken(f"svscan ended with {code}")
        for name in names:
            if self.runs(name):
                raise Broken(f"{name} still runs")

    def logged(self):
        try:
            with open(os.path.join(self.place, "log", "current")) as log:
                return log.read()
        except FileNotFoundError:
            return ""

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
        return f"{broken}\n{case.said()}"
    finally:
        case.clean()


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    release = os.path.normpath(os.path.join(here, "..", "..", "build", "release", "bin"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=3, help="n goes up to this")
    parser.add_argument("--call", help="only this system call")
    parser.add_argument("--program", choices=CASES, help="only in this one")
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--bin", default=release)
    args = parser.parse_args()

    cases = [(program, call, error, n) for program in CASES for call, error in CASES[program]
             for n in range(1, args.most + 1)
             if args.call in (None, call) and args.program in (None, program)]
    failed = tried = 0
    # All of them first: what is open for writing while another thread forks cannot be executed.
    prepared = [Case(args.bin, *case) for case in cases]
    for case in prepared:
        case.prepare()
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        results = pool.map(attempt, prepared)
        for (program, call, error, number), result in zip(cases, results):
            if result is None:
                continue
            tried += 1
            if result:
                failed += 1
                print(f"BROKEN by {error} of {call} number {number} in {program}: {result}"
                      f"repeat: {sys.argv[0]} --program {program} --call {call} --most {number}")
    print(f"{'failing calls':20} {tried:10}   {failed} broke something")
    return 1 if failed or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
