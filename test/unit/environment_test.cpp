// SPDX-License-Identifier: MIT
#include "text/environment.h"

#include <gtest/gtest.h>

using hf::text::Environment;
using hf::text::variable_value;
using namespace std::string_view_literals;

namespace {

std::vector<std::string> entries(Environment& environment) {
    std::vector<std::string> found;
    for (const char* entry : environment.block()) {
        if (entry != nullptr) found.emplace_back(entry);
    }
    return found;
}

using Entries = std::vector<std::string>;

}  // namespace

TEST(Environment, PassesOnWhatItInherited) {
    const char* inherited[] = {"A=1", "no equals sign", "A=2", nullptr};
    Environment environment(inherited);
    EXPECT_EQ(entries(environment), (Entries{"A=1", "no equals sign", "A=2"}));
    EXPECT_EQ(environment.block().back(), nullptr);
}

TEST(Environment, SetsANameOnceHoweverOftenItWasThere) {
    const char* inherited[] = {"A=1", "B=1", "A=2", nullptr};
    Environment environment(inherited);
    environment.set("A", "3");
    environment.set("C", "");
    EXPECT_EQ(entries(environment), (Entries{"B=1", "A=3", "C="}));
}

TEST(Environment, RemovesEveryOccurrenceOfTheWholeNameOnly) {
    const char* inherited[] = {"A=1", "AB=1", "A", "A=2", nullptr};
    Environment environment(inherited);
    environment.remove("A");
    environment.remove("absent");
    EXPECT_EQ(entries(environment), (Entries{"AB=1", "A"}));
}

TEST(VariableValue, OfAnEmptyFileIsNone) {
    EXPECT_EQ(variable_value(""), std::nullopt);
}

TEST(VariableValue, IsTheFirstLineWithoutBlanksAtItsEnd) {
    EXPECT_EQ(variable_value("value\n"), "value");
    EXPECT_EQ(variable_value("value"), "value");
    EXPECT_EQ(variable_value("  a b \t \nsecond\n"), "  a b");
    EXPECT_EQ(variable_value("dos\r\n"), "dos\r");
    EXPECT_EQ(variable_value("\nsecond"), "");
    EXPECT_EQ(variable_value(" \t"), "");
}

TEST(VariableValue, TurnsNulsIntoNewlinesAfterStripping) {
    EXPECT_EQ(variable_value("x\0y\0"sv), "x\ny\n");
    EXPECT_EQ(variable_value("x\0 \t"sv), "x\n");
    EXPECT_EQ(variable_value("\0"sv), "\n");
}
