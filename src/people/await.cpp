// SPDX-License-Identifier: MIT
#include "people/await.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "sys/clock.h"

namespace hf::people {

namespace {

using std::chrono::milliseconds;

// How often to look where the kernel cannot tell (network file systems, no watches left), and how
// long to trust it where it can: a directory may come to stand elsewhere.
constexpr milliseconds blind(100);
constexpr milliseconds trusting(1000);

}  // namespace

StatusWatch::StatusWatch(const std::vector<Awaited>& services)
    : inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (!inotify_) complete_ = false;
    for (const Awaited& each : services) {
        if (!complete_) break;
        // The file is written in place by our engine, and replaced by the original's supervise.
        std::string place = each.path + "/supervise";
        int watch = ::inotify_add_watch(inotify_.get(), place.c_str(),
                                        IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF);
        if (watch < 0) complete_ = false;
    }
}

void StatusWatch::wait(std::chrono::nanoseconds timeout) {
    auto longest = std::min<std::chrono::nanoseconds>(timeout, complete_ ? trusting : blind);
    pollfd news{inotify_.get(), POLLIN, 0};
    int limit = static_cast<int>(std::chrono::ceil<milliseconds>(longest).count());
    if (::poll(&news, 1, std::max(limit, 0)) <= 0) return;
    alignas(inotify_event) std::array<char, 65536> events{};
    while (::read(inotify_.get(), events.data(), events.size()) > 0) {
    }
}

std::vector<Awaited> await(const std::vector<Awaited>& services,
                           const std::function<bool(const Seen&)>& is_so,
                           std::optional<std::chrono::nanoseconds> patience) {
    StatusWatch watch(services);
    std::vector<Awaited> open = services;
    auto begin = sys::boot_time();
    for (;;) {
        std::erase_if(open,
                      [&](const Awaited& each) { return is_so(look_at(each.name, each.path)); });
        if (open.empty()) return open;
        auto gone = sys::boot_time() - begin;
        if (patience && gone >= *patience) return open;
        watch.wait(patience ? *patience - gone : std::chrono::nanoseconds(std::chrono::hours(1)));
    }
}

}  // namespace hf::people
