// SPDX-License-Identifier: MIT
#include "text/ticker.h"

#include <gtest/gtest.h>

#include <string>

using hf::text::scroll;
using namespace std::string_view_literals;

TEST(Ticker, MovesTextInFromTheRight) {
    std::string window = "......";
    scroll(window, "ab");
    EXPECT_EQ(window, "....ab");
    scroll(window, "");
    EXPECT_EQ(window, "....ab");
    scroll(window, "cdefg");
    EXPECT_EQ(window, "bcdefg");
}

TEST(Ticker, ShowsTheEndOfWhatIsLonger) {
    std::string window = "......";
    scroll(window, "123456");
    EXPECT_EQ(window, "123456");
    scroll(window, "0123456789");
    EXPECT_EQ(window, "456789");
}

TEST(Ticker, LeavesOutNulsAndKeepsNewlines) {
    std::string window = "......";
    scroll(window, "a\0b\0\nc"sv);
    EXPECT_EQ(window, "..ab\nc");
    scroll(window, "\0\0\0\0\0\0\0\0"sv);
    EXPECT_EQ(window, "..ab\nc");
}

TEST(Ticker, GivesTheSameWhetherFedByByteOrByBlock) {
    const std::string text = "one two\nthree four five";
    std::string by_block(10, '.');
    std::string by_byte(10, '.');
    scroll(by_block, text);
    for (size_t i = 0; i < text.size(); ++i) scroll(by_byte, text.substr(i, 1));
    EXPECT_EQ(by_block, by_byte);
}
