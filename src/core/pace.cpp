// SPDX-License-Identifier: MIT
#include "core/pace.h"

#include <algorithm>
#include <limits>

namespace hf::core {

namespace {

// Between -100 and 100. The mixing is that of splitmix64.
int thousandths_off(std::uint32_t salt, unsigned starts) {
    std::uint64_t mixed = (std::uint64_t{salt} << 32 | starts) + 0x9e3779b97f4a7c15;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return static_cast<int>((mixed ^ mixed >> 31) % 201) - 100;
}

}  // namespace

std::uint16_t streak_after(const Rules& rules, std::uint16_t streak, Duration life) {
    if (life >= rules.reset_after) return 0;
    const bool is_full = streak == std::numeric_limits<std::uint16_t>::max();
    return is_full ? streak : static_cast<std::uint16_t>(streak + 1);
}

Duration restart_delay(const Rules& rules, std::uint16_t streak, unsigned starts) {
    Duration delay = rules.restart_delay;
    for (int failure = 1; failure < streak && delay < rules.longest_delay; ++failure)
        delay += std::min(delay, rules.longest_delay - delay);
    if (delay == rules.restart_delay) return delay;
    return delay + delay / 1000 * thousandths_off(rules.salt, starts);
}

}  // namespace hf::core
