// SPDX-License-Identifier: MIT
// What is read from the history of a service: lives, orders, loops.
#include <gtest/gtest.h>

#include "diagnose/restarts.h"
#include "inspect/crash_loop.h"

using namespace hf;
using namespace hf::diagnose;
using namespace hf::inspect;
using namespace std::chrono_literals;
using Kind = format::Note::Kind;

namespace {

// Notes at seconds since 1970, which get their numbers as they come.
class History {
  public:
    History& at(std::chrono::nanoseconds time, Kind kind, std::uint32_t value = 0,
                char letter = 0) {
        auto number = static_cast<std::uint32_t>(notes_.size() + first_);
        notes_.push_back({number, kind, letter, core::WallTime(time), core::Pid(7), value});
        return *this;
    }
    History& from(std::uint32_t number) {
        first_ = number;
        return *this;
    }
    const Notes& notes() const { return notes_; }

  private:
    Notes notes_;
    std::uint32_t first_ = 1;
};

TEST(Past, Words) {
    History history;
    history.at(1s, Kind::started).at(3500ms, Kind::exited, 3).at(4s, Kind::not_started, 13);
    history.at(5s, Kind::ordered, format::unknown_caller, 'd').at(6s, Kind::ordered, 0, 'h');
    const Notes& notes = history.notes();
    EXPECT_EQ(event_words(notes, 0), "started, pid 7");
    EXPECT_EQ(event_words(notes, 1), "ended after 2.5 seconds: exit code 3");
    EXPECT_EQ(event_words(notes, 2), "could not be started: access denied");
    EXPECT_EQ(event_words(notes, 3), "ordered down by an unknown user (svc -d)");
    EXPECT_EQ(event_words(notes, 4), "sent SIGHUP by root (svc -h)");
}

TEST(Past, ALifeWhoseStartIsForgotten) {
    History history;
    history.from(50).at(1s, Kind::exited, 3).at(2s, Kind::started).at(1s, Kind::signaled, 9);
    EXPECT_FALSE(life_before(history.notes(), 0));
    EXPECT_EQ(life_before(history.notes(), 2), 0s);  // the clock was set back
}

TEST(Past, WhatWasOrdered) {
    History history;
    history.at(1s, Kind::started).at(2s, Kind::ordered, 0, 'p').at(3s, Kind::signaled, 9);
    EXPECT_FALSE(was_ordered(history.notes(), 2));  // a pause kills nobody
    history.at(4s, Kind::started).at(5s, Kind::ordered, 0, 'k').at(6s, Kind::signaled, 9);
    EXPECT_TRUE(was_ordered(history.notes(), 5));
    history.at(7s, Kind::started).at(8s, Kind::halted).at(9s, Kind::exited, 0);
    EXPECT_TRUE(was_ordered(history.notes(), 8));
}

TEST(Past, ALoop) {
    History history;
    EXPECT_EQ(crash_loop_of(history.notes()).exits, 0U);
    for (int i = 0; i < 5; ++i)
        history.at(10s * i, Kind::started).at(10s * i + 2s, Kind::exited, 3);
    CrashLoop loop = crash_loop_of(history.notes());
    EXPECT_EQ(loop.exits, 5U);
    EXPECT_EQ(loop.since, core::WallTime(2s));
    EXPECT_EQ(loop.longest, 2s);
    EXPECT_FALSE(loop.goes_further_back);
    EXPECT_TRUE(loop.goes_on(6s));
    EXPECT_FALSE(loop.goes_on(7s));  // longer than twice the longest of them, and a moment
    EXPECT_NE(loop_words(history.notes()).find("exited 5 times since"), std::string::npos);
    EXPECT_NE(loop_words(history.notes()).find("about every 10 seconds"), std::string::npos);
}

TEST(Past, ALoopThatGoesFurtherBackThanTheHistory) {
    History history;
    history.from(125).at(0s, Kind::exited, 3).at(1s, Kind::started).at(2s, Kind::exited, 3);
    EXPECT_TRUE(crash_loop_of(history.notes()).goes_further_back);
    EXPECT_NE(loop_words(history.notes()).find("at least 2 times"), std::string::npos);
}

TEST(Past, ALoopEndsWithALongLifeAnOrderOrAPause) {
    History history;
    history.at(0s, Kind::started).at(1s, Kind::exited, 3).at(2s, Kind::started);
    history.at(100s, Kind::exited, 3);
    EXPECT_EQ(crash_loop_of(history.notes()).exits, 0U);
    history.at(101s, Kind::started).at(102s, Kind::exited, 3);
    EXPECT_EQ(crash_loop_of(history.notes()).exits, 1U);
    history.at(500s, Kind::started).at(501s, Kind::exited, 3);
    EXPECT_EQ(crash_loop_of(history.notes()).exits, 1U);
    EXPECT_EQ(crash_loop_of(history.notes()).since, core::WallTime(501s));
    history.at(502s, Kind::started).at(503s, Kind::ordered, 0, 'd').at(503s, Kind::signaled, 15);
    EXPECT_EQ(crash_loop_of(history.notes()).exits, 0U);
}

}  // namespace
