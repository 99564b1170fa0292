// SPDX-License-Identifier: MIT
// The service.toml that add writes.
#include <gtest/gtest.h>

#include "cli/add_plan.h"
#include "config/service_file.h"
#include "format/rules.h"
#include "program/tool.h"

using namespace hf::cli;
using hf::program::Usage;

namespace {

// Of a service `web` in a directory that is not there.
AddOptions web() {
    AddOptions options;
    options.where.scan_dir = "/nonexistent/service";
    options.name = "web";
    options.directory = "/nonexistent/web";
    options.command = {"./server"};
    return options;
}

// The lines that the supervisor gets of it, "KEY VALUE;" each; what is wrong with it, if anything
// is.
std::string read_back(const AddOptions& options) {
    const auto file = hf::config::read_service_file(
        rules_text(plan_of(options).rules),
        {.name = "web", .has_log = true, .is_obeyed = hf::format::is_obeyed});
    std::string text;
    for (const auto& fault : file.faults) text += "fault: " + fault.text + ";";
    for (const auto& line : file.lines) text += line.key + " " + line.value + ";";
    return text;
}

std::string ready_of(const std::string& way) {
    AddOptions options = web();
    options.port = 8080;
    options.ready = way;
    const std::string text = read_back(options);
    return text.substr(0, text.find("stop."));
}

constexpr const char* always = "stop.timeout 90000000000;restart.max_delay 60000000000;";

TEST(AddPlan, WhatHasNothingToSayHasALimitOfItsStopAndGrowingDelays) {
    EXPECT_EQ(read_back(web()), always);
}

TEST(AddPlan, AllOfItIsWhatAnExpertWouldWrite) {
    AddOptions options = web();
    options.needs = {"db,cache", "disk"};
    options.port = 8080;
    options.ready = "http:/health";
    options.stop_timeout = "none";
    EXPECT_EQ(rules_text(plan_of(options).rules),
              R"(# man service.toml. Without this file all is as under daemontools.
needs = ["db", "cache", "disk"]   # it starts when they are ready

[ready]
by = "check"
check = { http = "http://localhost:8080/health" }   # it is ready when this succeeds

[stop]
timeout = "none"

[restart]
max_delay = "1m"   # while it fails again and again
)");
}

TEST(AddPlan, WaysOfBeingReady) {
    const std::string tcp = "ready.by check;ready.check tcp localhost:8080;";
    const std::string http = "ready.by check;ready.check http http://localhost:8080";
    EXPECT_EQ(ready_of(""), tcp);
    EXPECT_EQ(ready_of("tcp"), tcp);
    EXPECT_EQ(ready_of("http"), http + "/;");
    EXPECT_EQ(ready_of("http:/"), http + "/;");
    EXPECT_EQ(ready_of("http:/a?b=\"c\"&d='e'\\"), http + "/a?b=\"c\"&d='e'\\;");
    EXPECT_EQ(ready_of("http:/a%20%n"), http + "/a%%20%%n;");  // %% is a percent sign
    EXPECT_EQ(ready_of("fd"), "ready.by fd;");
    EXPECT_EQ(ready_of("log:^up: \"[0-9]+%\\$"), "ready.by log;ready.log ^up: \"[0-9]+%%\\$;");
    EXPECT_EQ(ready_of("none"), "");
}

TEST(AddPlan, EveryWayThatIsOfferedIsTaken) {
    ASSERT_FALSE(ready_ways().empty());
    for (const std::string& way : ready_ways()) {
        EXPECT_EQ(wrong_ready(way), "");
        EXPECT_EQ(ready_of(way).find("fault"), std::string::npos) << way;
    }
}

TEST(AddPlan, WordsThatAreNoWay) {
    for (const char* word : {"", "start", "htp", "tcp:80", "fd:", "fd:4", "log", "log:", "none:",
                             "http:", "http:health", "http://localhost/", "notify:/"})
        EXPECT_NE(wrong_ready(word), "") << word;
}

TEST(AddPlan, AWayThatAsksAPortNeedsOne) {
    for (const char* way : {"http", "http:/health", "tcp"}) {
        AddOptions options = web();
        options.ready = way;
        EXPECT_THROW(plan_of(options), Usage) << way;
        options.port = 80;
        EXPECT_NO_THROW(plan_of(options)) << way;
    }
    AddOptions options = web();
    options.ready = "fd";
    EXPECT_NO_THROW(plan_of(options));
}

TEST(AddPlan, ANameIsWrittenAsItIs) {
    for (const std::string name : {"db", "two words", "a\"b", "a'b", "a'b\"c\\", "b\xc3\xa9"}) {
        AddOptions options = web();
        options.needs = {name};
        EXPECT_EQ(read_back(options), "needs " + name + ";" + always);
        EXPECT_EQ(missing_needs(plan_of(options)), std::vector<std::string>{name});
    }
}

TEST(AddPlan, NeedsThatAreNamedTwiceCountOnce) {
    AddOptions options = web();
    options.needs = {"db,db", "db"};
    EXPECT_EQ(read_back(options), std::string("needs db;") + always);
}

TEST(AddPlan, NeedsThatCannotBe) {
    for (const std::string& name :
         {std::string("web"), std::string("db,web"), std::string(), std::string("db,"),
          std::string(",db"), std::string("a/b"), std::string(".db"), std::string("d*"),
          std::string("100%"), std::string("%n"), std::string("a\nb"), std::string("\x1b[2J"),
          std::string("\xff"), std::string(256, 'n')}) {
        AddOptions options = web();
        options.needs = {name};
        EXPECT_THROW(plan_of(options), Usage) << name;
    }
}

// Its directory's name is what the supervisor knows it by when it reads the file.
TEST(AddPlan, ItDoesNotNeedItsDirectorysNameEither) {
    AddOptions options = web();
    options.directory = "/nonexistent/shop";
    options.needs = {"shop"};
    EXPECT_THROW(plan_of(options), Usage);
}

TEST(AddPlan, PostgresIsStoppedByItsOwnSignalAndHasMoreTime) {
    AddOptions options = web();
    options.command = {"/usr/lib/postgresql/15/bin/postgres", "-D", "/nonexistent/data"};
    EXPECT_EQ(read_back(options),
              "stop.signal 2;stop.timeout 300000000000;restart.max_delay 60000000000;");
    options.stop_timeout = "1m";
    EXPECT_EQ(read_back(options),
              "stop.signal 2;stop.timeout 60000000000;restart.max_delay 60000000000;");
}

}  // namespace
