// SPDX-License-Identifier: MIT
// One of the services that are supervised together: what it does, whether its directory is held,
// and to whom it is bound. Pure.
//
// The table says what change() makes of `hold`, and in brackets when it is tried again: at once, or
// after a delay of so many milliseconds. "-" cannot happen. test/unit/hold_test.cpp compares it
// with change(), for a unit that was not refused before.
//
// clang-format off
//   event    | untried       refused       held           released
//   ---------+-------------------------------------------------------
//   taken    | held          held          -              held
//   refused  | refused[100]  refused[100]  refused[100]   refused[100]
//   released | -             -             released[5000] -
//   recalled | -             -             -              released[0]
//   unsaved  | -             -             held[5000]     -
//
//   untried   nobody has tried to take it yet; due at once
//   refused   it could not be taken; each attempt in a row waits twice as long, up to 5 s
//   held      its lock is ours
//   released  told to exit, it has; as it stands in the scan directory, it is taken again
// clang-format on
#pragma once

#include <optional>

#include "core/service.h"
#include "core/time.h"

namespace hf::core {

// A service directory that is held: its lock is ours.
enum class Dir : unsigned {};

enum class UnitId : unsigned {};

enum class Hold { untried, refused, held, released };

struct Unit {
    Service service{};
    Hold hold = Hold::untried;
    Dir dir{};               // while it is held
    Time retry_at{};         // when to try again to take it or, while it is held, to save it
    Duration retry_delay{};  // the last, of attempts in a row that were refused
    bool is_logger = false;  // also when nobody's any more
    // The bond of a log: a logger reads what its owner writes.
    std::optional<UnitId> owner{};
    std::optional<UnitId> logger{};
};

enum class HoldEvent {
    taken,
    refused,   // also what was taken already can turn out not to be usable
    released,  // its supervision is over
    recalled,  // it is to be taken at once, and not after its pause
    unsaved,   // its record could not be written
};

// The only way to change a `hold`. Of the service of what is not held, nothing is known but whether
// it is linked.
void change(Unit& unit, HoldEvent event, Time now);

}  // namespace hf::core
