// SPDX-License-Identifier: MIT
// What holdfast start, stop and so on send, and what they say came of it.
#include "cli/control_result.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace hf;
using namespace hf::cli;
using namespace hf::control;

namespace {

const Verb& verb(std::string_view name) {
    return *std::find_if(verbs.begin(), verbs.end(),
                         [&](const Verb& each) { return each.name == name; });
}

ServiceView seen(std::uint32_t pid, char want = 'u', bool paused = false) {
    ServiceView service;
    service.name = "web";
    service.supervised = true;
    service.status = format::ClassicStatus{{}, pid, paused, want};
    return service;
}

ServiceView after(unsigned exits, std::uint32_t pid) {
    ServiceView service = seen(pid);
    service.record.emplace();
    service.record->service.exits = exits;
    service.record->service.state = core::State::up;
    return service;
}

TEST(Verbs, HaveLetters) {
    EXPECT_EQ(letters_of(verb("start"), "", seen(7)), "u");
    EXPECT_EQ(letters_of(verb("stop"), "", seen(0)), "d");
    EXPECT_EQ(letters_of(verb("reload"), "", seen(7)), "h");
    EXPECT_EQ(letters_of(verb("pause"), "", seen(7)), "p");
    EXPECT_EQ(letters_of(verb("continue"), "", seen(7)), "c");
    EXPECT_EQ(letters_of(verb("once"), "", seen(0)), "o");
}

TEST(Verbs, RestartStartsWhatIsDown) {
    EXPECT_EQ(letters_of(verb("restart"), "", seen(7)), "t");
    EXPECT_EQ(letters_of(verb("restart"), "", seen(7, 'u', true)), "tc");
    EXPECT_EQ(letters_of(verb("restart"), "", seen(7, 'd')), "tu");
    EXPECT_EQ(letters_of(verb("restart"), "", seen(0)), "u");
}

TEST(Verbs, SignalHasTheLetterOfItsSignal) {
    EXPECT_EQ(letters_of(verb("signal"), "TERM", seen(7)), "t");
    EXPECT_EQ(letters_of(verb("signal"), "sigusr1", seen(7)), "1");
    EXPECT_EQ(letters_of(verb("signal"), "STOP", seen(7)), "p");
    EXPECT_EQ(letters_of(verb("signal"), "SEGV", seen(7)), "");
    EXPECT_EQ(letters_of(verb("signal"), "0", seen(7)), "");
    EXPECT_EQ(letters_of(verb("signal"), "FOO", seen(7)), "");
}

TEST(OrderResult, SaysTheStateThatWasReached) {
    Result result = result_of(verb("start"), {}, seen(7), true, false);
    EXPECT_EQ(result.reached, Reached::yes);
    EXPECT_EQ(result.state, "up (pid 7)");
    EXPECT_TRUE(result.advice.empty());
}

TEST(OrderResult, ThePreviousProcessThatRunsOnIsKilledByForce) {
    for (const char* name : {"stop", "restart"}) {
        Result result = result_of(verb(name), {7, 0U}, seen(7, 'd'), false, false);
        EXPECT_EQ(result.reached, Reached::late);
        EXPECT_EQ(result.state, "stopping (pid 7)");
        ASSERT_EQ(result.advice.size(), 1U);
        EXPECT_NE(result.advice[0].find(std::string("holdfast ") + name + " --force web"),
                  std::string::npos);
        result = result_of(verb(name), {7, 0U}, seen(7, 'd'), false, true);
        EXPECT_EQ(result.advice[0].find("--force"), std::string::npos);
    }
    // It was not told to end.
    EXPECT_FALSE(has_not_ended(verb("start"), {7}, seen(7)));
    EXPECT_FALSE(has_not_ended(verb("stop"), {7}, seen(8)));
    EXPECT_FALSE(has_not_ended(verb("stop"), {7}, seen(0)));
}

TEST(OrderResult, WhatEndsAgainIsNotUp) {
    auto advice = [](const char* name, const Past& before, const ServiceView& now) {
        return result_of(verb(name), before, now, false, false).advice.at(0);
    };
    EXPECT_EQ(advice("start", {0, 2U}, after(2, 8)),
              "web is not up yet; holdfast why web explains why");
    EXPECT_EQ(advice("start", {0, 2U}, after(3, 8)),
              "web is not up: it has exited already; holdfast why web explains why");
    EXPECT_EQ(advice("start", {0, 2U}, after(4, 8)),
              "web is not up: it exits again and again; holdfast why web explains why");
    // One of the deaths was ordered.
    EXPECT_EQ(advice("restart", {7, 2U}, after(3, 8)),
              "web is not up yet; holdfast why web explains why");
    EXPECT_EQ(advice("restart", {7, 2U}, after(4, 8)),
              "web is not up: it has exited already; holdfast why web explains why");
    EXPECT_EQ(result_of(verb("start"), {}, after(2, 8), false, false).state, "starting (pid 8)");
}

TEST(OrderResult, OfACrashLoopTheCauseIsSaid) {
    ServiceView loop = after(6, 8);
    loop.crash_loop.emplace();
    Result result = result_of(verb("start"), {0, 2U}, loop, false, false, "it exits with code 3");
    EXPECT_EQ(result.state, "crash-loop (pid 8)");
    EXPECT_EQ(result.advice, (std::vector<std::string>{"web is not up: it exits with code 3",
                                                       "holdfast why web explains why"}));
}

TEST(OrderResult, APauseThatWasNotReached) {
    Result result = result_of(verb("pause"), {7}, seen(7), false, false);
    EXPECT_EQ(result.state, "up (pid 7)");
    EXPECT_EQ(result.advice.at(0), "web is not paused yet; holdfast why web explains why");
}

}  // namespace
