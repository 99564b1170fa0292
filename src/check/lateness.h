// SPDX-License-Identifier: MIT
// How late the loop was, so that nobody is judged by a time that the judge has lost: between two
// waits it did something else, or the machine did not let it wake up. Pure.
#pragma once

#include <deque>

#include "core/time.h"

namespace hf::check {

class Lateness {
  public:
    explicit Lateness(core::Time now) : busy_since_(now) {}

    // The loop waited from `began` on, not longer than until `due`, and woke at `woke`. `saw_all`:
    // it was told of everything that was there to see.
    void turn(core::Time began, core::Time due, core::Time woke, bool saw_all);

    // The longest that anything had to wait for the loop since then.
    core::Duration since(core::Time begin) const;

    // Nobody will ask about what was before.
    void forget_before(core::Time begin);

  private:
    struct Delay {
        core::Time at;
        core::Duration length;
    };
    std::deque<Delay> delays_;  // each is shorter than those before it
    core::Time busy_since_;
};

}  // namespace hf::check
