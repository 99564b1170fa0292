// SPDX-License-Identifier: MIT
#include "engine/notify_message.h"

#include <gtest/gtest.h>

using namespace hf::engine;
using namespace std::chrono_literals;

TEST(NotifyMessage, SaysWhatStandsInItsLines) {
    EXPECT_EQ(decode_notify("READY=1"), NotifyMessage{.ready = true});
    EXPECT_EQ(decode_notify("STATUS=half\nEXTEND_TIMEOUT_USEC=1500000\nMAINPID=77\nFDSTORE=1\n"),
              (NotifyMessage{
                  .extend = 1500ms, .status = "half", .main_pid = 77, .stores_descriptors = true}));
    EXPECT_EQ(decode_notify("RELOADING=1\nMONOTONIC_USEC=7"), NotifyMessage{.reloading = true});
    EXPECT_EQ(decode_notify("STOPPING=1"), NotifyMessage{.stopping = true});
    EXPECT_EQ(decode_notify("READY=1\nSTATUS=a=b"),
              (NotifyMessage{.ready = true, .status = "a=b"}));
}

TEST(NotifyMessage, WhatIsNotKnownOrMakesNoSenseIsNothing) {
    for (const char* text : {"",
                             "\n\n",
                             "READY",
                             "READY=",
                             "READY=0",
                             "READY=11",
                             "ready=1",
                             " READY=1",
                             "=READY=1",
                             "RELOADING=2",
                             "STOPPING=",
                             "BARRIER=1",
                             "WATCHDOG=1",
                             "EXTEND_TIMEOUT_USEC=",
                             "EXTEND_TIMEOUT_USEC=-1",
                             "EXTEND_TIMEOUT_USEC=1s",
                             "EXTEND_TIMEOUT_USEC=99999999999999999999",
                             "MAINPID=self",
                             "MAINPID=99999999999",
                             "FDSTORE=0"})
        EXPECT_EQ(decode_notify(text), NotifyMessage{}) << text;
}

TEST(NotifyMessage, EndsWithANull) {
    EXPECT_EQ(decode_notify({"READY=1\0", 8}), NotifyMessage{.ready = true});
    EXPECT_EQ(decode_notify({"STATUS=x\0READY=1", 16}), NotifyMessage{.status = "x"});
}

TEST(NotifyMessage, ReadyIsNotTakenBack) {
    EXPECT_TRUE(decode_notify("READY=1\nREADY=0").ready);
}

TEST(NotifyMessage, AnExtensionCanBeAddedToATime) {
    const auto most = decode_notify("EXTEND_TIMEOUT_USEC=18446744073709551615").extend;
    ASSERT_TRUE(most);
    EXPECT_EQ(*most, std::chrono::years(10));
    EXPECT_EQ(decode_notify("EXTEND_TIMEOUT_USEC=0").extend, 0s);
}

TEST(NotifyMessage, AStatusIsFitToBeShown) {
    EXPECT_EQ(decode_notify("STATUS=\x1b[2Jred\r").status, "^[[2Jred^M");
    EXPECT_EQ(decode_notify("STATUS=").status, "");
    const std::string letters(longest_notify_status, 'x');
    EXPECT_EQ(decode_notify("STATUS=" + letters.substr(3)).status, letters.substr(3));
    EXPECT_EQ(decode_notify("STATUS=" + letters + "y").status, letters.substr(3) + "...");
    std::string umlauts = "STATUS=";
    for (int i = 0; i < 200; ++i) umlauts += "\u00fc";
    const auto cut = decode_notify(umlauts).status.value_or("");
    EXPECT_LE(cut.size(), longest_notify_status);
    EXPECT_TRUE(cut.ends_with("\u00fc..."));
}
