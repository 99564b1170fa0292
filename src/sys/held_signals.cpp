// SPDX-License-Identifier: MIT
#include "sys/held_signals.h"

#include "sys/error.h"
#include "sys/fd.h"

namespace hf::sys {

HeldSignals::HeldSignals(std::initializer_list<int> signals) {
    ::sigemptyset(&held_);
    for (int signal : signals) ::sigaddset(&held_, signal);
    ::sigprocmask(SIG_BLOCK, &held_, &before_);
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    const bool child = ::sigismember(&held_, SIGCHLD) == 1;
    ::sigaction(SIGCHLD, child ? &standard : nullptr, &child_before_);
}

Arrival HeldSignals::wait() const {
    siginfo_t info{};
    if (retry([&] { return ::sigwaitinfo(&held_, &info); }) < 0) fail("unable to wait");
    return {info.si_signo, info.si_code <= 0};
}

void HeldSignals::let_go() {
    if (!holding_) return;
    holding_ = false;
    ::sigaction(SIGCHLD, &child_before_, nullptr);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace hf::sys
