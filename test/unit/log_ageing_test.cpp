// SPDX-License-Identifier: MIT
#include "log/ageing.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace hf::log;
using namespace std::chrono_literals;

namespace {

const Ageing::Moment start{1000s};
constexpr time_t noon = 1'700'049'600;  // 2023-11-15 12:00:00 UTC

Ageing midnight_in(const char* zone) {
    ::setenv("TZ", zone, 1);
    ::tzset();
    return Ageing({.at_midnight = true});
}

}  // namespace

TEST(LogAgeing, AFileIsDueSoManySecondsAfterItsFirstLine) {
    Ageing ageing({.age = 60s});
    EXPECT_FALSE(ageing.due(start + 1h, noon));
    ageing.begin(start, noon);
    EXPECT_FALSE(ageing.due(start + 59s, noon));
    EXPECT_TRUE(ageing.due(start + 60s, noon));
    EXPECT_EQ(ageing.deadline(start + 1s, noon), start + 60s);
    ageing.end();
    EXPECT_FALSE(ageing.due(start + 1h, noon));
    EXPECT_FALSE(ageing.deadline(start, noon));
}

TEST(LogAgeing, SettingTheClockDoesNotChangeAnAge) {
    Ageing ageing({.age = 60s});
    ageing.begin(start, noon);
    EXPECT_FALSE(ageing.due(start + 1s, noon + 86400));
    EXPECT_TRUE(ageing.due(start + 60s, noon - 86400));
}

TEST(LogAgeing, MidnightIsLocal) {
    Ageing ageing = midnight_in("UTC");
    ageing.begin(start, noon);
    EXPECT_FALSE(ageing.due(start, noon + 12 * 3600 - 1));
    EXPECT_TRUE(ageing.due(start, noon + 12 * 3600));
    Ageing east = midnight_in("XXX-10");
    east.begin(start, noon);
    EXPECT_TRUE(east.due(start, noon + 2 * 3600));
    EXPECT_FALSE(east.due(start, noon + 2 * 3600 - 1));
}

TEST(LogAgeing, ADayWithAChangeOfDaylightSavingHasOneMidnight) {
    ::setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
    ::tzset();
    const time_t midnight = 1636257600;  // 2021-11-07 00:00 EDT, a day of 25 hours
    EXPECT_EQ(next_midnight(midnight - 1), midnight);
    EXPECT_EQ(next_midnight(midnight), midnight + 25 * 3600);
}

TEST(LogAgeing, AClockSetBackByDaysDoesNotPutMidnightOff) {
    Ageing ageing = midnight_in("UTC");
    ageing.begin(start, noon);
    EXPECT_TRUE(ageing.due(start, noon - 3 * 86400));
    EXPECT_LE(*ageing.deadline(start, noon), start + 60s);
}
