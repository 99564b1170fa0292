// SPDX-License-Identifier: MIT
#include "log/line_watch.h"

#include <gtest/gtest.h>

#include "sys/error.h"

using hf::log::LineWatch;
using namespace std::string_view_literals;

TEST(LineWatch, FindsThePatternInALine) {
    LineWatch watch("^port [0-9]+$");
    EXPECT_FALSE(watch.take("a port 80\nport\nport 80 \n"));
    EXPECT_TRUE(watch.take("one\nport 80\nthree\n"));
}

TEST(LineWatch, ALineIsOneWhenItEnds) {
    LineWatch watch("up");
    EXPECT_FALSE(watch.take("u"));
    EXPECT_FALSE(watch.take("p"));
    EXPECT_TRUE(watch.take("\n"));
    EXPECT_FALSE(watch.take("u\np\n"));
}

TEST(LineWatch, BytesThatMeanNothingStandInALine) {
    LineWatch watch("^up$");
    EXPECT_TRUE(watch.take("up\r\n"));
    EXPECT_FALSE(watch.take("up\0\n"sv));
    EXPECT_FALSE(watch.take("\0up\n"sv));
    LineWatch behind("up$");
    EXPECT_TRUE(behind.take("\0up\n"sv));
    EXPECT_TRUE(behind.take("\xff\xfeup\n"));
}

TEST(LineWatch, OfALongLineTheBeginningCounts) {
    LineWatch watch("up");
    const std::string filler(4095, 'x');
    EXPECT_FALSE(watch.take(filler + "up\n"));
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(watch.take(filler));
    EXPECT_FALSE(watch.take("up\n"));
    EXPECT_TRUE(watch.take(filler.substr(1) + "up\n") || watch.take("up" + filler + "\n"));
}

TEST(LineWatch, RefusesWhatIsNoPattern) {
    EXPECT_THROW(LineWatch("("), hf::sys::Error);
}
