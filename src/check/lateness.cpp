// SPDX-License-Identifier: MIT
#include "check/lateness.h"

#include <algorithm>
#include <chrono>

namespace hf::check {

void Lateness::turn(core::Time began, core::Time due, core::Time woke, bool saw_all) {
    const auto length =
        std::chrono::floor<std::chrono::milliseconds>(std::max(began - busy_since_, woke - due));
    if (saw_all) busy_since_ = woke;
    if (length.count() <= 0) return;
    while (!delays_.empty() && delays_.back().length <= length) delays_.pop_back();
    delays_.push_back({woke, length});
}

core::Duration Lateness::since(core::Time begin) const {
    const auto first = std::ranges::lower_bound(delays_, begin, {}, &Delay::at);
    return first == delays_.end() ? core::Duration{} : first->length;
}

void Lateness::forget_before(core::Time begin) {
    while (!delays_.empty() && delays_.front().at < begin) delays_.pop_front();
}

}  // namespace hf::check
