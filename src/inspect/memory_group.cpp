// SPDX-License-Identifier: MIT
#include "inspect/memory_group.h"

#include <cstdio>

#include "inspect/files.h"
#include "inspect/processes.h"
#include "text/decimal.h"
#include "text/words.h"

namespace hf::inspect {

using namespace text;

namespace {

// The two generations of groups, where Linux systems mount them.
struct Place {
    std::string directory;
    const char* limit;
    const char* events;
};

// "4:memory:/web" in the first generation, "0::/web" in the second. In a container the path may be
// the host's, and then the group that is seen is the container's own.
std::optional<Place> place_of(pid_t pid) {
    for (const std::string& line : lines_of(contents("/proc/" + std::to_string(pid) + "/cgroup"))) {
        size_t first = line.find(':');
        size_t second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        std::string kinds = "," + line.substr(first + 1, second - first - 1) + ",";
        std::string path = line.substr(second + 1);
        if (kinds.find(",memory,") != std::string::npos) {
            for (const std::string& directory :
                 {"/sys/fs/cgroup/memory" + path, std::string("/sys/fs/cgroup/memory")}) {
                if (exists(directory + "/memory.oom_control"))
                    return Place{directory, "memory.limit_in_bytes", "memory.oom_control"};
            }
        }
        if (!line.starts_with("0::")) continue;
        for (const std::string& directory :
             {"/sys/fs/cgroup" + path, std::string("/sys/fs/cgroup")}) {
            if (exists(directory + "/memory.events"))
                return Place{directory, "memory.max", "memory.events"};
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<MemoryGroup> memory_group_of(pid_t pid) {
    auto place = place_of(pid);
    if (!place) return std::nullopt;
    MemoryGroup group;
    group.directory = place->directory;
    std::string limit = contents(place->directory + "/" + place->limit);
    limit = limit.substr(0, limit.find('\n'));
    constexpr std::uint64_t beyond_any_machine = 1ULL << 60U;  // "no limit" of the first generation
    auto bytes = text::decimal(limit);                         // "max" is no number
    if (!limit.empty() && bytes && *bytes < beyond_any_machine) group.limit = *bytes;
    for (const std::string& line : lines_of(contents(place->directory + "/" + place->events))) {
        unsigned long long kills = 0;
        if (std::sscanf(line.c_str(), "oom_kill %llu", &kills) == 1) group.kills = kills;
    }
    return group;
}

}  // namespace hf::inspect
