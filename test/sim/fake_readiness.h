// SPDX-License-Identifier: MIT
// How one engine learns that processes have said that they are ready. What they have said stands
// in a pipe or a socket of theirs, and survives it: in a socket until it is taken out.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "engine/notice.h"
#include "world.h"

namespace hf::test {

class FakeReadiness {
  public:
    explicit FakeReadiness(World& world) : world_(world) {}

    // From now on the process of that number is listened to.
    void await(engine::Dir dir, int serial);
    void forget(engine::Dir dir) { awaited_.erase(static_cast<unsigned>(dir)); }

    void add_notices(std::vector<engine::Notice>& into);
    std::optional<core::Event> next_said(engine::Dir dir, bool is_recorded);

    // Since when the engine could know that the `living` process of `dir` has said so; none: it has
    // not.
    std::optional<core::Time> known_since(engine::Dir dir, int living) const;

  private:
    struct Awaited {
        int serial;
        core::Time since;
        bool was_told = false;
        bool is_paused = false;
    };
    bool is_ready(int serial) const;

    World& world_;
    std::map<unsigned, Awaited> awaited_;
};

}  // namespace hf::test
