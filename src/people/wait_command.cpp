// SPDX-License-Identifier: MIT
// holdfast wait up|down|ready|dead NAME...
#include <map>

#include "people/commands.h"
#include "people/glance.h"
#include "people/orders.h"
#include "people/why/subject.h"
#include "tools/tool.h"

namespace hf::people {

namespace {

// Without --port, what its run script tells.
Condition readiness(const std::string& folder, const WaitOptions& options,
                    const std::vector<Awaited>& services) {
    std::map<std::string, std::uint16_t> ports;
    for (const Awaited& each : services)
        ports[each.name] = options.port != 0 ? options.port : subject(folder, each.name, 0).port;
    return [ports](const Seen& seen) { return is_ready(seen, ports.at(seen.name)); };
}

// The process that a service has now has ended, whether or not another one follows.
Condition deaths(const std::vector<Awaited>& services) {
    std::map<std::string, pid_t> before;
    for (const Awaited& each : services) before[each.name] = look_at(each.name, each.path).pid();
    return [before](const Seen& seen) -> Verdict {
        pid_t old = before.at(seen.name);
        return old == 0 || seen.pid() != old;
    };
}

Condition condition_of(const std::string& folder, const WaitOptions& options,
                       const std::vector<Awaited>& services) {
    if (options.goal == "down") return is_down;
    if (options.goal == "dead") return deaths(services);
    if (options.goal == "ready") return readiness(folder, options, services);
    return [](const Seen& seen) -> Verdict { return seen.up(); };
}

}  // namespace

int wait_command(const WaitOptions& options) {
    std::string folder = service_folder(options.where.folder);
    auto services = awaited(folder, chosen(folder, options.names, false));
    for (const Awaited& each : services) {
        if (!look_at(each.name, each.path).readable)
            throw Fatal{"you may not look into " + each.path +
                        "/supervise; as root you may (sudo)"};
    }
    auto open =
        await(services, condition_of(folder, options, services), patience_of(options.patience));
    for (const Awaited& each : open) warn(each.name + " is not " + options.goal + " yet");
    return open.empty() ? 0 : 1;
}

}  // namespace hf::people
