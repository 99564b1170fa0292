// SPDX-License-Identifier: MIT
// The run scripts that add writes.
#include <gtest/gtest.h>

#include "launched.h"
#include "text/run_template.h"

using namespace hf::inspect;
using namespace hf::text;
using namespace hf::test;

namespace {

TEST(RunTemplate, Sizes) {
    EXPECT_EQ(size_from("256M"), 256U << 20U);
    EXPECT_EQ(size_from("1g"), 1U << 30U);
    EXPECT_EQ(size_from("4096"), 4096U);
    for (const char* text : {"", "M", "-1", "1.5G", "0", "99999999999T"})
        EXPECT_FALSE(size_from(text)) << text;
}

// The last line of a run script for `command`, with 256 MB of memory.
std::string limited(const std::string& like, std::vector<std::string> command) {
    RunTemplate run_template;
    run_template.name = "web";
    run_template.like = like;
    run_template.memory = 256U << 20U;
    run_template.command = std::move(command);
    std::string text = run_script(run_template);
    return text.substr(text.rfind("\nexec ") + 6);
}

TEST(RunTemplate, WhatReservesAddressSpaceIsToldHowMuchMemoryItMayUse) {
    EXPECT_EQ(limited("", {"node", "server.js"}), "node --max-old-space-size=256 server.js\n");
    EXPECT_EQ(limited("", {"/usr/bin/java", "-jar", "a.jar"}),
              "/usr/bin/java -Xmx256m -jar a.jar\n");
    EXPECT_EQ(limited("node", {"server.js"}), "node --max-old-space-size=256 server.js\n");
    EXPECT_EQ(limited("node", {"server.mjs"}), "node --max-old-space-size=256 server.mjs\n");
    EXPECT_EQ(limited("java", {"App.java"}),
              "java -XX:+ExitOnOutOfMemoryError -Xmx256m App.java\n");
    EXPECT_EQ(limited("java", {"app.jar"}),
              "java -XX:+ExitOnOutOfMemoryError -Xmx256m -jar app.jar\n");
    EXPECT_EQ(limited("", {"npm", "start"}), "npm start\n");
    EXPECT_EQ(limited("java", {"bin/start"}), "bin/start\n");
    EXPECT_EQ(limited("python", {"app.py"}), "softlimit -d 268435456 python3 app.py\n");
    EXPECT_EQ(limited("python", {"-m", "flask"}), "softlimit -d 268435456 python3 -m flask\n");
    EXPECT_EQ(limited("java", {"-cp", "x.jar", "Main"}),
              "java -XX:+ExitOnOutOfMemoryError -Xmx256m -cp x.jar Main\n");
    EXPECT_EQ(limited("", {"./server"}), "softlimit -d 268435456 ./server\n");
}

TEST(RunTemplate, TheHomeOfItsUserIsSetUnlessSomebodySaysWhereItIs) {
    RunTemplate run_template;
    run_template.command = {"./server"};
    auto home = [&] { return setting(parse_script(run_script(run_template)), "HOME"); };
    EXPECT_EQ(home(), "");
    run_template.home = "/home/shop";
    EXPECT_EQ(home(), "/home/shop");
    run_template.environment = {"HOME=/srv/shop"};
    EXPECT_EQ(home(), "/srv/shop");
    run_template.environment = {};
    run_template.directory = "/srv/app";
    run_template.like = "squeak";
    EXPECT_EQ(home(), "/srv/app");
}

TEST(RunTemplate, WhatIsStartedByAnotherReadsItsLimitInTheEnvironment) {
    RunTemplate run_template;
    run_template.memory = 256U << 20U;
    run_template.command = {"npm", "start"};
    EXPECT_EQ(setting(parse_script(run_script(run_template)), "NODE_OPTIONS"),
              "--max-old-space-size=256");
    run_template.like = "java";
    run_template.command = {"bin/start"};
    EXPECT_EQ(setting(parse_script(run_script(run_template)), "JAVA_TOOL_OPTIONS"), "-Xmx256m");
}

TEST(RunTemplate, AnImageIsRunByTheVirtualMachineThatWasFound) {
    RunTemplate run_template;
    run_template.like = "squeak";
    run_template.command = {"my.image"};
    run_template.directory = "/srv/my app";
    run_template.program = "/usr/lib/squeak/4.10~dfsg/squeakvm";
    Launch made = launch(run_script(run_template));
    EXPECT_EQ(words_of(made),
              "/usr/lib/squeak/4.10~dfsg/squeakvm|-vm-sound-null|-vm-display-null|my.image");
    EXPECT_EQ(setting(parse_script(run_script(run_template)), "HOME"), "/srv/my app");
}

TEST(RunTemplate, QuotesWhatTheShellWouldTakeApart) {
    RunTemplate run_template;
    run_template.name = "web";
    run_template.command = {"./server", "two words", "$HOME"};
    run_template.environment = {"A=it's"};
    Launch made = launch(run_script(run_template));
    EXPECT_EQ(words_of(made), "./server|two words|$HOME");
    EXPECT_EQ(setting(parse_script(run_script(run_template)), "A"), "it's");
}

}  // namespace
