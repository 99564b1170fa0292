// SPDX-License-Identifier: MIT
// Reading the clocks (clock_gettime(2)); no system call where the vDSO serves.
#pragma once

#include <chrono>

namespace hf::sys {

// CLOCK_BOOTTIME: time since boot, suspension included.
std::chrono::nanoseconds boot_time() noexcept;

// CLOCK_REALTIME, since 1970.
std::chrono::nanoseconds wall_time() noexcept;

}  // namespace hf::sys
