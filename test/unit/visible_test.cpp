// SPDX-License-Identifier: MIT
#include "text/visible.h"

#include <gtest/gtest.h>

namespace hf::text {
namespace {

using namespace std::literals;

TEST(Visible, PlainTextStays) {
    EXPECT_EQ("GET / 200\ta~", visible("GET / 200\ta~"));
    EXPECT_EQ("Überlänge, 日本, 🐟", visible("Überlänge, 日本, 🐟"));
    EXPECT_EQ("", visible(""));
}

TEST(Visible, ControlCharactersAreSeen) {
    EXPECT_EQ("^[]0;OWNED^G^[[2J", visible("\033]0;OWNED\a\033[2J"));
    EXPECT_EQ("a^M^H^?^@b", visible("a\r\b\x7f\0b"sv));
}

TEST(Visible, ANewlineIsSeenInALine_AndKeptBetweenLines) {
    EXPECT_EQ("a^Jb", visible("a\nb"));
    EXPECT_EQ("a\n^[b\n", visible_lines("a\n\033b\n"));
}

TEST(Visible, ControlCharactersOfEightBitsAreSeen) {
    EXPECT_EQ("\\x9b2J", visible("\x9b"
                                 "2J"));
    EXPECT_EQ("\\u009b2J", visible("\xc2\x9b"
                                   "2J"));
}

TEST(Visible, WhatIsNoUtf8IsSeen) {
    EXPECT_EQ("\\xff\\xfe", visible("\xff\xfe"));
    EXPECT_EQ("\\xc0\\x9b", visible("\xc0\x9b"));  // longer than it need be
    EXPECT_EQ("\\xe0\\x82\\x9b", visible("\xe0\x82\x9b"));
    EXPECT_EQ("\\xed\\xa0\\x80", visible("\xed\xa0\x80"));  // half of a pair
    EXPECT_EQ("\\xe2\\x82", visible("\xe2\x82"));           // cut off
    EXPECT_EQ("\\xf4\\x90\\x80\\x80", visible("\xf4\x90\x80\x80"));
}

TEST(Visible, LettersThatTurnTheDirectionAreSeen) {
    EXPECT_EQ("safe\\u202egpj.exe", visible("safe\u202egpj.exe"));
    EXPECT_EQ("a\\u200bb\\ufeff", visible("a\u200bb\ufeff"));
    EXPECT_EQ("\\U000e0041", visible("\U000e0041"));
}

TEST(Visible, IsCutBetweenTwoLetters) {
    EXPECT_EQ("abcdef", visible_within("abcdef", 6));
    EXPECT_EQ("abc...", visible_within("abcdefg", 6));
    EXPECT_EQ("a...", visible_within("a\u00e4bcd", 5));
    EXPECT_EQ("a...", visible_within("a\033bcd", 5));
    EXPECT_EQ("...", visible_within("\xff\xfe", 6));
    EXPECT_EQ("", visible_within("", 3));
}

}  // namespace
}  // namespace hf::text
