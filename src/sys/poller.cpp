// SPDX-License-Identifier: MIT
#include "sys/poller.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <limits>

#include "sys/error.h"

namespace hf::sys {

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) fail("unable to create epoll");
}

void Poller::add(int fd, std::uint64_t tag, Until until) {
    control(EPOLL_CTL_ADD, fd, tag, until);
}

void Poller::change(int fd, std::uint64_t tag, Until until) {
    control(EPOLL_CTL_MOD, fd, tag, until);
}

void Poller::control(int operation, int fd, std::uint64_t tag, Until until) {
    epoll_event event{};
    event.events = until == Until::readable ? EPOLLIN : EPOLLOUT;
    event.data.u64 = tag;
    if (::epoll_ctl(epoll_.get(), operation, fd, &event) < 0) fail("unable to watch");
}

void Poller::remove(int fd) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

std::vector<std::uint64_t> Poller::wait(std::optional<std::chrono::nanoseconds> timeout) {
    int milliseconds = -1;
    if (timeout) {
        auto rounded = std::chrono::ceil<std::chrono::milliseconds>(*timeout).count();
        using Limits = std::numeric_limits<int>;
        milliseconds = static_cast<int>(std::clamp<decltype(rounded)>(rounded, 0, Limits::max()));
    }
    std::array<epoll_event, most_tags> events;
    int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), milliseconds);
    std::vector<std::uint64_t> tags;
    for (int i = 0; i < count; ++i) tags.push_back(events[static_cast<size_t>(i)].data.u64);
    return tags;
}

}  // namespace hf::sys
