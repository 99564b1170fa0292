// SPDX-License-Identifier: MIT
#include "sys/blocked_signals.h"

#include "sys/error.h"
#include "sys/fd.h"

namespace hf::sys {

BlockedSignals::BlockedSignals(std::initializer_list<int> signals) {
    ::sigemptyset(&blocked_);
    for (int signal : signals) ::sigaddset(&blocked_, signal);
    ::sigprocmask(SIG_BLOCK, &blocked_, &before_);
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    const bool child = ::sigismember(&blocked_, SIGCHLD) == 1;
    ::sigaction(SIGCHLD, child ? &standard : nullptr, &child_before_);
}

Arrival BlockedSignals::wait() const {
    siginfo_t info{};
    if (retry([&] { return ::sigwaitinfo(&blocked_, &info); }) < 0) fail("unable to wait");
    return {info.si_signo, info.si_code <= 0};
}

void BlockedSignals::unblock() {
    if (!blocking_) return;
    blocking_ = false;
    ::sigaction(SIGCHLD, &child_before_, nullptr);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace hf::sys
