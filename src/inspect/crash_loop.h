// SPDX-License-Identifier: MIT
// Exits soon after each restart, as the history of a service tells them.
#pragma once

#include <chrono>

#include "core/time.h"
#include "inspect/history.h"

namespace hf::inspect {

// Short lives, one after another, that no command had ended; up to the present one.
struct CrashLoop {
    unsigned exits = 0;
    core::WallTime since{};  // the first of these deaths
    core::WallTime last{};
    std::chrono::nanoseconds longest{};  // of these lives
    bool goes_further_back = false;      // than the history does

    // Whether a life that has lasted for `age` is still one of these.
    bool goes_on(std::chrono::seconds age) const;
};

CrashLoop crash_loop_of(const Notes& notes);

}  // namespace hf::inspect
