// SPDX-License-Identifier: MIT
#include "check/verdict.h"

#include <gtest/gtest.h>

#include "check/lateness.h"

using namespace hf::check;
using namespace hf;
using namespace std::chrono_literals;
using format::CheckVerdict;

namespace {

const format::Check asked{7, 5s, format::CheckKind::tcp, "127.0.0.1:1"};

format::CheckAnswer after(core::Duration took, const Outcome& outcome) {
    return judge(asked, outcome, took, 1500us);
}

core::Time at(core::Duration time) {
    return core::Time(time);
}

}  // namespace

TEST(Verdict, WhatIsGoodIsOkOrSlow) {
    EXPECT_EQ(after(3ms, good()), (format::CheckAnswer{7, CheckVerdict::ok, 3ms, 1ms}));
    EXPECT_EQ(after(5s, good()).verdict, CheckVerdict::ok);
    EXPECT_EQ(after(5s + 1ns, good()).verdict, CheckVerdict::slow);
    EXPECT_EQ(after(7200ms, good()),
              (format::CheckAnswer{7, CheckVerdict::slow, 7200ms, 1ms, "answered after 7.2 s"}));
    // It was the checker that was late: the answer is one all the same.
    EXPECT_EQ(after(16s, good()).verdict, CheckVerdict::slow);
}

TEST(Verdict, WhatIsBadIsSoAtAnyTime) {
    EXPECT_EQ(after(0s, bad("connection refused")),
              (format::CheckAnswer{7, CheckVerdict::failed, 0ms, 1ms, "connection refused"}));
    EXPECT_EQ(after(7s, bad("answered 500")).text, "answered 500");
    EXPECT_EQ(after(7s, unknown("x")).verdict, CheckVerdict::unknown);
    EXPECT_EQ(patience(asked), 15s);
    EXPECT_EQ(silent(asked, "no answer"), bad("no answer in 15 s"));
}

TEST(Verdict, TimesAreShort) {
    EXPECT_EQ(time_words(0ms), "0 ms");
    EXPECT_EQ(time_words(999900us), "999 ms");
    EXPECT_EQ(time_words(1s), "1 s");
    EXPECT_EQ(time_words(1999ms), "1.9 s");
    EXPECT_EQ(time_words(100900ms), "100 s");
}

TEST(Verdict, NoStrangerWritesOnATerminal) {
    EXPECT_EQ(as_answer_text("a\tb\nc\x1b[2J\x7f\xff \xe2\x80\xae \xc3\xa4 "),
              "a b^Jc^[[2J^?\\xff \\u202e \xc3\xa4");
    std::string umlauts = "x";
    for (int i = 0; i < 500; ++i) umlauts += "\xc3\xa4";
    for (const std::string& text : {umlauts, umlauts.substr(1), std::string(1000, '\1')}) {
        const std::string line = as_answer_text(text);
        EXPECT_LE(line.size(), format::longest_check_text);
        EXPECT_GE(line.size(), format::longest_check_text - 2);
        EXPECT_TRUE(line.ends_with("..."));
        const format::CheckAnswer answer{1, CheckVerdict::failed, 0ms, 0ms, line};
        std::string written = format::encode(answer);
        written.pop_back();
        EXPECT_EQ(format::decode_check_answer(written), answer);
    }
    EXPECT_EQ(in_quotes("po\nng"), "\"po^Jng\"");
    EXPECT_EQ(in_quotes(std::string(100, 'a')), "\"" + std::string(57, 'a') + "...\"");
}

TEST(Lateness, WhatWasDoneBetweenTwoWaitsCounts) {
    Lateness lateness(at(0s));
    lateness.turn(at(1s), at(2s), at(1500ms), true);
    EXPECT_EQ(lateness.since(at(0s)), 1s);
    lateness.turn(at(1501ms), at(2s), at(1900ms), true);
    EXPECT_EQ(lateness.since(at(0s)), 1s);
    EXPECT_EQ(lateness.since(at(1500ms)), 1s);
    EXPECT_EQ(lateness.since(at(1501ms)), 1ms);
    EXPECT_EQ(lateness.since(at(1901ms)), 0s);
}

TEST(Lateness, WhoIsWokenTooLateIsLate) {
    Lateness lateness(at(0s));
    lateness.turn(at(0s), at(100ms), at(150ms), true);
    EXPECT_EQ(lateness.since(at(0s)), 50ms);
    lateness.turn(at(150ms), at(250ms), at(20s), true);
    EXPECT_EQ(lateness.since(at(100ms)), 20s - 250ms);
    EXPECT_EQ(lateness.since(at(21s)), 0s);
}

TEST(Lateness, WhatIsNotSeenYetWaitsOn) {
    Lateness lateness(at(0s));
    for (int turn = 1; turn <= 5; ++turn)
        lateness.turn(at(turn * 10ms), at(1s), at(turn * 10ms), false);
    EXPECT_EQ(lateness.since(at(50ms)), 50ms);
    lateness.turn(at(60ms), at(1s), at(60ms), true);
    lateness.turn(at(61ms), at(1s), at(900ms), true);
    EXPECT_EQ(lateness.since(at(61ms)), 1ms);
}

TEST(Lateness, WhatNobodyAsksAboutIsForgotten) {
    Lateness lateness(at(0s));
    lateness.turn(at(1s), at(2s), at(1s), true);
    lateness.forget_before(at(1s));
    EXPECT_EQ(lateness.since(at(0s)), 1s);
    lateness.forget_before(at(1s + 1ns));
    EXPECT_EQ(lateness.since(at(0s)), 0s);
}
