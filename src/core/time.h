// SPDX-License-Identifier: MIT
// The two clocks. Waiting and ages use the time since boot, which nobody can set back; the wall
// clock is only ever written down as a label for people and for daemontools' own tools.
#pragma once

#include <chrono>

namespace hf::core {

using Duration = std::chrono::nanoseconds;

// The kernel's CLOCK_BOOTTIME: the same for every process of one boot, so it can be stored.
struct BootClock {
    using rep = Duration::rep;
    using period = Duration::period;
    using duration = Duration;
    using time_point = std::chrono::time_point<BootClock>;
    static constexpr bool is_steady = true;  // core never reads it: there is no now()
};
using Time = BootClock::time_point;
using WallTime = std::chrono::sys_time<Duration>;

// One instant on both clocks.
struct Moment {
    Time boot;
    WallTime wall;
    bool operator==(const Moment&) const = default;
};

}  // namespace hf::core
