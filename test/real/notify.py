#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays systemd for one svscan: reads what it says by sd_notify, while its engine is well, stopped,
killed and upgraded. Silent and 0 if all is as it should be; takes the directory of the programs."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 10.0


class Init:
    def __init__(self, programs, place, abstract):
        name = f"holdfast-{os.getpid()}" if abstract else os.path.join(place, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + name if abstract else name)
        self.folder = os.path.join(place, "service")
        os.makedirs(os.path.join(self.folder, "app"))
        self.seen = os.path.join(place, "environment")
        run = os.path.join(self.folder, "app", "run")
        with open(run, "w") as file:
            file.write(f"#!/bin/sh\nenv >{self.seen}\nexec sleep 99\n")
        os.chmod(run, 0o755)
        environment = dict(os.environ, NOTIFY_SOCKET=("@" if abstract else "") + name,
                           WATCHDOG_USEC="400000", HF_TEST_MARK=os.environ.get("HF_TEST_MARK", ""))
        self.svscan = subprocess.Popen([os.path.join(programs, "svscan"), self.folder],
                                       env=environment, stderr=subprocess.DEVNULL)

    def hear(self, wanted, within=PATIENCE):
        """The seconds until it says `wanted`."""
        begin = time.monotonic()
        while (left := begin + within - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                if self.socket.recv(100).decode() == wanted:
                    return time.monotonic() - begin
            except TimeoutError:
                break
        sys.exit(f"svscan did not say {wanted}")

    def engine(self):
        found = subprocess.run(["pgrep", "-o", "-P", str(self.svscan.pid), "-x", "holdfast-engine"],
                               capture_output=True, text=True)
        return int(found.stdout)

    def drain(self):
        self.socket.setblocking(False)
        try:
            while True:
                self.socket.recv(100)
        except BlockingIOError:
            pass


def play(programs, place, abstract):
    init = Init(programs, place, abstract)
    try:
        init.hear("READY=1")
        for _ in range(5):
            init.hear("WATCHDOG=1", within=2)

        # One that does not answer is not vouched for; the guardian replaces it, and says so.
        engine = init.engine()
        os.kill(engine, signal.SIGSTOP)
        init.drain()
        if init.hear("READY=1") < 1:
            sys.exit("an engine that was stopped was taken for a living one")
        if init.engine() == engine:
            sys.exit("the engine that was stopped is still there")
        init.hear("WATCHDOG=1")

        os.kill(init.svscan.pid, signal.SIGUSR2)
        init.hear("READY=1")
        init.hear("WATCHDOG=1")
        os.kill(init.engine(), signal.SIGKILL)
        init.hear("READY=1")
        init.hear("WATCHDOG=1")

        init.svscan.send_signal(signal.SIGTERM)
        init.hear("STOPPING=1")
        if init.svscan.wait(PATIENCE) != 0:
            sys.exit("svscan did not end with 0")
        with open(init.seen) as file:
            if any(line.startswith(("NOTIFY_", "WATCHDOG_")) for line in file):
                sys.exit("the service can see what is between svscan and systemd")
    finally:
        if init.svscan.poll() is None:
            init.svscan.send_signal(signal.SIGTERM)
            init.svscan.wait()


def main():
    for abstract in (False, True):
        with tempfile.TemporaryDirectory(prefix="holdfast-notify.") as place:
            play(sys.argv[1], place, abstract)


main()
