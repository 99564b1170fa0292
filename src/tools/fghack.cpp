// SPDX-License-Identifier: MIT
// fghack child: stays in the foreground for a program that puts itself into the background.
//
// The original gave the child many copies of a pipe and waited for the last holder to close it.
// We adopt what the child leaves behind instead: no descriptor is spent, a daemon that closes all
// it has is noticed too, and there is somebody to forward signals to.
#include <csignal>
#include <optional>
#include <set>

#include "program/tool.h"
#include "sys/blocked_signals.h"
#include "sys/children.h"
#include "sys/exec.h"

namespace hf::program {

namespace {

// To the child while it lives, then to what it left behind. A signal of the terminal's has reached
// the whole foreground group already.
void forward(const sys::Arrival& arrival, bool child_lives, pid_t child) {
    if (!arrival.sent || arrival.signal == SIGCHLD) return;
    const auto heirs = child_lives ? std::vector<pid_t>{child} : sys::children();
    for (pid_t pid : heirs) ::kill(pid, arrival.signal);
}

// A child that did what it was told by a signal has not crashed: then so do we.
int follow(const sys::Death& death, const std::set<int>& forwarded, sys::BlockedSignals& signals) {
    if (death.signal == 0) return death.exit_code;
    signals.unblock();
    if (forwarded.contains(death.signal)) ::raise(death.signal);
    throw Fatal{"child crashed"};
}

}  // namespace

int run(const Args& args) {
    if (args.empty()) throw Usage{"fghack: usage: fghack child"};
    sys::adopt_orphans();
    sys::BlockedSignals signals(
        {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT});
    const pid_t child = sys::fork();
    if (child == 0) {
        signals.unblock();
        sys::exec(args);
    }

    std::optional<sys::Death> child_death;
    std::set<int> forwarded;
    for (;;) {
        for (const sys::Death& death : sys::reap_children()) {
            if (death.pid == child) child_death = death;
        }
        if (!sys::have_children()) break;
        const sys::Arrival arrival = signals.wait();
        if (!child_death) forwarded.insert(arrival.signal);
        forward(arrival, !child_death, child);
    }
    return follow(*child_death, forwarded, signals);
}

}  // namespace hf::program
