// SPDX-License-Identifier: MIT
#include "core/hooks.h"

#include <gtest/gtest.h>

using namespace hf::core;
using namespace std::chrono_literals;

namespace {

using Called = std::vector<Hook>;

// What is called while it goes through these events.
class Life {
  public:
    explicit Life(const Rules& rules) : rules_(rules), service_(fresh(false, now())) {}

    // So much later.
    Called tell(const Event& event, Duration later = 0s) {
        time_ += later;
        const Service before = service_;
        const Effects effects = step(service_, rules_, event, now());
        Called called = hooks(before, event, service_, rules_);
        for (const Effect& each : effects) {
            if (!std::holds_alternative<Start>(each)) continue;
            const Service unborn = service_;
            const Started started{Role::main, Pid(++pid_), now()};
            step(service_, rules_, started, now());
            for (Hook hook : hooks(unborn, started, service_, rules_)) called.push_back(hook);
        }
        return called;
    }
    Called fail() { return tell(Exited{Role::main, {ExitResult::Kind::exited, 1}}, 1s); }

  private:
    Moment now() const { return {time_, WallTime(time_.time_since_epoch())}; }

    Rules rules_;
    Time time_{1h};
    Service service_;
    int pid_ = 100;
};

const Rules plain{.tells_well = true};

}  // namespace

TEST(Hooks, TroubleIsToldOnceAndWellWhenItIsProved) {
    Life life(plain);
    EXPECT_EQ(life.tell(Timeout{Due::Why::restart}), Called{Hook::ready});
    EXPECT_EQ(life.fail(), Called{Hook::ready});
    EXPECT_EQ(life.fail(), Called{Hook::ready});
    EXPECT_EQ(life.fail(), (Called{Hook::trouble, Hook::ready}));
    EXPECT_EQ(life.fail(), Called{Hook::ready});
    EXPECT_EQ(life.tell(Timeout{Due::Why::proved}, 9s), Called{});
    EXPECT_EQ(life.tell(Timeout{Due::Why::proved}, 1s), Called{Hook::well});
    EXPECT_EQ(life.tell(Timeout{Due::Why::proved}, 1s), Called{});
    EXPECT_EQ(life.fail(), Called{Hook::ready});
}

TEST(Hooks, APersonWhoBeginsAnewProvesNothing) {
    Life life(plain);
    life.tell(Timeout{Due::Why::restart});
    for (int i = 0; i < 3; ++i) life.fail();
    EXPECT_EQ(life.tell(*command_of('u')), Called{});
    for (int i = 0; i < 2; ++i) EXPECT_EQ(life.fail(), Called{Hook::ready});
    EXPECT_EQ(life.fail(), (Called{Hook::trouble, Hook::ready}));
    EXPECT_EQ(life.tell(Ruled{}), Called{});
}

TEST(Hooks, WhatSaysSoIsReadyThenAndDownWhenItRests) {
    Rules rules = plain;
    rules.says_ready = true;
    Life life(rules);
    EXPECT_EQ(life.tell(Timeout{Due::Why::restart}), Called{});
    EXPECT_EQ(life.tell(Ready{}), Called{Hook::ready});
    EXPECT_EQ(life.tell(Ready{}), Called{});
    EXPECT_EQ(life.tell(*command_of('d')), Called{});
    EXPECT_EQ(life.tell(Exited{Role::main, {}}), Called{Hook::down});
    EXPECT_EQ(life.tell(*command_of('d')), Called{});
}
