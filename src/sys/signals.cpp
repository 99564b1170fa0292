// SPDX-License-Identifier: MIT
#include "sys/signals.h"

#include <sys/signalfd.h>

#include <csignal>

#include "sys/error.h"

namespace hf::sys {

std::vector<int> block_signals() {
    std::vector<int> ignored;
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction action {};
        if (::sigaction(number, nullptr, &action) < 0 || action.sa_handler != SIG_IGN) continue;
        ignored.push_back(number);
        action.sa_handler = SIG_DFL;
        ::sigaction(number, &action, nullptr);
    }
    sigset_t set;
    ::sigfillset(&set);
    for (int number : {SIGALRM, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS})
        ::sigdelset(&set, number);
    ::sigprocmask(SIG_SETMASK, &set, nullptr);
    return ignored;
}

Fd open_signals(const std::vector<int>& signals) {
    sigset_t set;
    ::sigemptyset(&set);
    for (int number : signals) ::sigaddset(&set, number);
    Fd fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!fd) fail("unable to create signalfd");
    return fd;
}

std::optional<int> next_signal(int fd) {
    signalfd_siginfo info{};
    if (retry([&] { return ::read(fd, &info, sizeof info); }) != sizeof info) return std::nullopt;
    return static_cast<int>(info.ssi_signo);
}

}  // namespace hf::sys
