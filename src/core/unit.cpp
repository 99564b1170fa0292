// SPDX-License-Identifier: MIT
#include "core/unit.h"

#include <algorithm>
#include <cassert>

namespace hf::core {

namespace {

// From a moment, for what is just being made, to the original's interval between two scans.
constexpr Duration first_retry = std::chrono::milliseconds(100);
constexpr Duration last_retry = std::chrono::seconds(5);

// After `svc -x` a linked directory is taken again in the original's rhythm, so that there is time
// to remove the link.
constexpr Duration pause_after_release = std::chrono::seconds(5);

void lose(Unit& unit, Hold hold) {
    bool linked = unit.service.linked;
    unit.service = {};
    unit.service.linked = linked;
    unit.hold = hold;
}

}  // namespace

void change(Unit& unit, HoldEvent event, Time now) {
    switch (event) {
        case HoldEvent::taken:
            assert(unit.hold != Hold::held);
            unit.hold = Hold::held;
            unit.retry_delay = {};
            break;
        case HoldEvent::refused:
            lose(unit, Hold::refused);
            unit.retry_delay = std::clamp(2 * unit.retry_delay, first_retry, last_retry);
            unit.retry_at = now + unit.retry_delay;
            break;
        case HoldEvent::released:
            assert(unit.hold == Hold::held);
            lose(unit, Hold::released);
            unit.retry_at = now + pause_after_release;
            break;
        case HoldEvent::recalled:
            assert(unit.hold == Hold::released);
            unit.retry_at = now;
            break;
        case HoldEvent::unsaved:
            assert(unit.hold == Hold::held);
            unit.retry_at = now + last_retry;
            break;
    }
}

}  // namespace hf::core
