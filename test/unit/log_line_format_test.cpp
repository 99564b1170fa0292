// SPDX-License-Identifier: MIT
#include "log/line_format.h"

#include <gtest/gtest.h>

using namespace hf::log;
using namespace std::chrono_literals;

TEST(LogLineFormat, IsoTimesAreInUtcWithMicroseconds) {
    EXPECT_EQ(iso8601(0s), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(iso8601(1'709'210'096s + 7us), "2024-02-29T12:34:56.000007Z");
}

TEST(LogLineFormat, PutsTheLabelBeforeALine) {
    LineFormat format(Stamp::tai64n);
    format.set_time(0s);
    EXPECT_EQ(format.before(), "@400000000000000a000001f4 ");
    EXPECT_EQ(format.after(), "");
}

TEST(LogLineFormat, JsonIsClosedAndEscaped) {
    LineFormat format(Stamp::json);
    format.set_time(0s);
    EXPECT_EQ(format.before(), R"({"time":"1970-01-01T00:00:00.000000Z","line":")");
    EXPECT_EQ(format.after(), R"("})");
    std::string out;
    LineFormat::escape(std::string_view("a\"b\\c\t\0d", 8), out);
    EXPECT_EQ(out, R"(a\"b\\c\u0009\u0000d)");
}

TEST(LogLineFormat, JsonKeepsUtf8AndEscapesWhatIsNone) {
    const auto escaped = [](std::string_view text) {
        std::string out;
        LineFormat::escape(text, out);
        return out;
    };
    EXPECT_EQ(escaped("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
              "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
    EXPECT_EQ(escaped("~\x7f"), R"(~\u007f)");
    EXPECT_EQ(escaped("\xff\xc3"), R"(\u00ff\u00c3)");
    EXPECT_EQ(escaped("\xc0\xaf"), R"(\u00c0\u00af)");            // overlong
    EXPECT_EQ(escaped("\xed\xa0\x80"), R"(\u00ed\u00a0\u0080)");  // a surrogate
}
