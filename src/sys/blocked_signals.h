// SPDX-License-Identifier: MIT
// Signals that are asked for instead of interrupting: a program that waits for them needs no
// handlers and has no races.
#pragma once

#include <csignal>
#include <initializer_list>

namespace hf::sys {

struct Arrival {
    int signal;
    bool sent;  // by a process; else by the kernel (a terminal's Ctrl-C, a child's death)
};

// Blocks signals while it lives. Blocking SIGCHLD also sees to it that the dead are not reaped
// by the kernel unasked, which is what happens where a parent left the signal ignored.
class BlockedSignals {
  public:
    explicit BlockedSignals(std::initializer_list<int> signals);
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;
    ~BlockedSignals() { unblock(); }

    // Blocks until one of them arrives.
    Arrival wait() const;

    // Puts everything back as it was. What has arrived and was not asked for strikes now. A child
    // does this before it becomes another program.
    void unblock();

  private:
    sigset_t blocked_{};
    sigset_t before_{};
    struct sigaction child_before_ {};
    bool blocking_ = true;
};

}  // namespace hf::sys
