// SPDX-License-Identifier: MIT
#include "cli/wait_conditions.h"

#include <algorithm>
#include <map>

#include "inspect/processes.h"
#include "inspect/server.h"
#include "sys/clock.h"

namespace hf::cli {

using namespace control;
using namespace inspect;

namespace {

using std::chrono::milliseconds;

// A start counts when the process has lived a moment: what fails at once is not up.
constexpr std::chrono::nanoseconds moment = milliseconds(300);

// No kernel tells when a program begins to listen: that has to be looked at again and again.
constexpr std::chrono::nanoseconds listening_period = milliseconds(100);

// A server that does not get its port may try for a while before it exits: nginx for 2.5 s.
constexpr std::chrono::nanoseconds proven_life = std::chrono::seconds(3);

// Between the first port of a server and its last.
constexpr std::chrono::nanoseconds time_for_more_ports = std::chrono::seconds(2);

std::optional<std::chrono::nanoseconds> life_of(const ServiceView& view) {
    if (view.record && view.record->service.exits > 0)
        return sys::boot_time() - view.record->service.changed.boot.time_since_epoch();
    auto process = inspect::process(view.pid());
    if (!process) return std::nullopt;
    return sys::boot_time() - process->born;
}

// What fails again and again may listen each time: it must live longer than it ever did.
Check outlived(const ServiceView& view) {
    constexpr std::chrono::nanoseconds margin = std::chrono::seconds(1);
    Check settled = is_settled(view);
    auto life = life_of(view);
    if (!settled.holds || !view.crash_loop || !life) return settled;
    const auto enough = view.crash_loop->longest + margin;
    return *life > enough ? Check(true) : Check::later(enough - *life);
}

}  // namespace

bool says_ready(const ServiceView& view) {
    return view.record && view.record->service.says_ready;
}

Check is_down(const ServiceView& view) {
    return !view.up() && !view.finishing() && (!view.supervised || !view.wants_up());
}

Check is_settled(const ServiceView& view) {
    if (is_done(view)) return true;
    if (!view.up()) return false;
    auto life = life_of(view);
    if (!life) return Check::later(moment);
    return *life >= moment ? Check(true) : Check::later(moment - *life);
}

Check is_ready(const ServiceView& view, std::uint16_t port) {
    if (says_ready(view) && port == 0) return control::is_ready(view);
    Check settled = outlived(view);
    if (!settled.holds || port == 0) return settled;
    return listens(view.pid(), port) ? Check(true) : Check::later(listening_period);
}

Check is_serving(const ServiceView& view, std::uint16_t port) {
    if (says_ready(view) && port == 0) return control::is_ready(view);
    Check settled = is_settled(view);
    auto life = life_of(view);
    if (!settled.holds || !life) return settled;
    Processes processes;
    Server server = server_of(processes, view.pid(), port);
    bool anywhere = !server.own.empty() || !server.own_udp.empty();
    if (port == 0) {
        if (anywhere || *life >= proven_life) return true;
        return Check::later(std::min(listening_period, proven_life - *life));
    }
    if (!at_port(server.own, port).empty() || !at_port(server.own_udp, port).empty())
        return control::is_ready(view);
    if (anywhere && *life >= time_for_more_ports) return Check::never();
    return Check::later(listening_period);
}

Condition unless_crash_loop(const std::vector<WatchedService>& services, Condition condition) {
    std::map<std::string, unsigned> before;
    for (const WatchedService& each : services) {
        ServiceView view = inspect_service(each.name, each.path);
        if (view.record) before[each.name] = view.record->service.exits;
    }
    return unless_crash_loop(std::move(before), std::move(condition));
}

Condition unless_crash_loop(std::map<std::string, unsigned> exits, Condition condition) {
    return [exits = std::move(exits),
            condition = std::move(condition)](const ServiceView& view) -> Check {
        auto found = exits.find(view.name);  // what had no record yet has not exited either
        unsigned before = found == exits.end() ? 0 : found->second;
        bool has_exited = view.record && view.record->service.exits > before;
        if (view.crash_loop && has_exited) return Check::never();
        return condition(view);
    };
}

Condition unless_stopping(Condition condition) {
    return [condition = std::move(condition)](const ServiceView& view) -> Check {
        return is_stopping(view) ? Check::never() : condition(view);
    };
}

}  // namespace hf::cli
