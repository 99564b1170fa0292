// SPDX-License-Identifier: MIT
#include "sys/clock.h"

#include <ctime>

namespace hf::sys {

namespace {

std::chrono::nanoseconds read(clockid_t clock) noexcept {
    timespec now{};
    ::clock_gettime(clock, &now);  // cannot fail: both clocks exist since Linux 2.6.39
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

std::chrono::nanoseconds boot_time() noexcept {
    return read(CLOCK_BOOTTIME);
}
std::chrono::nanoseconds wall_time() noexcept {
    return read(CLOCK_REALTIME);
}

}  // namespace hf::sys
