# SPDX-License-Identifier: MIT
"""The place a measure happens in: service directories, the folder with the links to them, and the
file in which every service stamps when it started."""

import atexit
import os
import shutil
import struct
import subprocess
import tempfile
import time

from . import processes

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.path.join(ROOT, "build", "bench")
STAMP = struct.Struct("<qii32s")  # as bench/child.cpp writes it
PATIENCE = 120.0


def programs():
    """Builds the children and the floor; returns where they are."""
    os.makedirs(BUILD, exist_ok=True)
    bare = ["-Os", "-static", "-nostdlib", "-nostartfiles", "-ffreestanding", "-fno-exceptions",
            "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-fcf-protection=none",
            "-Wl,--build-id=none", "-Wl,-z,norelro", "-s"]
    for name, source, flags in (("child", "child", bare), ("crasher", "child", bare + ["-DCRASH"]),
                                ("ready", "child", bare + ["-DREADY"]),
                                ("nothing", "child", bare + ["-DNOTHING"]),
                                ("floor", "floor", ["-O2", "-static"])):
        path = os.path.join(BUILD, name)
        source = os.path.join(ROOT, "bench", source + ".cpp")
        if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(source):
            subprocess.run(["g++", "-Wall", "-Wextra", *flags, "-o", path, source], check=True)
    return BUILD


class Ground:
    """`place` is a directory of its own, on tmpfs unless `disk`: then on the file system of build/.
    The stamps are on tmpfs always. Removed at the end."""

    def __init__(self, disk=False):
        self.programs = programs()
        # Short-lived files, and of the same length everywhere.
        self.place = tempfile.mkdtemp(prefix="bench.", dir=BUILD if disk else "/dev/shm")
        memory = tempfile.mkdtemp(prefix="bench.", dir="/dev/shm")
        for directory in (self.place, memory):
            os.chmod(directory, 0o755)
            atexit.register(shutil.rmtree, directory, ignore_errors=True)
        atexit.register(processes.end_all)  # first: nobody makes files again
        self.memory = memory
        self.run = {}  # program -> where it can be linked from
        for name in ("child", "crasher", "ready"):
            self.run[name] = os.path.join(self.place, name)
            shutil.copy(os.path.join(self.programs, name), self.run[name])
        self.stamps_path = os.path.join(memory, "stamps")
        self.disk = disk
        self.here = ""
        self.round = 0
        self.clear()

    def clear(self):
        """Nothing is left of what was made before. On a disk that stays aside until the end: for
        half a minute ext4 looks at each inode that was freed, and takes none of them again."""
        self.round += 1
        if not self.disk:
            shutil.rmtree(self.here, ignore_errors=True)
        self.here = os.path.join(self.place, f"{self.round:03}")
        self.services = os.path.join(self.here, "services")
        self.folder = os.path.join(self.here, "folder")
        for directory in (self.here, self.services, self.folder):
            os.mkdir(directory)
        with open(self.stamps_path, "wb"):
            pass
        self.stamps = Stamps(self.stamps_path)
        self.names = []

    def make(self, count, program="child", prefix="s"):
        """`count` linked services more; their names."""
        names = [f"{prefix}{i}" for i in range(count)]
        for name in names:
            self.make_directory(name, program)
            self.link(name)
        self.names += names
        return names

    def make_directory(self, name, program="child"):
        os.mkdir(os.path.join(self.services, name))
        os.link(self.run[program], os.path.join(self.services, name, "run"))

    def write_rules(self, name, *lines):
        with open(os.path.join(self.services, name, "service.toml"), "w") as file:
            file.write("\n".join(lines) + "\n")

    def link(self, name):
        os.symlink(os.path.join(self.services, name), os.path.join(self.folder, name))

    def path(self, name):
        return os.path.join(self.folder, name)

    def paths(self):
        return [self.path(name) for name in self.names]

    def environment(self):
        return {"PATH": "/usr/bin:/bin", "BENCH_STAMPS": self.stamps_path}


class Stamps:
    """What the services wrote: a stamp a start."""

    def __init__(self, path):
        self.file = open(path, "rb", buffering=0)
        self.begun = b""  # of a stamp whose end is not there yet
        self.count = 0
        self.pids = {}  # the last process of each
        self.times = {}  # and when it started, ns
        self.last = 0  # when the last of all started

    def read(self):
        """Takes in what is new; returns that, as (name, ns, pid)."""
        new = []
        while data := self.file.read(1 << 22):
            # One that lies on two pages may come in two parts.
            data = self.begun + data
            whole = len(data) - len(data) % STAMP.size
            self.begun = data[whole:]
            for when, pid, _, name in STAMP.iter_unpack(data[:whole]):
                name = name.partition(b"\0")[0].decode()
                self.pids[name] = pid
                self.times[name] = when
                self.last = max(self.last, when)
                new.append((name, when, pid))
        self.count += len(new)
        return new

    def wait(self, count, every=0.001):
        """Until there have been `count` starts in all."""
        until(f"{count} starts", lambda: self.read() is None or self.count >= count, every)

    def wait_for(self, name, after, every=0.0002):
        """The time at which `name` started again after `after`, ns."""
        until(f"{name} starts",
              lambda: self.read() is None or self.times.get(name, 0) > after, every)
        return self.times[name]


class Stuck(RuntimeError):
    """What was waited for did not come."""


def until(what, condition, every=0.001, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise Stuck(f"waited {patience:.0f} seconds until {what}")
        time.sleep(every)
