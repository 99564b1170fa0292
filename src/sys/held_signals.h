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

// Holds signals back while it lives. Holding SIGCHLD also sees to it that the dead are not buried
// by the kernel unasked, which is what happens where a parent left the signal ignored.
class HeldSignals {
  public:
    explicit HeldSignals(std::initializer_list<int> signals);
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    ~HeldSignals() { let_go(); }

    // Blocks until one of them arrives.
    Arrival wait() const;

    // Puts everything back as it was. What has arrived and was not asked for strikes now. A child
    // does this before it becomes another program.
    void let_go();

  private:
    sigset_t held_{};
    sigset_t before_{};
    struct sigaction child_before_ {};
    bool holding_ = true;
};

}  // namespace hf::sys
