// SPDX-License-Identifier: MIT
#include "format/rules.h"

#include <gtest/gtest.h>

#include <csignal>

#include "config/keys.h"
#include "config/service_file.h"

using namespace hf;
using namespace hf::format;
using namespace std::chrono_literals;

namespace {

core::Rules rules_of_toml(const std::string& toml) {
    const auto file = config::read_service_file(toml, {.is_obeyed = is_obeyed});
    for (const config::Fault& fault : file.faults) ADD_FAILURE() << fault.text;
    return rules_of(file.lines, 7);
}

}  // namespace

TEST(Rules, AnEmptyFileIsNoFile) {
    EXPECT_EQ(rules_of({}, 7), core::default_rules);
    EXPECT_EQ(rules_of_toml("# nothing\n[stop]\n[restart]\n"), core::default_rules);
}

TEST(Rules, ToSayTheDefaultsIsToSayNothing) {
    EXPECT_EQ(rules_of_toml("[stop]\nsignal = \"TERM\"\ntimeout = \"none\"\n"
                            "[restart]\nwhen = \"always\"\ngood = [0]\nstop_on = []\n"
                            "delay = \"1s\"\nmax_delay = \"1s\"\nreset_after = \"10s\"\n"
                            "give_up = 0\n"),
              core::default_rules);
}

TEST(Rules, EachKeySetsWhatItSays) {
    const core::Rules rules = rules_of_toml(
        "[stop]\nsignal = \"INT\"\ntimeout = \"20s\"\n"
        "[restart]\nwhen = \"failure\"\ngood = [0, 143]\nstop_on = [100]\ndelay = \"500ms\"\n"
        "max_delay = \"1m\"\nreset_after = \"2m\"\ngive_up = 9\n");
    EXPECT_EQ(rules.stop_signal, SIGINT);
    EXPECT_EQ(rules.stop_timeout, 20s);
    EXPECT_EQ(rules.shutdown_timeout, 20s);
    EXPECT_EQ(rules.restart, core::Restart::on_failure);
    EXPECT_EQ(rules.good, (core::ExitCodes{0, 143}));
    EXPECT_EQ(rules.stop_on, core::ExitCodes{100});
    EXPECT_EQ(rules.restart_delay, 500ms);
    EXPECT_EQ(rules.longest_delay, 60s);
    EXPECT_EQ(rules.reset_after, 120s);
    EXPECT_EQ(rules.give_up, 9u);
    EXPECT_EQ(rules.salt, 7u);
}

TEST(Rules, StepsSayWhenEachSignalComes) {
    const core::Rules rules = rules_of_toml(
        "[stop]\nsteps = [\"QUIT 5s\", \"TERM 10s\", \"INT 1s\"]\n"
        "signal_to = \"group\"\nkill = \"group\"\n");
    EXPECT_EQ(rules.stop_signal, SIGQUIT);
    EXPECT_EQ(rules.later_signals[0], (core::LaterSignal{5s, SIGTERM}));
    EXPECT_EQ(rules.later_signals[1], (core::LaterSignal{15s, SIGINT}));
    EXPECT_EQ(rules.later_signals[2], core::LaterSignal{});
    EXPECT_EQ(rules.stop_timeout, 16s);
    EXPECT_EQ(rules.shutdown_timeout, 16s);
    EXPECT_TRUE(rules.stops_group);
    EXPECT_TRUE(rules.kills_group);
    const core::Rules patient =
        rules_of_toml("[stop]\nsteps = [\"QUIT 5s\", \"TERM 10s\"]\ntimeout = \"none\"\n");
    EXPECT_EQ(patient.stop_timeout, std::nullopt);
    EXPECT_EQ(patient.shutdown_timeout, 10s);
}

TEST(Rules, ALifeIsLongWhenItIsAsLongAsTheLongestDelay) {
    EXPECT_EQ(rules_of_toml("[restart]\nmax_delay = \"3s\"\n").reset_after, 10s);
    EXPECT_EQ(rules_of_toml("[restart]\nmax_delay = \"1m\"\n").reset_after, 60s);
    EXPECT_EQ(rules_of_toml("[restart]\ndelay = \"30s\"\n").reset_after, 30s);
    EXPECT_EQ(rules_of_toml("[restart]\ndelay = \"30s\"\n").longest_delay, 30s);
}

TEST(Rules, ExitCodesAreASet) {
    core::ExitCodes codes{0, 63, 64, 255};
    for (int code = 0; code < 256; ++code) {
        bool is_in = code == 0 || code == 63 || code == 64 || code == 255;
        EXPECT_EQ(codes.contains(code), is_in) << code;
    }
}

TEST(Rules, WhatIsObeyedIsAKey) {
    int obeyed = 0;
    for (const config::Key& key : config::keys()) {
        std::string name = key.table.empty() ? "" : std::string(key.table) + ".";
        if (is_obeyed(name.append(key.name), "fd")) ++obeyed;
    }
    EXPECT_EQ(obeyed, 40);
    EXPECT_FALSE(is_obeyed("stop.kill", "tree"));
    EXPECT_FALSE(is_obeyed("restart.at", "04:00"));
    EXPECT_TRUE(is_obeyed("ready.by", "log"));
    EXPECT_TRUE(is_obeyed("ready.check", "exec ./check"));
    EXPECT_FALSE(is_obeyed("source", ""));
}

TEST(Rules, ByWhatItSaysThatItIsReady) {
    const core::Rules fd = rules_of_toml("[ready]\nby = \"fd\"\n");
    EXPECT_TRUE(fd.says_ready && !fd.notifies && fd.ready_fd == 3);
    const core::Rules notify = rules_of_toml("[ready]\nby = \"notify\"\ntimeout = \"9s\"\n");
    EXPECT_TRUE(notify.says_ready && notify.notifies && !notify.ready_fd);
    EXPECT_EQ(notify.ready_timeout, 9s);
    EXPECT_FALSE(rules_of_toml("[ready]\nby = \"start\"\n").notifies);
}

TEST(Rules, ALineShowsThatItIsReady) {
    const std::vector<RulesLine> lines{{"ready.by", "log"}, {"ready.log", "^%n up 100%%$"}};
    EXPECT_EQ(ready_pattern_of(lines, "web/log"), "^web up 100%$");
    EXPECT_EQ(ready_pattern_of({{"ready.by", "fd"}, {"ready.log", "^up$"}}, "web"), "");
    EXPECT_EQ(ready_pattern_of({{"ready.by", "log"}}, "web"), "");
    const core::Rules rules = rules_of(lines, 0);
    EXPECT_TRUE(rules.says_ready && !rules.notifies && rules.ready_fd == 3);
}

TEST(Rules, ACheckShowsThatItIsReady) {
    auto check_in = [](const std::string& toml) {
        const auto file = config::read_service_file(toml, {.is_obeyed = is_obeyed});
        EXPECT_TRUE(file.faults.empty()) << file.faults.front().text;
        return ready_check_of(file.lines, "web@2");
    };
    EXPECT_EQ(check_in("[ready]\nby = \"fd\"\n"), std::nullopt);
    const auto tcp = check_in("[ready]\nby = \"check\"\ncheck = { tcp = \"127.0.0.1:80\" }\n");
    EXPECT_EQ(tcp, ReadyCheck(Check{0, 5000ms, CheckKind::tcp, "127.0.0.1:80"}));
    const auto http = check_in(
        "[ready]\nby = \"check\"\n"
        "check = { http = \"http://127.0.0.1/\", status = [\"200\", \"300-303\"], body = \"pong\", "
        "timeout = \"2s\" }\n");
    EXPECT_EQ(
        http,
        ReadyCheck(Check{
            0, 2000ms, CheckKind::http, "http://127.0.0.1/", {{200, 200}, {300, 303}}, "pong"}));
    const auto list = check_in(
        "[ready]\nby = \"check\"\n"
        "check = { exec = [\"./check\", \"a b\", \"\", \"%n\\n\"], timeout = \"2s\" }\n");
    EXPECT_EQ(list, ReadyCheck(TimedCommand{2000ms, {"./check", "a b", "", "web@2\n"}}));
    const auto line =
        check_in("[ready]\nby = \"check\"\ncheck = { exec = \"./check %i | cat\" }\n");
    EXPECT_EQ(line, ReadyCheck(TimedCommand{5000ms, {"/bin/sh", "-c", "./check 2 | cat"}}));
}

TEST(Rules, AnInstanceWaitsForInstances) {
    const std::vector<RulesLine> lines{
        {"needs", "db-%i"}, {"wants", "%n-cache"}, {"after", "100%%"}, {"wants_wait", "5"}};
    const core::Waits waits = waits_of(lines, "web@2");
    EXPECT_EQ(waits.needs, std::vector<std::string>{"db-2"});
    EXPECT_EQ(waits.wants, std::vector<std::string>{"web@2-cache"});
    EXPECT_EQ(waits.after, std::vector<std::string>{"100%"});
    const auto file = config::read_service_file("needs = [\"web@%i\"]\n", {.name = "web@2"});
    ASSERT_EQ(file.faults.size(), 1u);
    EXPECT_EQ(file.faults[0].text, "needs: a service cannot wait for itself");
}

TEST(Rules, WhatIsNotObeyedIsAFault) {
    const auto file = config::read_service_file(
        "group = \"web\"\n[stop]\nkill = \"tree\"\n[restart]\nat = \"04:00\"\n",
        {.is_obeyed = is_obeyed});
    ASSERT_EQ(file.faults.size(), 3u);
    EXPECT_EQ(file.faults[0].text,
              "group: this version of Holdfast does not act on it yet: remove it");
    EXPECT_EQ(file.faults[1].text,
              "[stop] kill = \"tree\": this version of Holdfast does not act on it yet: remove it");
    EXPECT_TRUE(file.lines.empty());
}

TEST(Rules, WhatWasReadComesBackAsItWas) {
    const FileStamp stamp{11, 1'700'000'000'123'456'789, -5, 42};
    const ReadRules right{stamp, {{"stop.signal", "2"}, {"restart.good", ""}}, {}};
    const ReadRules wrong{
        stamp, {}, {"7:1: [stop] timeot: there is no such key", ": this is no file"}};
    for (const ReadRules& each : {right, wrong, ReadRules{}})
        EXPECT_EQ(decode_read_rules(encode(each)), each);
}

TEST(Rules, WhatWasNotWrittenByUsIsNothing) {
    EXPECT_FALSE(decode_read_rules(""));
    EXPECT_FALSE(decode_read_rules("nonsense\n"));
    EXPECT_FALSE(decode_read_rules(encode_rules({})));
    EXPECT_FALSE(decode_read_rules(encode_rules({{"stop.signal", "2"}})));
    EXPECT_FALSE(decode_read_rules(encode_rules({{"source", "1 2 3"}})));
    EXPECT_FALSE(decode_read_rules(encode_rules({{"source", "1 2 3 x"}})));
    EXPECT_FALSE(decode_read_rules(encode_rules({{"source", "1 2 3 4 5"}})));
    std::string torn = encode(ReadRules{{1, 2, 3, 4}, {{"stop.signal", "2"}}, {}});
    for (size_t size = 0; size < torn.size(); ++size)
        EXPECT_FALSE(decode_read_rules(torn.substr(0, size))) << size;
}

TEST(Rules, NoTimeIsTooLongToBeAddedToAnother) {
    const auto rules = rules_of({{"restart.delay", "9223372036854775807"},
                                 {"restart.max_delay", "9223372036854775807"},
                                 {"stop.timeout", "-1"}},
                                7);
    EXPECT_GT(core::Time(24h) + rules.restart_delay * 2, core::Time(24h));
    EXPECT_EQ(rules.stop_timeout, 0s);
}

// It was accepted by a version that knew what it means.
TEST(Rules, ALineThatMeansNothingChangesNothing) {
    EXPECT_EQ(rules_of({{"restart.when", "sometimes"}, {"stop.signal", "x"}, {"new.key", "1"}}, 7),
              core::default_rules);
}
