// SPDX-License-Identifier: MIT
#include "core/pace.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

using namespace hf::core;
using namespace std::chrono_literals;

namespace {

using Streaks = std::initializer_list<std::uint16_t>;

constexpr Rules growing{.restart_delay = 500ms, .longest_delay = 60s, .reset_after = 60s};

bool is_about(Duration found, Duration expected) {
    return found >= expected * 9 / 10 && found <= expected * 11 / 10;
}

}  // namespace

TEST(Pace, WithoutRulesItIsAlwaysASecond) {
    for (std::uint16_t streak : Streaks{0, 1, 2, 100, 65535})
        EXPECT_EQ(restart_delay(default_rules, streak, 7), 1s);
}

TEST(Pace, DoublesWithEachFailureButTheFirst) {
    EXPECT_EQ(restart_delay(growing, 0, 1), 500ms);
    EXPECT_EQ(restart_delay(growing, 1, 1), 500ms);
    Duration expected = 500ms;
    for (std::uint16_t streak = 2; streak <= 7; ++streak) {
        expected *= 2;
        EXPECT_TRUE(is_about(restart_delay(growing, streak, 1), expected)) << streak;
    }
}

TEST(Pace, NeverExceedsTheLongestByMoreThanATenth) {
    for (std::uint16_t streak : Streaks{8, 9, 60, 64, 1000, 65535})
        EXPECT_TRUE(is_about(restart_delay(growing, streak, 3), 60s)) << streak;
}

TEST(Pace, TheLongestIsNeverShorterThanTheDelayItself) {
    EXPECT_EQ(restart_delay({.restart_delay = 5s}, 9, 1), 5s);
}

TEST(Pace, NoDelayIsTooLongToBeDoubled) {
    constexpr Duration years = std::chrono::years(10);
    const Rules rules{.restart_delay = years - 1s, .longest_delay = years};
    for (std::uint16_t streak : Streaks{1, 2, 3, 65535})
        EXPECT_TRUE(is_about(restart_delay(rules, streak, 1), years)) << streak;
}

TEST(Pace, TheSameQuestionHasTheSameAnswer) {
    EXPECT_EQ(restart_delay(growing, 5, 3), restart_delay(growing, 5, 3));
}

TEST(Pace, ThoseThatFailTogetherAreSetApart) {
    std::set<Duration> delays;
    for (std::uint32_t salt = 0; salt < 100; ++salt) {
        Rules rules = growing;
        rules.salt = salt;
        delays.insert(restart_delay(rules, 8, 4));
    }
    EXPECT_GT(delays.size(), 50u);
}

TEST(Pace, ALongLifeIsNoFailure) {
    EXPECT_EQ(streak_after(growing, 5, 60s), 0);
    EXPECT_EQ(streak_after(growing, 5, 60s - 1ns), 6);
    EXPECT_EQ(streak_after(growing, 0, 0s), 1);
    constexpr auto most = std::numeric_limits<std::uint16_t>::max();
    EXPECT_EQ(streak_after(growing, most, 0s), most);
}
