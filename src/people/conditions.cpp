// SPDX-License-Identifier: MIT
// What services are waited for to be.
#include "people/look/processes.h"
#include "people/look/server.h"
#include "people/orders.h"
#include "sys/clock.h"

namespace hf::people {

namespace {

using std::chrono::milliseconds;

// A start counts when the process has lived a moment: what fails at once is not up.
constexpr std::chrono::nanoseconds moment = milliseconds(300);

// No kernel tells when a program begins to listen: that has to be looked at again and again.
constexpr std::chrono::nanoseconds listening_period = milliseconds(100);

std::optional<std::chrono::nanoseconds> life_of(const Seen& seen) {
    if (seen.record && seen.record->service.deaths > 0)
        return sys::boot_time() - seen.record->service.changed.boot.time_since_epoch();
    auto process = people::process(seen.pid());
    if (!process) return std::nullopt;
    return sys::boot_time() - process->born;
}

}  // namespace

Verdict is_down(const Seen& seen) {
    return !seen.up() && (!seen.supervised || !seen.wants_up());
}

Verdict is_settled(const Seen& seen) {
    if (!seen.up()) return false;
    auto life = life_of(seen);
    if (!life) return Verdict::later(moment);
    return *life >= moment ? Verdict(true) : Verdict::later(moment - *life);
}

Verdict is_ready(const Seen& seen, std::uint16_t port) {
    Verdict settled = is_settled(seen);
    if (!settled.is_so || port == 0) return settled;
    return listens(seen.pid(), port) ? Verdict(true) : Verdict::later(listening_period);
}

}  // namespace hf::people
