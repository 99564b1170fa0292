// SPDX-License-Identifier: MIT
#include "config/service_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "config/keys.h"

using namespace hf;
using namespace hf::config;

namespace {

const Surroundings web{.name = "web", .has_log = true};

std::string golden(const std::string& name) {
    std::ifstream file(std::string(HF_SOURCE_DIR) + "/test/golden/service-toml/" + name);
    EXPECT_TRUE(file) << name;
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string said_of(const ServiceFile& file) {
    std::string said;
    for (const Fault& fault : file.faults) {
        said += std::to_string(fault.at.line) + ":" + std::to_string(fault.at.column) + ": " +
                fault.text + "\n";
    }
    return said;
}

std::string lines_of(const std::string& toml, const Surroundings& surroundings = {}) {
    const ServiceFile file = read_service_file(toml, surroundings);
    std::string text = said_of(file);
    for (const format::RulesLine& line : file.lines) text += line.key + " " + line.value + "\n";
    return text;
}

}  // namespace

TEST(ServiceFile, AnEmptyFileSaysNothing) {
    EXPECT_EQ(lines_of(""), "");
    EXPECT_EQ(lines_of("# nothing\n\n[stop]\n[restart]\n"), "");
}

TEST(ServiceFile, EachWrongFileGetsItsMessages) {
    std::istringstream cases(golden("bad"));
    std::string line;
    std::string toml;
    std::string expected;
    bool is_toml = true;
    size_t count = 0;
    while (std::getline(cases, line)) {
        if (line.starts_with("#")) continue;
        if (line == "=>") {
            is_toml = false;
        } else if (line != "----") {
            (is_toml ? toml : expected) += line + "\n";
        } else {
            const ServiceFile file = read_service_file(toml, web);
            EXPECT_TRUE(file.lines.empty()) << toml;
            ASSERT_FALSE(file.faults.empty()) << toml;
            EXPECT_EQ(said_of(file), expected) << toml;
            toml.clear();
            expected.clear();
            is_toml = true;
            ++count;
        }
    }
    EXPECT_GE(count, 150U);
}

TEST(ServiceFile, EveryKeyIsRead) {
    std::string lines = lines_of(golden("every-key.toml"));
    EXPECT_EQ(lines, golden("every-key.rules"));
    lines += lines_of("[ready]\nby = \"fd\"\nfd = 3\n[stop]\nsignal = \"INT\"");
    lines += lines_of("[ready]\nby = \"log\"\nlog = \"listening\"");
    for (const Key& key : keys()) {
        const std::string name =
            (key.table.empty() ? "" : std::string(key.table) + ".") + std::string(key.name) + " ";
        EXPECT_NE(("\n" + lines).find("\n" + name), std::string::npos) << name;
    }
}

TEST(ServiceFile, TheOrderOfTheFileDoesNotMatter) {
    EXPECT_EQ(
        lines_of("[stop]\ntimeout = \"5s\"\nsignal = \"INT\"\n[restart]\nwhen = \"never\"\n"),
        lines_of(
            "[restart]\nwhen = \"never\"\n[stop]\nsignal = \"SIGINT\"\ntimeout = \"5000ms\"\n"));
}

TEST(ServiceFile, AnEmptyListOfExitCodesSaysThatNoneIsGood) {
    EXPECT_EQ(lines_of("[restart]\ngood = []"), "restart.good \n");
    EXPECT_EQ(lines_of("needs = []"), "");
}

TEST(ServiceFile, WordsOfACommandStayApart) {
    EXPECT_EQ(lines_of("[stop]\ncommand = \"kill -INT $(cat pid)\""),
              "stop.command /bin/sh -c kill\\x20-INT\\x20$(cat\\x20pid)\n");
    EXPECT_EQ(lines_of("[stop]\ncommand = [\"./a b\", \"\", \"c\\nd\", \"e\\\\f\"]"),
              "stop.command ./a\\x20b \\- c\\x0ad e\\x5cf\n");
}

TEST(ServiceFile, TablesForOthersAreLeftOut) {
    EXPECT_EQ(lines_of("x-owner = \"ops\"\n[x-mine]\nanything = 1\n[stop]\ntimeout = \"1s\""),
              "stop.timeout 1000000000\n");
}

TEST(ServiceFile, ALoggerHasFewerTables) {
    const Surroundings log{.is_log = true};
    EXPECT_EQ(lines_of("[process]\nuser = \"log\"\n[stop]\ntimeout = \"5s\"", log),
              "stop.timeout 5000000000\nprocess.user log\n");
    EXPECT_EQ(lines_of("needs = [\"db\"]\n[ready]\nby = \"fd\"", log),
              "1:1: needs: a logger has no such key\n2:2: [ready]: a logger has no such table\n");
}

TEST(ServiceFile, RubbishIsAFaultAtALine) {
    EXPECT_EQ(said_of(read_service_file("a = \"\"\"\n[[[\n\"\"\"\n[[[\n", {})),
              "4:1: a table is [name], or [[name]] for one of many\n");
    EXPECT_EQ(read_service_file("x = " + std::string(10000, '['), {}).faults.size(), 1U);
    EXPECT_EQ(read_service_file(std::string(1000, '\0'), {}).faults.size(), 1U);
}
