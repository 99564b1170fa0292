// SPDX-License-Identifier: MIT
#include "engine/blocking_guard.h"

#include <sys/time.h>

#include <algorithm>

#include "sys/clock.h"

namespace hf::engine {

namespace {

constexpr itimerval timeout{{0, 0}, {1, 500'000}};
constexpr itimerval never{};

// A timer that was set longer ago is set again: whoever is entered has at least patience less this.
constexpr core::Duration still_fresh = std::chrono::milliseconds(250);

}  // namespace

void Watchdog::enter(const std::string& name) {
    if (page_ == nullptr) return;
    size_t size = std::min(name.size(), page_->busy.size() - 1);
    std::copy_n(name.begin(), size, page_->busy.begin());
    page_->busy[size] = '\0';
    core::Time now(sys::boot_time());
    if (is_set_ && now - set_ < still_fresh) return;
    ::setitimer(ITIMER_REAL, &timeout, nullptr);
    set_ = now;
    is_set_ = true;
}

void Watchdog::leave() {
    if (page_ != nullptr) page_->busy[0] = '\0';
}

void Watchdog::disarm() {
    if (!is_set_) return;
    ::setitimer(ITIMER_REAL, &never, nullptr);
    is_set_ = false;
}

}  // namespace hf::engine
