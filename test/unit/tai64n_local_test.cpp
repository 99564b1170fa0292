// SPDX-License-Identifier: MIT
#include "format/tai64n_local.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "format/tai64n_lines.h"

using hf::format::Tai64nLines;
using hf::format::Tai64nLocal;

namespace {

std::string converted(std::string_view text, size_t piece, const char* zone = "UTC") {
    ::setenv("TZ", zone, 1);
    ::tzset();
    Tai64nLocal converter;
    std::string out;
    for (size_t at = 0; at < text.size(); at += piece) converter.take(text.substr(at, piece), out);
    converter.finish(out);
    return out;
}

std::string converted(std::string_view text) {
    const std::string whole = converted(text, text.size() + 1);
    for (size_t piece : {1, 2, 7, 25}) EXPECT_EQ(converted(text, piece), whole) << text;
    return whole;
}

}  // namespace

TEST(Tai64nLocal, ConvertsAtTheStartOfLinesOnly) {
    EXPECT_EQ(converted("@4000000037c219bf2ef02e94 mark\n"),
              "1999-08-24 04:04:05.787492500 mark\n");
    EXPECT_EQ(converted(" @4000000037c219bf2ef02e94 a\n\n"), " @4000000037c219bf2ef02e94 a\n\n");
    EXPECT_EQ(converted("@4000000037c219bf2ef02e94@4000000037c219bf2ef02e94\n"),
              "1999-08-24 04:04:05.787492500@4000000037c219bf2ef02e94\n");
}

TEST(Tai64nLocal, ALabelAtTheEndIsNotLost) {
    EXPECT_EQ(converted("@400000000000000a00000000"), "1970-01-01 00:00:00.000000000");
    EXPECT_EQ(converted("@4000"), "@4000");
    EXPECT_EQ(converted("@"), "@");
}

TEST(Tai64nLocal, WhatIsNoLabelIsCopied) {
    for (const char* line :
         {"@\n", "@zz\n", "@4000\n", "@4000000037C219BF2EF02E94 x\n", "@@\n", "@00000000\n",
          "@ffffffffffffffffffffffff\n", "@000000000000000000000000\n"}) {
        EXPECT_EQ(converted(line), line);
    }
    const std::string endless = "@" + std::string(1000, '0') + "\n";
    EXPECT_EQ(converted(endless), endless);
}

TEST(Tai64nLocal, LeadingDigitsFallOffAndNanosecondsMayHaveTen) {
    EXPECT_EQ(converted("@14000000037c219bf2ef02e94 x"), "1999-08-24 04:04:05.787492500 x");
    EXPECT_EQ(converted("@400000000000000affffffff x"), "1970-01-01 00:00:00.4294967295 x");
}

TEST(Tai64nLocal, TheCalendarIsRightAroundAChangeOfDaylightSaving) {
    const char* zone = "EST5EDT,M3.2.0,M11.1.0";
    // 2021-11-07: 01:59:59 EDT, one second later 01:00:00 EST; and back to before.
    const std::string text =
        "@4000000061876b6900000000\n@4000000061876b6a00000000\n"
        "@4000000061876b6900000000\n";
    const std::string out = converted(text, 1000, zone);
    EXPECT_EQ(out,
              "2021-11-07 01:59:59.000000000\n2021-11-07 01:00:00.000000000\n"
              "2021-11-07 01:59:59.000000000\n")
        << out;
}

TEST(Tai64nLines, LabelsLinesAndNothingElse) {
    Tai64nLines lines;
    std::string out;
    lines.take("a\n\nb", std::chrono::seconds(0), out);
    lines.take("c\n", std::chrono::seconds(1), out);
    EXPECT_EQ(out,
              "@400000000000000a000001f4 a\n@400000000000000a000001f4 \n"
              "@400000000000000a000001f4 bc\n");
}
