// SPDX-License-Identifier: MIT
// Times as people write them.
#include <gtest/gtest.h>

#include "text/times.h"

using namespace hf::text;
using namespace std::chrono_literals;

namespace {

TEST(Times, AsPeopleWriteThem) {
    constexpr long now = 1700000000;  // 2023-11-14 22:13:20 UTC
    auto seconds = [](const char* text) {
        auto time = time_from(text, now, true);
        return time ? static_cast<long>(time->seconds - hf::format::tai64_epoch) : -1;
    };
    EXPECT_EQ(seconds("10m"), now - 600);
    EXPECT_EQ(seconds("2d"), now - 2 * 86400);
    EXPECT_EQ(seconds("1h30m"), now - 5400);
    EXPECT_EQ(seconds("10 minutes ago"), now - 600);
    EXPECT_EQ(seconds("1 day 2 hours"), now - 86400 - 7200);
    EXPECT_EQ(seconds("5min"), now - 300);
    EXPECT_EQ(seconds("1 week ago"), now - 604800);
    EXPECT_EQ(seconds("now"), now);
    EXPECT_EQ(seconds("today"), now - 80000);
    EXPECT_EQ(seconds("yesterday"), now - 80000 - 86400);
    EXPECT_EQ(seconds("22:13"), now - 20);
    EXPECT_EQ(seconds("2023-11-14"), now - 80000);
    EXPECT_EQ(seconds("2023-11-14T22:13:20"), now);
    EXPECT_EQ(seconds("@400000006553f10a00000000"), now);
    EXPECT_EQ(seconds("2024-02-29"), 1709164800);
    for (const char* text : {"", "m", "10", "10x", "2023-13-01", "noon", "22:13 tomorrow", "ago",
                             "1h30", "10 fortnights", "2023-02-29", "2023-04-31 10:00"})
        EXPECT_EQ(seconds(text), -1) << text;
    EXPECT_EQ(time_text({hf::format::tai64_epoch + now, 1500}, true), "2023-11-14 22:13:20.000001");
}

}  // namespace
