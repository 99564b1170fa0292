// SPDX-License-Identifier: MIT
// How soon a service that fails again and again is started again. Pure.
#pragma once

#include "core/rules.h"

namespace hf::core {

// How many failures in a row there are after one more life of that length.
std::uint16_t streak_after(const Rules& rules, std::uint16_t streak, Duration life);

// From a start to the next, at least: doubled with each failure in a row but the first, up to the
// longest delay, and as soon as it has grown, longer or shorter by up to a tenth. Always the same
// for the same `starts`, so that a deadline can be asked for at any time.
Duration restart_delay(const Rules& rules, std::uint16_t streak, unsigned starts);

}  // namespace hf::core
