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
