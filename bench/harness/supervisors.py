# SPDX-License-Identifier: MIT
"""Holdfast and its peers, behind one face: how each is started, ordered about, and stopped."""

import os
import select
import signal
import subprocess
import time

from . import processes
from .ground import ROOT, Stuck


def peers():
    return subprocess.run([os.path.join(ROOT, "bench", "peers.sh")], check=True,
                          stdout=subprocess.PIPE, text=True).stdout.strip()


class Supervisor:
    name = ""
    limit = 1000  # services it can have
    order_ends = False  # an end in order needs orders to each service

    def __init__(self, tree):
        self.bin = [os.path.join(tree, "usr", "bin"), os.path.join(tree, "usr", "sbin")]
        self.tree = tree

    def environment(self, ground):
        environment = ground.environment()
        environment["PATH"] = ":".join(self.bin) + ":/usr/bin:/bin"
        return environment

    def program(self, name):
        for directory in self.bin:
            if os.path.exists(os.path.join(directory, name)):
                return os.path.join(directory, name)
        raise FileNotFoundError(name)

    def prepare(self, ground):
        """Whatever it needs beside the folder."""

    def scanner(self, ground):
        """The command that supervises the folder."""
        raise NotImplementedError

    def order_term(self, path):
        """The command that ends the service's process, so that another one starts."""
        raise NotImplementedError

    def status(self, paths):
        """The command that says how they are; None if it cannot."""
        raise NotImplementedError

    def end(self, running):
        """Makes everything end in order."""
        running.process.send_signal(signal.SIGTERM)


class Daemontools(Supervisor):
    name = "daemontools"

    def scanner(self, ground):
        return [self.program("svscan"), ground.folder]

    def order_term(self, path):
        return [self.program("svc"), "-t", path]

    def status(self, paths):
        return [self.program("svstat"), *paths]

    def end(self, running):
        running.process.kill()
        subprocess.run([self.program("svc"), "-dx", *running.ground.paths()], check=True)


class Holdfast(Daemontools):
    name = "holdfast"
    limit = 100000

    def __init__(self, programs):
        super().__init__("/")
        self.bin = [programs]

    def end(self, running):
        Supervisor.end(self, running)


class Runit(Supervisor):
    name = "runit"

    def scanner(self, ground):
        return [self.program("runsvdir"), ground.folder]

    def order_term(self, path):
        return [self.program("sv"), "term", path]

    def status(self, paths):
        return [self.program("sv"), "status", *paths]

    def end(self, running):
        running.process.send_signal(signal.SIGHUP)


class S6(Supervisor):
    name = "s6"
    limit = 10000

    def environment(self, ground):
        environment = super().environment(ground)
        environment["LD_LIBRARY_PATH"] = os.path.join(self.tree, "usr/lib/x86_64-linux-gnu")
        return environment

    def prepare(self, ground):
        link = "/dev/shm/s6-supervise"  # see peers.sh
        target = self.program("s6-supervise")
        if not os.path.lexists(link) or os.readlink(link) != target:
            os.symlink(target, link + ".new")
            os.rename(link + ".new", link)

    def scanner(self, ground):
        return [self.program("s6-svscan"), "-c", str(self.limit), ground.folder]

    def order_term(self, path):
        return [self.program("s6-svc"), "-t", path]

    def status(self, paths):
        return [self.program("s6-svstat"), paths[0]] if len(paths) == 1 else None

    def end(self, running):
        running.command([self.program("s6-svscanctl"), "-t", running.ground.folder])

    def scan_again(self, ground):
        return [self.program("s6-svscanctl"), "-a", ground.folder]


class Supervisord(Supervisor):
    name = "supervisor"
    limit = 5000

    def environment(self, ground):
        environment = super().environment(ground)
        environment["PYTHONPATH"] = os.path.join(self.tree, "usr/lib/python3/dist-packages")
        return environment

    def prepare(self, ground):
        self.configuration = os.path.join(ground.memory, "supervisord.conf")
        socket = os.path.join(ground.memory, "supervisor.sock")
        with open(self.configuration, "w") as file:
            file.write(f"[unix_http_server]\nfile={socket}\n"
                       f"[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\n"
                       f"pidfile={ground.memory}/supervisord.pid\nminfds=20000\nminprocs=200\n"
                       "loglevel=error\n"
                       "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = "
                       "supervisor.rpcinterface:make_main_rpcinterface\n"
                       f"[supervisorctl]\nserverurl=unix://{socket}\n")
            for name in ground.names:
                file.write(f"[program:{name}]\ncommand={ground.services}/{name}/run\n"
                           f"directory={ground.services}/{name}\nautorestart=true\n"
                           "stdout_logfile=NONE\nstderr_logfile=NONE\n")

    def scanner(self, ground):
        return ["/usr/bin/python3", self.program("supervisord"), "-n", "-c", self.configuration]

    def control(self, *words):
        return ["/usr/bin/python3", self.program("supervisorctl"), "-c", self.configuration, *words]

    def order_term(self, path):
        return self.control("signal", "TERM", os.path.basename(path))

    def status(self, paths):
        return self.control("status", *[os.path.basename(path) for path in paths])


class Running:
    """A supervisor at work on a ground. All its processes have one pipe open, so that their end is
    seen without looking for them."""

    def __init__(self, supervisor, ground):
        self.supervisor = supervisor
        self.ground = ground
        supervisor.prepare(ground)
        self.environment = supervisor.environment(ground)
        self.alive, theirs = os.pipe()
        self.begun = time.monotonic_ns()
        self.process = subprocess.Popen(supervisor.scanner(ground), env=self.environment,
                                        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
        os.close(theirs)

    def command(self, words):
        """Runs it, at little cost of our own: it is part of what is measured."""
        null = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                (os.POSIX_SPAWN_DUP2, 1, 2)]
        pid = os.posix_spawn(words[0], words, self.environment, file_actions=null)
        if os.waitpid(pid, 0)[1] != 0:
            raise RuntimeError(f"{words} has failed")

    def own(self):
        """The supervision's own processes."""
        pid = self.process.pid
        return processes.without_services([pid] + processes.descendants(pid))

    def end(self):
        """In order; the seconds that took until nothing was left."""
        begin = time.monotonic()
        self.supervisor.end(self)
        while True:
            if not select.select([self.alive], [], [], 60)[0]:
                raise RuntimeError(f"{self.supervisor.name} does not end")
            if os.read(self.alive, 65536) == b"":
                break
        seconds = time.monotonic() - begin
        self.clean()
        return seconds

    def clean(self):
        processes.end_all()
        self.process.poll()
        if self.alive >= 0:
            os.close(self.alive)
        self.alive = -1


def start(supervisor, ground):
    """Runs it until each service has started once; returns it and the seconds that took."""
    running = Running(supervisor, ground)
    try:
        ground.stamps.wait(len(ground.names))
    except Stuck:
        running.clean()
        raise
    return running, (ground.stamps.last - running.begun) / 1e9
