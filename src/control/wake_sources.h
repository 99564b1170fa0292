// SPDX-License-Identifier: MIT
// What wakes a Watch beside inotify. Before the wait each source says for what, or for how long at
// most; after it, whether it has fired.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sys/fd.h"

namespace hf::control {

// One poll(2).
class Wait {
  public:
    void add(int fd, short events) { polled_.push_back({fd, events, 0}); }
    void limit(std::chrono::nanoseconds time);
    void run();
    bool has(int fd) const;  // something happened to it

  private:
    std::vector<pollfd> polled_;
    std::optional<std::chrono::nanoseconds> limit_;
};

// The ends of processes; each fires once.
class Ends {
  public:
    void add(pid_t pid);
    void prepare(Wait& wait) const;
    bool fired(const Wait& wait);

  private:
    std::map<pid_t, sys::Fd> processes_;  // empty: it has ended
    bool one_had_ended_ = false;          // ... before it was watched
};

// Whoever reads the output is gone. Stays so.
class ReaderGone {
  public:
    void watch(int fd) { fd_ = fd; }
    void prepare(Wait& wait) const { wait.add(fd_, 0); }
    bool fired(const Wait& wait) { return is_gone_ = is_gone_ || (fd_ >= 0 && wait.has(fd_)); }
    bool is_gone() const { return is_gone_; }

  private:
    int fd_ = -1;
    bool is_gone_ = false;
};

// Once something cannot be watched, it is looked at from time to time.
class BlindTimer {
  public:
    void start() { runs_ = true; }
    void prepare(Wait& wait) const;
    bool fired() const { return runs_; }  // after any wait: another look costs little

  private:
    bool runs_ = false;
};

}  // namespace hf::control
