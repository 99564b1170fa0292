// SPDX-License-Identifier: MIT
#include "log/signals.h"

#include <poll.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "sys/error.h"

namespace hf::log {

namespace {

// SIGXFSZ only so that it does not kill: a limit of file sizes is an error of write(2), then.
constexpr std::array wanted{SIGTERM, SIGALRM, SIGCHLD, SIGXFSZ};

}  // namespace

Signals::Signals() {
    sigset_t ours{};
    sigemptyset(&ours);
    for (int signal : wanted) {
        sigaddset(&ours, signal);
        ::signal(signal, SIG_DFL);  // an ignored SIGCHLD would hide how a processor ended
    }
    ::sigprocmask(SIG_BLOCK, &ours, &child_mask_);
    for (int signal : wanted) sigdelset(&child_mask_, signal);
    pipe_was_ignored_ = ::signal(SIGPIPE, SIG_IGN) == SIG_IGN;
    fd_ = sys::Fd(::signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd_) sys::fail("unable to watch for signals");
}

void Signals::collect() {
    signalfd_siginfo info{};
    while (::read(fd_.get(), &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGTERM) stop_ = true;
        if (info.ssi_signo == SIGALRM) alarm_ = true;
        if (info.ssi_signo == SIGCHLD) child_ = true;
    }
}

void Signals::wait_once(Clock::time_point end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    pollfd waited{fd_.get(), POLLIN, 0};
    ::poll(&waited, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
    collect();
}

bool Signals::wait_for_stop(std::chrono::nanoseconds most) {
    const auto end = Clock::now() + most;
    collect();
    while (!stop_ && Clock::now() < end) wait_once(end);
    return stop_;
}

bool Signals::wait_for_child(std::chrono::nanoseconds most) {
    const auto end = Clock::now() + most;
    collect();
    while (!stop_ && !child_ && Clock::now() < end) wait_once(end);
    return stop_;
}

}  // namespace hf::log
