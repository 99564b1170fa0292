// SPDX-License-Identifier: MIT
#include "text/environment.h"

#include <gtest/gtest.h>

using hf::text::Environment;
using hf::text::set_by_lines;
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

Entries set_by(std::string_view file) {
    const char* none = nullptr;
    Environment environment(&none);
    EXPECT_EQ(set_by_lines(file, environment), "") << file;
    return entries(environment);
}

std::string fault_of(std::string_view file) {
    const char* none = nullptr;
    Environment environment(&none);
    return set_by_lines(file, environment);
}

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

TEST(EnvironmentFile, SetsOneVariableALine) {
    EXPECT_EQ(set_by(""), Entries{});
    EXPECT_EQ(set_by("A=1\n\n# B=2\n ; C=3\n\t D_4=a b =c \nexport E=\n_F='x y'\nA=2"),
              (Entries{"D_4=a b =c", "E=", "_F=x y", "A=2"}));
    EXPECT_EQ(set_by(R"(A="a\"b\\c\$d\`e\nf'g"
B='a"b\c'
C=""
D=it's)"),
              (Entries{R"(A=a"b\c$d`e\nf'g)", R"(B=a"b\c)", "C=", "D=it's"}));
    EXPECT_EQ(set_by("A=$HOME/x # y\n"), Entries{"A=$HOME/x # y"});
}

TEST(EnvironmentFile, SaysWhatIsWrongAndWhere) {
    for (std::string_view wrong : {"A", "=1", "1A=2", "A B=1", "A-B=1", "export", "A =1"})
        EXPECT_EQ(fault_of(std::string("X=1\n").append(wrong)), "line 2: NAME=VALUE is expected")
            << wrong;
    for (std::string_view wrong : {"A=\"", "A='", "A=\"b\\\"", "A='b' c", "A=\"b\"c\""})
        EXPECT_TRUE(fault_of(wrong).starts_with("line 1: the quote")) << wrong;
    EXPECT_TRUE(fault_of("A=1\r\n").starts_with("line 1: it ends with a carriage return"));
    EXPECT_TRUE(fault_of("A=1\nB=\0\n"sv).starts_with("line 2: a null character"));
}
