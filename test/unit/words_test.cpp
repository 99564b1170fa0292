// SPDX-License-Identifier: MIT
// The words that people get: durations, sizes, signals, suggestions.
#include <gtest/gtest.h>

#include "text/suggest.h"
#include "text/words.h"

using namespace hf::text;
using namespace std::chrono_literals;

namespace {

TEST(Words, Durations) {
    EXPECT_EQ(duration_words(1s), "1 second");
    EXPECT_EQ(duration_words(7500s), "2 hours 5 minutes");
    EXPECT_EQ(duration_short(7500s), "2h05m");
    EXPECT_EQ(size_words(3 << 20), "3.0 MB");
}

TEST(Words, Quoting) {
    EXPECT_EQ(shell_word("/srv/web"), "/srv/web");
    EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_word(""), "''");
}

TEST(Words, Signals) {
    EXPECT_EQ(signal_number("term"), 15);
    EXPECT_EQ(signal_number("SIGHUP"), 1);
    EXPECT_EQ(signal_number("9"), 9);
    EXPECT_EQ(signal_number("nosuch"), 0);
    EXPECT_EQ(signal_number(""), 0);
}

TEST(Suggestion, IsNearOrNothing) {
    EXPECT_EQ(suggestion("wyh", {"why", "wait"}), "why");
    EXPECT_EQ(suggestion("stat", {"status", "start"}), "status");
    EXPECT_EQ(suggestion("xyzzy", {"why", "wait"}), "");
}

}  // namespace
