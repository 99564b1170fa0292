// SPDX-License-Identifier: MIT
#include "control/wake_sources.h"

#include <algorithm>

#include "sys/process.h"

namespace hf::control {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

void Wait::limit(nanoseconds time) {
    time = std::max(time, nanoseconds(0));
    limit_ = std::min(limit_.value_or(time), time);
}

void Wait::run() {
    constexpr milliseconds most(1L << 30U);
    int time = -1;
    if (limit_)
        time = static_cast<int>(std::min(std::chrono::ceil<milliseconds>(*limit_), most).count());
    ::poll(polled_.data(), polled_.size(), time);
}

bool Wait::has(int fd) const {
    return std::any_of(polled_.begin(), polled_.end(),
                       [&](const pollfd& each) { return each.fd == fd && each.revents != 0; });
}

void Ends::add(pid_t pid) {
    if (pid <= 0 || processes_.contains(pid)) return;
    sys::Fd process = sys::open_process(pid);
    if (!process) one_had_ended_ = true;
    processes_.emplace(pid, std::move(process));
}

void Ends::prepare(Wait& wait) const {
    for (const auto& [pid, process] : processes_) wait.add(process.get(), POLLIN);
    if (one_had_ended_) wait.limit(nanoseconds(0));
}

bool Ends::fired(const Wait& wait) {
    bool any = std::exchange(one_had_ended_, false);
    for (auto& [pid, process] : processes_) {
        if (!process || !wait.has(process.get())) continue;
        process.reset();
        any = true;
    }
    return any;
}

void BlindTimer::prepare(Wait& wait) const {
    constexpr milliseconds period(100);
    if (runs_) wait.limit(period);
}

}  // namespace hf::control
