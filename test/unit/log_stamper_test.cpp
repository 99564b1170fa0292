// SPDX-License-Identifier: MIT
#include "log/stamper.h"

#include <gtest/gtest.h>

using namespace hf::log;
using namespace std::chrono_literals;

TEST(LogStamper, IsoTimesAreInUtcWithMicroseconds) {
    EXPECT_EQ(iso8601(0s), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(iso8601(1'709'210'096s + 7us), "2024-02-29T12:34:56.000007Z");
}

TEST(LogStamper, PutsTheLabelBeforeALine) {
    Stamper stamper(Stamp::tai64n);
    stamper.set_time(0s);
    EXPECT_EQ(stamper.before(), "@400000000000000a000001f4 ");
    EXPECT_EQ(stamper.after(), "");
}

TEST(LogStamper, JsonIsClosedAndEscaped) {
    Stamper stamper(Stamp::json);
    stamper.set_time(0s);
    EXPECT_EQ(stamper.before(), R"({"time":"1970-01-01T00:00:00.000000Z","line":")");
    EXPECT_EQ(stamper.after(), R"("})");
    std::string out;
    Stamper::escape(std::string_view("a\"b\\c\t\0d", 8), out);
    EXPECT_EQ(out, R"(a\"b\\c\u0009\u0000d)");
}

TEST(LogStamper, JsonKeepsUtf8AndEscapesWhatIsNone) {
    const auto escaped = [](std::string_view text) {
        std::string out;
        Stamper::escape(text, out);
        return out;
    };
    EXPECT_EQ(escaped("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
              "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
    EXPECT_EQ(escaped("\xff\xc3"), R"(\u00ff\u00c3)");
    EXPECT_EQ(escaped("\xc0\xaf"), R"(\u00c0\u00af)");            // overlong
    EXPECT_EQ(escaped("\xed\xa0\x80"), R"(\u00ed\u00a0\u0080)");  // a surrogate
}
