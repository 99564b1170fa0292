// SPDX-License-Identifier: MIT
#include "format/named_lines.h"

#include <gtest/gtest.h>

using hf::format::NamedLines;
using namespace std::chrono_literals;

namespace {

// 2026-01-31 23:59:59.000007 UTC.
constexpr std::chrono::nanoseconds moment = 1'769'903'999s + 7'999ns;
const std::string before = "2026-01-31T23:59:59.000007Z web: ";

struct NamedLinesTest : testing::Test {
    std::string take(std::string_view bytes, std::chrono::nanoseconds now = moment) {
        std::string out;
        lines.take(bytes, now, out);
        return out;
    }
    std::string finish() {
        std::string out;
        lines.finish(out);
        return out;
    }
    NamedLines lines{"web", 40};
};

}  // namespace

TEST_F(NamedLinesTest, PutsTimeAndNameBeforeEachLine) {
    EXPECT_EQ(take("one\n\ntwo\n"), before + "one\n" + before + "\n" + before + "two\n");
    EXPECT_EQ(finish(), "");
}

TEST_F(NamedLinesTest, ALineWaitsForItsEndAndHasTheTimeOfItsBeginning) {
    EXPECT_EQ(take("o"), "");
    EXPECT_EQ(take("ne", moment + 5s), "");
    EXPECT_EQ(take("\ntw", moment + 6s), before + "one\n");
    EXPECT_EQ(finish(), "2026-02-01T00:00:05.000007Z web: tw\n");
    EXPECT_EQ(finish(), "");
}

TEST_F(NamedLinesTest, WhatIsTooLongComesInPiecesNoneEmpty) {
    ASSERT_EQ(before.size(), 33);
    EXPECT_EQ(take("123456\n"), before + "123456\n");
    EXPECT_EQ(take("1234567\n"), before + "123456\n" + before + "7\n");
    EXPECT_EQ(take("123456"), "");
    EXPECT_EQ(take("789"), before + "123456\n");
    EXPECT_EQ(take("\n"), before + "789\n");
}

TEST_F(NamedLinesTest, KeepsEveryByte) {
    using namespace std::literals;
    EXPECT_EQ(take("a\0\xff\n"sv), before + "a\0\xff\n"s);
}

TEST_F(NamedLinesTest, NoNameMakesALine) {
    std::string out;
    NamedLines("a\nb\x7f\xc3\xa4", 4096).take("x\n", moment, out);
    EXPECT_EQ(out, "2026-01-31T23:59:59.000007Z a?b?\xc3\xa4: x\n");
}

TEST_F(NamedLinesTest, KnowsTheDatesBefore1970) {
    EXPECT_EQ(take("x\n", -1ns), "1969-12-31T23:59:59.999999Z web: x\n");
}
