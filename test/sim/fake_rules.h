// SPDX-License-Identifier: MIT
// How one engine learns of the service.toml of its directories: it sees that a file has changed,
// and a program reads it, which takes a while and can fail. What that has accepted or refused
// stands on disk; what this engine has seen ends with it.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "engine/kernel.h"
#include "world.h"

namespace hf::test {

class FakeRules {
  public:
    explicit FakeRules(World& world) : world_(world) {}

    const core::Rules& of(int directory) const;
    const core::Waits& waits_of(int directory) const;

    // As Kernel::look_at_rules(). A directory that has never had a file costs no call.
    core::Gate look(engine::Dir dir, int directory);

    // What has been read by now.
    void answer(std::vector<engine::Notice>& into);

    void forget(engine::Dir dir) { known_.erase(static_cast<unsigned>(dir)); }

  private:
    struct Known {
        int directory = -1;
        int seen = 0;                     // the edit that was read last, or is being read
        std::optional<core::Time> due{};  // its reading ends
        bool is_retry = false;            // it could not be read: meanwhile all is as it was
    };
    void ask(Known& known, core::Duration takes);
    engine::RulesRead read(engine::Dir dir, Known& known);

    World& world_;
    std::map<unsigned, Known> known_;
};

}  // namespace hf::test
