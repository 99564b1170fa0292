// SPDX-License-Identifier: MIT
#include "log/script.h"

#include <gtest/gtest.h>

using namespace hf::log;

namespace {

DirectoryRules rules_after(std::vector<std::string_view> words) {
    words.push_back("./d");
    return parse_script(words).directories.at(0).rules;
}

template <typename Kind>
Kind only_action(std::string_view word) {
    const Script script = parse_script({"x", word});
    EXPECT_EQ(script.actions.size(), 1u) << word;
    return std::get<Kind>(script.actions.at(0));
}

}  // namespace

TEST(LogScript, TheStampIsOnlyTheFirstArgument) {
    EXPECT_EQ(parse_script({"t"}).stamp, Stamp::tai64n);
    EXPECT_EQ(parse_script({"timestamp"}).stamp, Stamp::tai64n);
    EXPECT_EQ(parse_script({"T"}).stamp, Stamp::iso8601);
    EXPECT_EQ(parse_script({"Tx"}).stamp, Stamp::none);
    EXPECT_EQ(parse_script({"j"}).stamp, Stamp::json);
    EXPECT_EQ(parse_script({"e", "t"}).stamp, Stamp::none);
}

TEST(LogScript, SizesAreClampedAsTheOriginalDoes) {
    EXPECT_EQ(rules_after({}).size, 99999u);
    EXPECT_EQ(rules_after({"s1"}).size, 4096u);
    EXPECT_EQ(rules_after({"snonsense"}).size, 4096u);
    EXPECT_EQ(rules_after({"s5000kB"}).size, 5000u);
    EXPECT_EQ(rules_after({"s999999999"}).size, 16777215u);
    EXPECT_EQ(rules_after({"n1"}).files, 2u);
    EXPECT_EQ(rules_after({"n5"}).files, 5u);
}

TEST(LogScript, ActionsHoldForTheDirectoriesThatFollow) {
    const Script script = parse_script({"./a", "s5000", "n3", "!cat", "./b", "/c"});
    ASSERT_EQ(script.directories.size(), 3u);
    EXPECT_EQ(script.directories[0].rules.size, 99999u);
    EXPECT_EQ(script.directories[0].rules.processor, "");
    EXPECT_EQ(script.directories[1].rules.size, 5000u);
    EXPECT_EQ(script.directories[2].rules.processor, "cat");
    EXPECT_EQ(script.directories[2].name, "/c");
}

TEST(LogScript, WhatMeansNothingIsIgnored) {
    EXPECT_TRUE(parse_script({"x", "foo", "#", "log", "", "access", "cat", "users", "yes", "~x",
                              "m0", "mail", "a", "u1.2.3.4", "uhost:1", "c:5", "u1.2.3.4:0"})
                    .actions.empty());
}

TEST(LogScript, BigSizesTakeUnits) {
    EXPECT_EQ(rules_after({"b100m"}).size, uint64_t{100} << 20);
    EXPECT_EQ(rules_after({"b9223372036854775808"}).size, uint64_t{1} << 63);
    EXPECT_EQ(rules_after({"b8388608t"}).size, uint64_t{1} << 63);
    EXPECT_EQ(rules_after({"b8388609t"}).size, 99999u);
    EXPECT_EQ(rules_after({"b9223372036854775809"}).size, 99999u);
    EXPECT_EQ(rules_after({"b1"}).size, 4096u);
    EXPECT_EQ(rules_after({"S2g"}).total, uint64_t{2} << 30);
    EXPECT_EQ(rules_after({"k5m"}).keep_free, uint64_t{5} << 20);
    EXPECT_EQ(rules_after({"k"}).keep_free, 0u);
}

TEST(LogScript, TimesAndCompression) {
    EXPECT_EQ(rules_after({"a3600"}).age, std::chrono::hours(1));
    EXPECT_TRUE(rules_after({"amidnight"}).at_midnight);
    EXPECT_EQ(rules_after({"z"}).compression, 3);
    EXPECT_EQ(rules_after({"z19"}).compression, 19);
    EXPECT_EQ(rules_after({"z20"}).compression, 0);
    EXPECT_EQ(rules_after({"zoo"}).compression, 0);
}

TEST(LogScript, Choosing) {
    const auto plain = only_action<Select>("-a*");
    EXPECT_EQ(plain.pattern, "a*");
    EXPECT_FALSE(plain.selects || plain.regular);
    const auto regular = only_action<Select>("~+^a|b$");
    EXPECT_EQ(regular.pattern, "^a|b$");
    EXPECT_TRUE(regular.selects && regular.regular);
    EXPECT_EQ(only_action<AtMost>("m10/60").every, std::chrono::minutes(1));
    EXPECT_EQ(only_action<AtMost>("m10").lines, 10u);
}

TEST(LogScript, Addresses) {
    const auto four = only_action<CopyTo>("u127.0.0.1:514");
    EXPECT_EQ(four.host, "127.0.0.1");
    EXPECT_EQ(four.port, 514);
    EXPECT_EQ(only_action<CopyTo>("c[::1]:99").host, "::1");
    EXPECT_EQ(only_action<CopyTo>("y").kind, CopyTo::Kind::syslog);
}
