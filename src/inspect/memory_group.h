// SPDX-License-Identifier: MIT
// The kernel's memory group (cgroup) of a process: a container's, a unit's, or the service's own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace hf::inspect {

struct MemoryGroup {
    std::string directory;               // below /sys/fs/cgroup
    std::optional<std::uint64_t> limit;  // bytes; none: no limit
    std::uint64_t kills = 0;             // how many the kernel has ended in it for want of memory
};

// None where that is not told.
std::optional<MemoryGroup> memory_group_of(pid_t pid);

}  // namespace hf::inspect
