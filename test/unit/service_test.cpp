// SPDX-License-Identifier: MIT
// What the transcripts do not show: how services begin, how they are taken over, and when the
// supervision is over.
#include "core/service.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>

using namespace hf::core;
using namespace std::chrono_literals;

namespace {

Moment at(Duration time) {
    return {Time(1000s + time), WallTime(9000s + time)};
}

Service running() {
    Service service = fresh(false, at(0s));
    step(service, default_rules, Timeout{Due::Why::restart}, at(0s));
    step(service, default_rules, Started{Role::main, Pid(7), at(0s)}, at(0s));
    return service;
}

constexpr Exited crashed{Role::main, {ExitResult::Kind::signaled, SIGSEGV}};

}  // namespace

TEST(Service, AFreshOneIsDueAtOnce) {
    Service service = fresh(false, at(0s));
    EXPECT_EQ(service.state, State::waiting);
    EXPECT_LE(next_due(service, default_rules).value().at, at(0s).boot);
    EXPECT_EQ(step(service, default_rules, Timeout{Due::Why::restart}, at(0s)),
              (Effects{Start{Role::main}}));
}

TEST(Service, ANormallyDownOneRests) {
    Service service = fresh(true, at(0s));
    EXPECT_EQ(service.state, State::down);
    EXPECT_EQ(service.want, Want::down);
    EXPECT_FALSE(next_due(service, default_rules));
    EXPECT_FALSE(finished(service));
}

TEST(Service, StartsAndDeathsAreCounted) {
    Service service = running();
    step(service, default_rules, crashed, at(2s));
    step(service, default_rules, Started{Role::main, Pid(8), at(2s)}, at(2s));
    EXPECT_EQ(service.starts, 2u);
    EXPECT_EQ(service.exits, 1u);
    EXPECT_EQ(service.last, crashed.how);
}

TEST(Service, AProcessIsKnownByItsPidWhileItRuns) {
    Service service = running();
    EXPECT_EQ(service.process, (hf::core::Run{Pid(7), at(0s).boot}));
    EXPECT_EQ(role_of(service, Pid(7)), Role::main);
    EXPECT_EQ(role_of(service, Pid(8)), std::nullopt);
    step(service, default_rules, crashed, at(1ms));
    EXPECT_EQ(service.process, hf::core::Run{});
    EXPECT_EQ(role_of(service, Pid(7)), std::nullopt);
    EXPECT_EQ(role_of(service, Pid::none), std::nullopt);
}

TEST(Service, ATimeoutBeforeTheDeadlineIsIgnored) {
    Service service = running();
    step(service, default_rules, crashed, at(1ms));
    EXPECT_EQ(step(service, default_rules, Timeout{Due::Why::restart}, at(1s - 1ns)), Effects{});
    EXPECT_EQ(step(service, default_rules, Timeout{Due::Why::restart}, at(1s)),
              (Effects{Start{Role::main}}));
}

TEST(Service, NewRulesHoldForWhatIsUnderWay) {
    Service service = running();
    step(service, default_rules, *command_of('d'), at(2s));
    EXPECT_FALSE(next_due(service, default_rules));
    constexpr Rules with_stop_timeout{.stop_timeout = 3s};
    EXPECT_EQ(next_due(service, with_stop_timeout), (Due{at(5s).boot, Due::Why::kill}));
    EXPECT_EQ(step(service, default_rules, Timeout{Due::Why::kill}, at(5s)), Effects{});
    EXPECT_EQ(step(service, with_stop_timeout, Timeout{Due::Why::kill}, at(5s)),
              (Effects{Signal{Role::main, SIGKILL}}));
}

// Between the order and the end of a supervision a logger may have to be waited for.
TEST(Service, OneThatLeavesIsNotRestartedWhileItIsWaitedFor) {
    Service service = running();
    step(service, default_rules, *command_of('x'), at(1ms));
    step(service, default_rules, crashed, at(2s));
    EXPECT_TRUE(finished(service));
    EXPECT_FALSE(next_due(service, default_rules));
    EXPECT_EQ(step(service, default_rules, Timeout{Due::Why::restart}, at(10s)), Effects{});
    EXPECT_TRUE(finished(service));
}

TEST(Service, AnUnlinkedOneIsOverWhenItRests) {
    Service service = running();
    step(service, default_rules, Linked{false}, at(1s));
    EXPECT_FALSE(finished(service));
    step(service, default_rules, *command_of('d'), at(1s));
    EXPECT_FALSE(finished(service));
    step(service, default_rules, crashed, at(1s));
    EXPECT_TRUE(finished(service));
}

TEST(Service, ALivingOneIsTakenOverAsItIs) {
    Service service = running();
    step(service, default_rules, *command_of('p'), at(1s));
    EXPECT_EQ(resumed(service, default_rules, {true, true, true, false}, at(2s)), service);
    EXPECT_EQ(resumed(service, default_rules, {true, false, true, true}, at(2s)), service);
}

// Nobody knows how it ended: that is not as it should, but for what is to run once in any case.
TEST(Service, WhatDiedUnseenIsRestartedAsTheRulesSay) {
    Rules rules;
    for (auto [when, next] :
         {std::pair{Restart::always, State::waiting},
          std::pair{Restart::on_failure, State::waiting}, std::pair{Restart::never, State::down}}) {
        rules.restart = when;
        EXPECT_EQ(resumed(running(), rules, {false, true, true, false}, at(5s)).state, next);
    }
}

TEST(Service, OneThatDiedUnseenHasAnUnknownEnding) {
    Service service = resumed(running(), default_rules, {false, true, true, false}, at(5s));
    EXPECT_EQ(service.state, State::waiting);
    EXPECT_EQ(service.process.pid, Pid::none);
    EXPECT_EQ(service.last.kind, ExitResult::Kind::unknown);
    EXPECT_EQ(service.exits, 1u);
    EXPECT_EQ(step(service, default_rules, Timeout{Due::Why::restart}, at(5s)),
              (Effects{Start{Role::main}}));
}

TEST(Service, OrdersOutliveAnEngineButNotItsSession) {
    Service service = running();
    step(service, default_rules, *command_of('d'), at(1s));
    step(service, default_rules, crashed, at(1s));
    EXPECT_EQ(resumed(service, default_rules, {false, true, true, false}, at(2s)), service);
    EXPECT_EQ(resumed(service, default_rules, {false, false, true, false}, at(2s)),
              fresh(false, at(2s)));
    EXPECT_EQ(resumed(service, default_rules, {false, false, true, true}, at(2s)),
              fresh(true, at(2s)));
}

TEST(Service, AStartThatNobodyAnsweredIsDueAgain) {
    Service service = fresh(false, at(0s));
    step(service, default_rules, Timeout{Due::Why::restart}, at(0s));
    ASSERT_EQ(service.state, State::starting);
    Service next = resumed(service, default_rules, {false, true, true, false}, at(1s));
    EXPECT_EQ(next.state, State::waiting);
    EXPECT_EQ(next.exits, 0u);
}

TEST(Service, OnlyOneThatRestsHasAFinalCode) {
    Service service = running();
    EXPECT_EQ(final_code(service), std::nullopt);
    step(service, default_rules, crashed, at(0s));
    EXPECT_EQ(final_code(service), std::nullopt);  // it is restarted
    step(service, default_rules, Timeout{Due::Why::restart}, at(1s));
    step(service, default_rules, Started{Role::main, Pid(8), at(1s)}, at(1s));
    service.want = Want::once;
    step(service, default_rules, Exited{Role::main, {ExitResult::Kind::exited, 7}}, at(2s));
    EXPECT_EQ(final_code(service), 7);
}

TEST(Service, AFinalCodeIsWhatAShellWouldSay) {
    using enum ExitResult::Kind;
    Service service = fresh(true, at(0s));
    EXPECT_EQ(final_code(service), std::nullopt);  // it has not run
    for (auto [last, code] : {std::pair{ExitResult{exited, 0}, 0},
                              {ExitResult{signaled, SIGTERM}, 143},
                              {ExitResult{dumped, SIGSEGV}, 139},
                              {ExitResult{not_started, ENOENT}, 127},
                              {ExitResult{not_started, EACCES}, 126},
                              {ExitResult{unknown, 0}, 111}}) {
        service.last = last;
        EXPECT_EQ(final_code(service), code);
    }
}
