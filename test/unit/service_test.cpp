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
    step(service, Timeout{}, at(0s));
    step(service, Started{Pid(7), at(0s)}, at(0s));
    return service;
}

constexpr Exited crashed{{Ending::Kind::signaled, SIGSEGV}};

}  // namespace

TEST(Service, AFreshOneIsDueAtOnce) {
    Service service = fresh(false, at(0s));
    EXPECT_EQ(service.state, State::waiting);
    EXPECT_LE(deadline(service).value(), at(0s).boot);
    EXPECT_EQ(step(service, Timeout{}, at(0s)), Effects{Start{}});
}

TEST(Service, ANormallyDownOneRests) {
    Service service = fresh(true, at(0s));
    EXPECT_EQ(service.state, State::down);
    EXPECT_EQ(service.want, Want::down);
    EXPECT_FALSE(deadline(service));
    EXPECT_FALSE(finished(service));
}

TEST(Service, StartsAndDeathsAreCounted) {
    Service service = running();
    step(service, crashed, at(2s));
    step(service, Started{Pid(8), at(2s)}, at(2s));
    EXPECT_EQ(service.starts, 2u);
    EXPECT_EQ(service.deaths, 1u);
    EXPECT_EQ(service.last, crashed.how);
}

TEST(Service, ATimeoutBeforeTheDeadlineIsIgnored) {
    Service service = running();
    step(service, crashed, at(1ms));
    EXPECT_EQ(step(service, Timeout{}, at(1s - 1ns)), Effects{});
    EXPECT_EQ(step(service, Timeout{}, at(1s)), Effects{Start{}});
}

// Between the order and the end of a supervision a logger may have to be waited for.
TEST(Service, OneThatLeavesIsNotRestartedWhileItIsWaitedFor) {
    Service service = running();
    step(service, *order_of('x'), at(1ms));
    step(service, crashed, at(2s));
    EXPECT_TRUE(finished(service));
    EXPECT_FALSE(deadline(service));
    EXPECT_EQ(step(service, Timeout{}, at(10s)), Effects{});
    EXPECT_TRUE(finished(service));
}

TEST(Service, AnUnlinkedOneIsOverWhenItRests) {
    Service service = running();
    step(service, Linked{false}, at(1s));
    EXPECT_FALSE(finished(service));
    step(service, *order_of('d'), at(1s));
    EXPECT_FALSE(finished(service));
    step(service, crashed, at(1s));
    EXPECT_TRUE(finished(service));
}

TEST(Service, ALivingOneIsTakenOverAsItIs) {
    Service service = running();
    step(service, *order_of('p'), at(1s));
    EXPECT_EQ(resumed(service, true, true, false, at(2s)), service);
    EXPECT_EQ(resumed(service, true, false, true, at(2s)), service);
}

TEST(Service, OneThatDiedUnseenHasAnUnknownEnding) {
    Service service = resumed(running(), false, true, false, at(5s));
    EXPECT_EQ(service.state, State::waiting);
    EXPECT_EQ(service.pid, Pid::none);
    EXPECT_EQ(service.last.kind, Ending::Kind::unknown);
    EXPECT_EQ(service.deaths, 1u);
    EXPECT_EQ(step(service, Timeout{}, at(5s)), Effects{Start{}});
}

TEST(Service, OrdersOutliveAnEngineButNotItsSession) {
    Service service = running();
    step(service, *order_of('d'), at(1s));
    step(service, crashed, at(1s));
    EXPECT_EQ(resumed(service, false, true, false, at(2s)), service);
    EXPECT_EQ(resumed(service, false, false, false, at(2s)), fresh(false, at(2s)));
    EXPECT_EQ(resumed(service, false, false, true, at(2s)), fresh(true, at(2s)));
}

TEST(Service, AStartThatNobodyAnsweredIsDueAgain) {
    Service service = fresh(false, at(0s));
    step(service, Timeout{}, at(0s));
    ASSERT_EQ(service.state, State::starting);
    Service next = resumed(service, false, true, false, at(1s));
    EXPECT_EQ(next.state, State::waiting);
    EXPECT_EQ(next.deaths, 0u);
}

TEST(Service, OnlyOneThatRestsHasAFinalCode) {
    Service service = running();
    EXPECT_EQ(final_code(service), std::nullopt);
    step(service, crashed, at(0s));
    EXPECT_EQ(final_code(service), std::nullopt);  // it is restarted
    step(service, Timeout{}, at(1s));
    step(service, Started{Pid(8), at(1s)}, at(1s));
    service.want = Want::once;
    step(service, Exited{{Ending::Kind::exited, 7}}, at(2s));
    EXPECT_EQ(final_code(service), 7);
}

TEST(Service, AFinalCodeIsWhatAShellWouldSay) {
    using enum Ending::Kind;
    Service service = fresh(true, at(0s));
    EXPECT_EQ(final_code(service), std::nullopt);  // it has not run
    for (auto [last, code] : {std::pair{Ending{exited, 0}, 0},
                              {Ending{signaled, SIGTERM}, 143},
                              {Ending{dumped, SIGSEGV}, 139},
                              {Ending{not_started, ENOENT}, 127},
                              {Ending{not_started, EACCES}, 126},
                              {Ending{unknown, 0}, 111}}) {
        service.last = last;
        EXPECT_EQ(final_code(service), code);
    }
}
