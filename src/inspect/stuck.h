// SPDX-License-Identifier: MIT
// Threads that the kernel holds: in a disk, or in a file system that somebody else answers for. For
// a moment that is usual; who is in the same wait a second later is stuck.
#pragma once

#include <string>
#include <vector>

#include "inspect/processes.h"

namespace hf::inspect {

struct Stuck {
    pid_t pid = 0;
    Thread thread;
    std::string file;  // at which it waits; empty if that is not known
};

// Those of these processes. Takes a second if any looks like it, else no time.
std::vector<Stuck> stuck_threads(const std::vector<pid_t>& pids);

// The mounted file system that `path` is on, without asking it: "/mnt (nfs4 from host:/export)".
std::string mount_of(const std::string& path);

// The mount point of `path`, if others answer for what is there; else empty. Follows one link.
std::string remote_mount_of(const std::string& path);

// All that are answered for by other machines or by programs.
std::vector<std::string> remote_mounts();

}  // namespace hf::inspect
