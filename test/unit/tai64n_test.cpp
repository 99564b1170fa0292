// SPDX-License-Identifier: MIT
#include "format/tai64n.h"

#include <gtest/gtest.h>

#include <string>

using namespace hf::format;
using namespace std::chrono_literals;

namespace {

std::string text(Tai64n moment) {
    const auto characters = label(moment);
    return {characters.begin(), characters.end()};
}

}  // namespace

TEST(Tai64n, TheEpochIsTenSecondsIn) {
    EXPECT_EQ(text(tai64n(0s)), "@400000000000000a000001f4");
}

TEST(Tai64n, KeepsWholeMicrosecondsAndHalfAMicrosecond) {
    EXPECT_EQ(tai64n(5s + 123'456'789ns).nanoseconds, 123'456'500u);
    EXPECT_EQ(tai64n(5s + 999'999'999ns).nanoseconds, 999'999'500u);
}

TEST(Tai64n, ReachesBefore1970) {
    const Tai64n moment = tai64n(-1s + 1us);
    EXPECT_EQ(moment.seconds, tai64_epoch - 1);
    EXPECT_EQ(moment.nanoseconds, 1'500u);
}

TEST(Tai64n, ParsesWhatItPrints) {
    const Tai64n moment = tai64n(1'700'000'000s + 42us);
    EXPECT_EQ(parse_label(text(moment) + ".s"), moment);
    EXPECT_EQ(from_external(external(moment)), moment);
}

TEST(Tai64n, RefusesWhatIsNoLabel) {
    EXPECT_FALSE(parse_label("@400000000000000a000001f"));
    EXPECT_FALSE(parse_label("@400000000000000A000001f4"));
    EXPECT_FALSE(parse_label("#400000000000000a000001f4"));
    EXPECT_FALSE(parse_label(""));
}

TEST(Tai64n, TheNextMomentIsLaterAndCrossesSeconds) {
    const Tai64n last = tai64n(7s + 999'999us);
    EXPECT_EQ(next_moment(last), tai64n(8s));
    EXPECT_EQ(next_moment(tai64n(7s)), tai64n(7s + 1us));
    EXPECT_LT(text(last), text(next_moment(last)));
}
