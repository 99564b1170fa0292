// SPDX-License-Identifier: MIT
#include "guardian/signals.h"

#include <sys/signalfd.h>

#include <csignal>
#include <initializer_list>

#include "guardian/messages.h"

namespace hf::guardian {

// Where SIGCHLD is ignored, as this process may have inherited it, the kernel reaps the children
// by itself, and no death is ever seen.
int open_signals() {
    ::signal(SIGCHLD, SIG_DFL);
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    sigset_t wanted;
    ::sigemptyset(&wanted);
    for (int number : {SIGCHLD, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR2})
        ::sigaddset(&wanted, number);
    int signals = ::signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signals < 0) fatal_error("unable to create signalfd");
    return signals;
}

}  // namespace hf::guardian
