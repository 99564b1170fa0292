// SPDX-License-Identifier: MIT
#include "engine/newcomers.h"

#include <gtest/gtest.h>

using namespace hf::engine;
using namespace std::chrono_literals;
using hf::core::Time;

namespace {

constexpr Time start{100s};

Candidate made_just_now(bool has_run) {
    return {.directory = {1, 7}, .has_run = has_run, .untouched = 1ms};
}

}  // namespace

TEST(Newcomers, WhatIsThereAtFirstIsTakenAsItIs) {
    Newcomers newcomers;
    EXPECT_TRUE(newcomers.is_whole("a", made_just_now(false), start));
    newcomers.begin();
    EXPECT_TRUE(newcomers.is_whole("a", made_just_now(false), start));
    EXPECT_FALSE(newcomers.next_look());
}

TEST(Newcomers, WhatIsBeingMadeIsWaitedFor) {
    Newcomers newcomers;
    newcomers.begin();
    EXPECT_FALSE(newcomers.is_whole("a", made_just_now(false), start));
    EXPECT_EQ(newcomers.awaited(), std::vector<std::string>{"a"});
    EXPECT_TRUE(newcomers.next_look());
    EXPECT_FALSE(newcomers.is_whole("a", made_just_now(true), start + 1s));
    Candidate quiet = made_just_now(true);
    quiet.untouched = 400ms;
    EXPECT_TRUE(newcomers.is_whole("a", quiet, start + 1s));
    EXPECT_TRUE(newcomers.awaited().empty());
}

TEST(Newcomers, ALinkIsWholeOnceThereIsARun) {
    Newcomers newcomers;
    newcomers.begin();
    Candidate link = made_just_now(true);
    link.was_here = true;
    EXPECT_TRUE(newcomers.is_whole("a", link, start));
}

TEST(Newcomers, NobodyIsWaitedForForEver) {
    Newcomers newcomers;
    newcomers.begin();
    EXPECT_FALSE(newcomers.is_whole("a", made_just_now(false), start));
    EXPECT_FALSE(newcomers.is_whole("a", made_just_now(false), start + 2s));
    EXPECT_TRUE(newcomers.is_whole("a", made_just_now(false), start + 3s));
}

TEST(Newcomers, AnotherDirectoryByTheSameNameIsNew) {
    Newcomers newcomers;
    EXPECT_TRUE(newcomers.is_whole("a", made_just_now(true), start));
    newcomers.begin();
    Candidate other = made_just_now(true);
    other.directory = {1, 8};
    EXPECT_FALSE(newcomers.is_whole("a", other, start));
    newcomers.forget("a");
    EXPECT_TRUE(newcomers.awaited().empty());
}
