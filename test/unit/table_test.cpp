// SPDX-License-Identifier: MIT
// Tables that fit on a screen.
#include <gtest/gtest.h>

#include "text/table.h"

using namespace hf::text;

namespace {

TEST(Table, HasNoBlanksAtTheEnds) {
    EXPECT_EQ(table({{{"A", ""}, {"B", ""}}, {{"long", ""}, {"", ""}}}), "A     B\nlong\n");
}

TEST(Table, FitsOnTheScreen) {
    Rows rows{{{"A", ""}, {"B", ""}, {"C", ""}}, {{"one", "\033[1m"}, {"-", ""}, {"zwölf", ""}}};
    EXPECT_EQ(table_within(rows, 13), "A    B  C\n\033[1mone\033[0m  -  zwölf\n");
    EXPECT_EQ(table_within(rows, 10), "A    C\n\033[1mone\033[0m  zwölf\n");
    EXPECT_EQ(table_within(rows, 8), "A    C\n\033[1mone\033[0m  zwö\n");
    EXPECT_EQ(table_within(rows, 2), "A\n\033[1mon\033[0m\n");
    EXPECT_EQ(table_within({}, 10), "");
}

}  // namespace
