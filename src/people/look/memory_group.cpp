// SPDX-License-Identifier: MIT
#include "people/look/memory_group.h"

#include <sys/stat.h>

#include <cstdio>

#include "format/decimal.h"
#include "people/look/processes.h"
#include "people/look/words.h"

namespace hf::people {

namespace {

// The two generations of groups, where Linux systems mount them.
struct Place {
    std::string folder;
    const char* limit;
    const char* events;
};

bool exists(const std::string& path) {
    struct stat ignored {};
    return ::stat(path.c_str(), &ignored) == 0;
}

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
            for (const std::string& folder :
                 {"/sys/fs/cgroup/memory" + path, std::string("/sys/fs/cgroup/memory")}) {
                if (exists(folder + "/memory.oom_control"))
                    return Place{folder, "memory.limit_in_bytes", "memory.oom_control"};
            }
        }
        if (!line.starts_with("0::")) continue;
        for (const std::string& folder : {"/sys/fs/cgroup" + path, std::string("/sys/fs/cgroup")}) {
            if (exists(folder + "/memory.events"))
                return Place{folder, "memory.max", "memory.events"};
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<MemoryGroup> memory_group_of(pid_t pid) {
    auto place = place_of(pid);
    if (!place) return std::nullopt;
    MemoryGroup group;
    group.folder = place->folder;
    std::string limit = contents(place->folder + "/" + place->limit);
    limit = limit.substr(0, limit.find('\n'));
    constexpr std::uint64_t beyond_any_machine = 1ULL << 60U;  // "no limit" of the first generation
    auto bytes = format::decimal(limit);                       // "max" is no number
    if (!limit.empty() && bytes && *bytes < beyond_any_machine) group.limit = *bytes;
    for (const std::string& line : lines_of(contents(place->folder + "/" + place->events))) {
        unsigned long long kills = 0;
        if (std::sscanf(line.c_str(), "oom_kill %llu", &kills) == 1) group.kills = kills;
    }
    return group;
}

}  // namespace hf::people
