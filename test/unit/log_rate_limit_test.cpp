// SPDX-License-Identifier: MIT
#include "log/rate_limit.h"

#include <gtest/gtest.h>

using namespace hf::log;
using namespace std::chrono_literals;

namespace {

const RateLimit::Moment start{1000s};

}  // namespace

TEST(LogRateLimit, SoManyPassInEachStretch) {
    RateLimit limit({.lines = 2, .every = 10s});
    EXPECT_TRUE(limit.pass(start));
    EXPECT_TRUE(limit.pass(start + 9s));
    EXPECT_FALSE(limit.pass(start + 9s));
    EXPECT_TRUE(limit.pass(start + 10s));
}

TEST(LogRateLimit, WhatWasDroppedIsCountedAndSaidOnce) {
    RateLimit limit({.lines = 1, .every = 10s});
    EXPECT_FALSE(limit.deadline());
    limit.pass(start);
    limit.pass(start);
    limit.pass(start);
    EXPECT_EQ(limit.deadline(), start + 10s);
    EXPECT_FALSE(limit.note(start + 9s, false));
    EXPECT_EQ(limit.note(start + 10s, false), "multilog: 2 lines dropped: more than 1 in 10 s");
    EXPECT_FALSE(limit.note(start + 10s, true));
}

TEST(LogRateLimit, TheEndDoesNotWaitForTheStretch) {
    RateLimit limit({.lines = 1, .every = 10s});
    limit.pass(start);
    limit.pass(start);
    EXPECT_EQ(limit.note(start, true), "multilog: 1 line dropped: more than 1 in 10 s");
}
