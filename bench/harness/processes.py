# SPDX-License-Identifier: MIT
"""What a tree of processes costs, as the kernel counts it; and its end."""

import ctypes
import os
import signal
import time


def become_subreaper():
    """Whoever loses its parent below this process becomes its child, so that nobody is left over."""
    PR_SET_CHILD_SUBREAPER = 36
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def descendants(pid):
    found = []
    for child in children(pid):
        found.append(child)
        found += descendants(child)
    return found


def command(pid):
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip()
    except OSError:
        return ""


def without_services(pids):
    """Those that are the supervision's own."""
    return [pid for pid in pids if command(pid) != "run"]


def fields(path):
    """The numbers of a file of `Name:  number kB` lines."""
    result = {}
    with open(path) as file:
        for line in file:
            words = line.split()
            if len(words) > 1 and words[1].isdigit():
                result[words[0].rstrip(":")] = int(words[1])
    return result


def pss(pids):
    """KiB of user memory, what is shared divided fairly."""
    return sum(fields(f"/proc/{pid}/smaps_rollup")["Pss"] for pid in pids)


def kernel_memory():
    """KiB in the kernel, of the whole machine: slab, page tables, stacks."""
    memory = fields("/proc/meminfo")
    return memory["Slab"] + memory["PageTables"] + memory["KernelStack"]


def cpu(pids):
    """Seconds on a processor so far."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/schedstat") as file:
                total += int(file.read().split()[0])
        except OSError:
            pass
    return total / 1e9


def switches(pids):
    """Voluntary and involuntary context switches so far."""
    total = 0
    for pid in pids:
        status = fields(f"/proc/{pid}/status")
        total += status["voluntary_ctxt_switches"] + status["nonvoluntary_ctxt_switches"]
    return total


def end_all():
    """Ends and buries everything below this process."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        pids = descendants(os.getpid())
        # The supervisors first: whatever they supervise must not come back.
        for pid in without_services(pids) or pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0] != 0:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)
    raise RuntimeError("processes are left over")
