// SPDX-License-Identifier: MIT
// What is remembered of a service's life.
#include "core/note.h"

#include <gtest/gtest.h>

#include <csignal>

using namespace hf::core;
using namespace std::chrono_literals;

namespace {

constexpr Moment now{Time(1h), WallTime(9h)};

Service running() {
    Service service = fresh(false, now);
    happen(service, default_rules, Timeout{Due::Why::restart}, now);
    happen(service, default_rules, Started{Role::main, Pid(5), now}, now);
    return service;
}

using Notes = std::vector<Note>;

}  // namespace

TEST(Notes, AStartAndAnEndSayWhichProcess) {
    Service service = fresh(false, now);
    EXPECT_EQ(happen(service, default_rules, Timeout{Due::Why::restart}, now).notes, Notes{});
    Outcome birth = happen(service, default_rules, Started{Role::main, Pid(5), now}, now);
    EXPECT_EQ(birth.notes, (Notes{{.kind = Note::Kind::started, .at = now.wall, .pid = Pid(5)}}));
    Exited killed{Role::main, {ExitResult::Kind::signaled, SIGKILL}};
    Note end{.kind = Note::Kind::signaled, .at = now.wall, .pid = Pid(5), .value = SIGKILL};
    EXPECT_EQ(happen(service, default_rules, killed, now).notes, Notes{end});
    EXPECT_EQ(happen(service, default_rules, killed, now).notes, Notes{});  // it has no process
}

TEST(Notes, AStartThatFailedSaysWhy) {
    Service service = fresh(false, now);
    happen(service, default_rules, Timeout{Due::Why::restart}, now);
    Note why{.kind = Note::Kind::not_started, .at = now.wall, .value = 2};
    StartFailed failed{Role::main, 2};
    EXPECT_EQ(happen(service, default_rules, failed, now).notes, Notes{why});
    EXPECT_EQ(happen(service, default_rules, failed, now).notes, Notes{});  // nothing was started
}

TEST(Notes, AnOrderSaysWhoGaveIt) {
    Service service = running();
    Command command = command_of('t').value();
    Note note{.kind = Note::Kind::ordered, .letter = 't', .at = now.wall, .value = unknown_caller};
    EXPECT_EQ(happen(service, default_rules, command, now).notes, Notes{note});
    command.caller = note.value = 1000;
    EXPECT_EQ(happen(service, default_rules, command, now).notes, Notes{note});
}

TEST(Notes, OnlyWhatChangesIsWorthOne) {
    Service service = running();
    EXPECT_EQ(happen(service, default_rules, Linked{true}, now).notes, Notes{});
    Note unlinked{.kind = Note::Kind::unlinked, .at = now.wall};
    EXPECT_EQ(happen(service, default_rules, Linked{false}, now).notes, Notes{unlinked});
    Note halted{.kind = Note::Kind::halted, .at = now.wall};
    EXPECT_EQ(happen(service, default_rules, Shutdown{}, now).notes, Notes{halted});
    EXPECT_EQ(happen(service, default_rules, Shutdown{}, now).notes, Notes{});
}

TEST(Notes, WhatIsTakenOverMayHaveEndedOrLostItsLink) {
    Service recorded = running();
    EXPECT_EQ(notes_of_taking(recorded, recorded, now.wall), Notes{});
    Service taken = resumed(recorded, default_rules, {false, true, true, false}, now);
    taken.linked = false;
    Note ended{.kind = Note::Kind::ended, .at = now.wall, .pid = Pid(5)};
    Note unlinked{.kind = Note::Kind::unlinked, .at = now.wall};
    EXPECT_EQ(notes_of_taking(recorded, taken, now.wall), (Notes{ended, unlinked}));
    EXPECT_EQ(notes_of_taking(taken, taken, now.wall), Notes{});
}
