// SPDX-License-Identifier: MIT
#include "log/pattern.h"

#include <gtest/gtest.h>

using hf::log::matches;

TEST(LogPattern, IsAnchoredAtBothEnds) {
    EXPECT_TRUE(matches("abc", "abc"));
    EXPECT_FALSE(matches("abc", "abcd"));
    EXPECT_FALSE(matches("abc", "xabc"));
    EXPECT_TRUE(matches("", ""));
    EXPECT_FALSE(matches("", "a"));
}

TEST(LogPattern, AStarTakesTheFirstOccurrenceAndNeverTriesAgain) {
    EXPECT_TRUE(matches("*x", "ax"));
    EXPECT_FALSE(matches("*x", "axx"));
    EXPECT_FALSE(matches("*ab", "aab"));
    EXPECT_FALSE(matches("* one", "xy z one"));
    EXPECT_FALSE(matches("*x", "abc"));
}

TEST(LogPattern, AFinalStarTakesTheRest) {
    EXPECT_TRUE(matches("*", ""));
    EXPECT_TRUE(matches("ab*", "abc"));
    EXPECT_TRUE(matches("ab*", "ab"));
    EXPECT_FALSE(matches("ab*", "a"));
}

TEST(LogPattern, TwoStarsNeedALiteralOne) {
    EXPECT_FALSE(matches("**", "abc"));
    EXPECT_TRUE(matches("**", "a*c"));
    EXPECT_TRUE(matches("***", "a*b*"));
}
