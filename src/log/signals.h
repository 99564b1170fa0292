// SPDX-License-Identifier: MIT
// The signals a logger obeys, read as events: no handler runs, no system call is interrupted, and
// a signal is acted upon only where the code looks for it.
#pragma once

#include <chrono>
#include <csignal>

#include "sys/fd.h"

namespace hf::log {

using Clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC: setting the clock moves no deadline

class Signals {
  public:
    // Blocks TERM, ALRM and CHLD from here on and ignores PIPE: a reader of standard error that
    // went away must not end a logger.
    Signals();

    // Readable when collect() has something to collect.
    int fd() const { return fd_.get(); }
    void collect();

    bool stop_asked() const { return stop_; }
    bool take_alarm() { return std::exchange(alarm_, false); }
    bool take_child() { return std::exchange(child_, false); }

    // Waits until TERM has come or the time is over; the second also until a child has changed.
    // Returns whether TERM has come.
    bool wait_for_stop(std::chrono::nanoseconds most);
    bool wait_for_child(std::chrono::nanoseconds most);

    // Waits for any signal.
    void rest(std::chrono::nanoseconds most) { wait_once(Clock::now() + most); }

    // What a program started from here shall have: the mask and dispositions from before us, with
    // TERM and ALRM let through.
    const sigset_t& child_mask() const { return child_mask_; }
    bool pipe_was_ignored() const { return pipe_was_ignored_; }

  private:
    void wait_once(Clock::time_point end);

    sys::Fd fd_;
    sigset_t child_mask_{};
    bool pipe_was_ignored_ = false;
    bool stop_ = false;
    bool alarm_ = false;
    bool child_ = false;
};

}  // namespace hf::log
