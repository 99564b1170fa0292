// SPDX-License-Identifier: MIT
// For while the engine is at one service's files, where the kernel may block without end (a dead
// network file system, a stuck disk): then crashing is the way out.
#pragma once

#include <string>

#include "core/time.h"
#include "guard/protocol.h"

namespace hf::engine {

// The timer that kills an engine that is stuck: SIGALRM ends even a wait in the kernel, if anything
// can. To set it is a system call, so it runs on from one service to the next for a while: each
// has from 1.25 to 1.5 seconds.
class Watchdog {
  public:
    explicit Watchdog(guard::SharedPage* page) : page_(page) {}  // no page: does nothing

    // The guardian's page names the service from `enter` to `leave`; the timer was set at most
    // 250 ms before `enter`.
    void enter(const std::string& name);
    void leave();

    // No timer runs: to be called before what may take any time.
    void disarm();

  private:
    guard::SharedPage* page_;
    core::Time set_{};
    bool is_set_ = false;
};

// As long as it lives, the engine is at the service `name`.
class BlockingGuard {
  public:
    BlockingGuard(Watchdog& watchdog, const std::string& name) : watchdog_(watchdog) {
        watchdog_.enter(name);
    }
    ~BlockingGuard() { watchdog_.leave(); }
    BlockingGuard(const BlockingGuard&) = delete;
    BlockingGuard& operator=(const BlockingGuard&) = delete;

  private:
    Watchdog& watchdog_;
};

}  // namespace hf::engine
