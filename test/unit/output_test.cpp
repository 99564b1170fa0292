// SPDX-License-Identifier: MIT
// A screen of the kernel's console, read back.
#include <gtest/gtest.h>

#include "control/output.h"

using namespace hf::control;
using namespace std::literals;

namespace {

std::string screen(unsigned char rows, unsigned char columns, std::string_view text) {
    std::string bytes{static_cast<char>(rows), static_cast<char>(columns), 0, 0};
    for (char each : text) bytes += {each, '\a'};
    return bytes;
}

TEST(Screen, HasItsLinesWithoutWhatIsEmptyBehindThem) {
    auto lines = screen_lines(screen(4, 6,
                                     "one   two   "
                                     "      "
                                     "      "sv));
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two"}));
}

TEST(Screen, ThatIsCutOffHasTheLinesThatAreWhole) {
    EXPECT_EQ(screen_lines(screen(3, 3, "abcde")), std::vector<std::string>{"abc"});
    EXPECT_TRUE(screen_lines("").empty());
    EXPECT_TRUE(screen_lines("ab").empty());
}

}  // namespace
