// SPDX-License-Identifier: MIT
#include "format/process_rules.h"

#include <gtest/gtest.h>

#include "format/rules.h"

using namespace hf::format;

namespace {

using Lines = std::vector<RulesLine>;

ProcessRules rules(const Lines& lines, std::string_view service = "web@1") {
    auto found = process_rules(lines, service);
    EXPECT_TRUE(found);
    return found.value_or(ProcessRules{});
}

}  // namespace

TEST(ProcessRules, AreReadFromTheLinesOfTheirTable) {
    EXPECT_EQ(rules({}), ProcessRules{});
    EXPECT_EQ(rules({{"stop.timeout", "5"}, {"needs", "db"}}), ProcessRules{});
    const ProcessRules all = rules({{"process.user", "www-data:www-data:ssl-cert"},
                                    {"process.env", "PORT=8080"},
                                    {"process.env", "WHO=a\\x20b"},
                                    {"process.env_file", "/etc/default/%n"},
                                    {"process.env_dir", "env"},
                                    {"process.clean_env", "true"},
                                    {"process.cwd", "/srv/%i"},
                                    {"process.umask", "027"},
                                    {"process.nice", "-5"},
                                    {"process.oom_score", "-1000"}});
    EXPECT_EQ(all.user, "www-data:www-data:ssl-cert");
    ASSERT_EQ(all.env.size(), 2U);
    EXPECT_EQ(all.env[0], std::pair(std::string("PORT"), std::string("8080")));
    EXPECT_EQ(all.env[1], std::pair(std::string("WHO"), std::string("a b")));
    EXPECT_EQ(all.env_file, "/etc/default/web@1");
    EXPECT_EQ(all.env_dir, "env");
    EXPECT_TRUE(all.clean_env);
    EXPECT_EQ(all.cwd, "/srv/1");
    EXPECT_EQ(all.umask, 027U);
    EXPECT_EQ(all.nice, -5);
    EXPECT_EQ(all.oom_score, -1000);
}

TEST(ProcessRules, WhatIsNotUnderstoodIsNotIgnored) {
    const Lines wrong{{"process.chroot", "/srv"}, {"process.umask", "9"},
                      {"process.nice", "much"},   {"process.nice", "5 "},
                      {"process.oom_score", ""},  {"process.clean_env", "yes"},
                      {"process.user", ""},       {"process.cwd", ""},
                      {"process.env", "A"},       {"process.env", "=A"}};
    for (const RulesLine& line : wrong)
        EXPECT_FALSE(process_rules({line}, "web")) << line.key << " " << line.value;
}

TEST(ProcessRules, KeysAreKnownOrNot) {
    EXPECT_TRUE(is_known_process_key("process.env_file"));
    for (std::string_view key : {"process.chroot", "process.", "process.env_", "env", "user"})
        EXPECT_FALSE(is_known_process_key(key)) << key;
    EXPECT_TRUE(are_obeyed({{"process.nice", "1"}, {"stop.signal", "2"}}));
    EXPECT_FALSE(are_obeyed({{"process.nice", "1"}, {"process.chroot", "/"}}));
    EXPECT_FALSE(are_obeyed({{"limits.files", "7"}}));
}

TEST(ProcessRules, WordsComeBackAsTheyWere) {
    const auto env = rules({{"process.env", "A=\\-"},
                            {"process.env", "B=\\x0a\\x5cx\\xff"},
                            {"process.env", "C\\x20D=x=y"},
                            {"process.env", "E=\\x%%\\x2"}})
                         .env;
    EXPECT_EQ(env[0].second, "");
    EXPECT_EQ(env[1].second, "\n\\x\xff");
    EXPECT_EQ(env[2].first, "C D");
    EXPECT_EQ(env[2].second, "x=y");
    EXPECT_EQ(env[3].second, "\\x%\\x2");
}

TEST(ProcessRules, NamesStandForThemselves) {
    EXPECT_EQ(expanded("%n %i %%n 100% %", "web@1"), "web@1 1 %n 100% %");
    EXPECT_EQ(expanded("<%n|%i>", "web"), "<web|>");
    EXPECT_EQ(expanded("<%n|%i>", "web@"), "<web@|>");
    EXPECT_EQ(expanded("<%n|%i>", "web@a@b/log"), "<web@a@b|a@b>");
    EXPECT_EQ(expanded("<%n|%i>", "/srv/web@1"), "<web@1|1>");
    EXPECT_EQ(expanded("%%%n%%", "log"), "%log%");
    EXPECT_EQ(expanded("", "web"), "");
}

TEST(ProcessRules, AreSummedUp) {
    EXPECT_EQ(process_sum({}), 0U);
    EXPECT_EQ(process_sum({{"stop.timeout", "5"}}), 0U);
    const Lines lines{{"process.user", "a"}, {"process.cwd", "/b"}};
    EXPECT_NE(process_sum(lines), 0U);
    EXPECT_NE(process_sum(lines), process_sum({lines[0]}));
    EXPECT_NE(process_sum(lines), process_sum({lines[0], {"process.cwd", "/c"}}));
    EXPECT_EQ(process_sum(lines), process_sum({{"restart.delay", "1"}, lines[0], lines[1]}));
    EXPECT_EQ(rules_of(lines, 0).entry, process_sum(lines));
    EXPECT_NE(rules_of(lines, 0), hf::core::default_rules);
}

TEST(ProcessRules, AUserHasGroupsBehindIt) {
    EXPECT_EQ(user_and_groups("a"), std::vector<std::string>{"a"});
    EXPECT_EQ(user_and_groups("a:b:c"), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(ProcessRules, TheFinishCommandIsReadFromItsTable) {
    using Words = std::vector<std::string>;
    const Lines none{{"process.nice", "5"}};
    EXPECT_EQ(finish_command(none, "web", "exit 0"), Words());
    EXPECT_EQ(finish_sum(none), 0U);
    Lines lines{{"finish.command", "./finish a\\x20b \\- %n"}};
    EXPECT_EQ(finish_command(lines, "web@1", "exit 0"), (Words{"./finish", "a b", "", "web@1"}));
    lines.push_back({"finish.arguments", "s6"});
    EXPECT_EQ(finish_command(lines, "w", "exit 7"),
              (Words{"./finish", "a b", "", "w", "7", "0", "w"}));
    EXPECT_EQ(finish_command(lines, "w", "signal 9"),
              (Words{"./finish", "a b", "", "w", "256", "9", "w"}));
    lines.back().value = "runit";
    EXPECT_EQ(finish_command(lines, "w", "exit 7"), (Words{"./finish", "a b", "", "w", "7", "0"}));
    EXPECT_EQ(finish_command(lines, "w", "unknown"),
              (Words{"./finish", "a b", "", "w", "-1", "9"}));
}

// What it is to be before it runs counts, too.
TEST(ProcessRules, EachKeyOfTheFinishCommandChangesItsSum) {
    const Lines lines{{"finish.command", "./finish"}};
    const std::uint32_t sum = finish_sum(lines);
    EXPECT_NE(sum, 0U);
    EXPECT_EQ(process_sum(lines), 0U);
    for (const RulesLine& line : Lines{{"process.nice", "5"}, {"finish.arguments", "s6"}}) {
        Lines more = lines;
        more.push_back(line);
        EXPECT_NE(finish_sum(more), sum) << line.key;
        EXPECT_NE(finish_sum(more), 0U) << line.key;
    }
    EXPECT_EQ(finish_sum({{"finish.command", "./finish"}, {"stop.timeout", "5"}}), sum);
}
