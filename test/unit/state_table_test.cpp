// SPDX-License-Identifier: MIT
// The table in core/service.h, compared cell by cell with step().
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>

#include "core/service.h"

using namespace hf::core;
using namespace std::chrono_literals;

namespace {

// A column of the table.
struct Column {
    const char* name;
    State state;
    bool shut = false;
    bool unready = false;
    Replaced replaced = Replaced::no;
};
constexpr std::array columns{
    Column{"down", State::down},
    Column{"waiting", State::waiting},
    Column{"shut", State::waiting, true},
    Column{"starting", State::starting},
    Column{"up", State::up},
    Column{"unready", State::up, false, true},
    Column{"replaced", State::stopping, false, false, Replaced::not_ready},
    Column{"draining", State::draining},
    Column{"preparing", State::preparing},
    Column{"stopping", State::stopping},
    Column{"killing", State::killing},
    Column{"finishing", State::finishing},
};
constexpr Rules with_stop_timeout{
    .stop_timeout = 10s, .ready_timeout = 10s, .needs_lost = NeedsLost::stop};
constexpr Moment long_ago{Time(1h), WallTime(1h)};
constexpr Moment today{Time(100h), WallTime(100h)};

bool is_in(const Service& service, const Column& column) {
    const bool is_shut = service.state == State::waiting && service.gate != Gate::open;
    const bool is_unready = service.state == State::up && !is_ready(service);
    const bool is_replaced = service.state == State::stopping && service.want != Want::down;
    return service.state == column.state && is_shut == column.shut &&
           is_unready == column.unready && is_replaced == (column.replaced != Replaced::no);
}

std::string name_of(const Service& service) {
    for (const Column& each : columns) {
        if (is_in(service, each)) return each.name;
    }
    return "?";
}

Service in(const Column& column) {
    const State state = column.state;
    Service service;
    service.state = state;
    service.gate = column.shut ? Gate::shut : Gate::open;
    bool wants_up = state == State::waiting || state == State::starting || state == State::up ||
                    column.replaced != Replaced::no;
    service.says_ready = column.unready;
    service.replaced = column.replaced;
    service.want = wants_up ? Want::up : Want::down;
    service.started = long_ago.boot;
    service.stop_requested_at = long_ago.boot;
    service.shutting_down = state == State::draining;
    if (has_process(service) || state == State::finishing) service.process.pid = Pid(77);
    return service;
}

Event event_of(const std::string& name, const Service& service) {
    if (name == "timeout") return Timeout{next_due(service, with_stop_timeout).value_or(Due{}).why};
    if (name == "started") return Started{Role::main, Pid(77), today};
    if (name == "failed") return StartFailed{Role::main, 2};
    const Role role = role_of(service, Pid(77)).value_or(Role::main);
    if (name == "exited") return Exited{role, {ExitResult::Kind::exited, 0}};
    if (name == "unborn") return Exited{role, {ExitResult::Kind::signaled, SIGKILL}, false};
    if (name == "linked") return Linked{!service.linked};
    if (name == "halt") return Shutdown{};
    if (name == "drain") return Drain{};
    if (name == "ready") return Ready{};
    if (name == "called") return StopCommandEnded{};
    if (name == "extend") return Extend{today.boot + 1h};
    if (name == "pulled" || name == "let go") return Pull{name == "pulled"};
    if (name == "unmet") return Gate::unmet;
    if (name == "shuts" || name == "opens") return name == "opens" ? Gate::open : Gate::shut;
    return command_of(name.back()).value();
}

char letter_of(const Effect& effect) {
    if (const auto* start = std::get_if<Start>(&effect))
        return start->role == Role::main ? 'S' : 'F';
    switch (std::get<Signal>(effect).number) {
        case SIGTERM: return 'T';
        case SIGCONT: return 'C';
        case SIGKILL: return 'K';
        case SIGSTOP: return 'P';
        default: return '?';
    }
}

// What step() does, in the words of the table.
std::string cell(const Column& column, const std::string& event) {
    Service service = in(column);
    std::string effects;
    for (const Effect& effect : step(service, with_stop_timeout, event_of(event, service), today))
        effects += std::string(effects.empty() ? "" : ",") + letter_of(effect);
    std::string next = is_in(service, column) ? "." : name_of(service);
    return effects.empty() ? next : next + "[" + effects + "]";
}

using Row = std::map<std::string, std::string>;  // column to cell

std::map<std::string, Row> table() {
    std::ifstream header(HF_SOURCE_DIR "/src/core/service.h");
    std::map<std::string, Row> result;
    std::istringstream heads;
    for (std::string line; std::getline(header, line);) {
        size_t bar = line.find(" | ");
        if (!line.starts_with("// ") || bar == std::string::npos) continue;
        std::string event = line.substr(3, line.find_last_not_of(' ', bar) - 2);
        if (event == "event") {
            heads.str(line.substr(bar + 3));
            continue;
        }
        std::istringstream cells(line.substr(bar + 3));
        heads.clear();
        heads.seekg(0);
        Row& row = result[event];
        for (std::string head, each; heads >> head && cells >> each;) row[head] = each;
    }
    return result;
}

}  // namespace

TEST(StateTable, EveryCellIsWhatStepDoes) {
    for (const auto& [event, row] : table()) {
        for (const auto& [head, expected] : row) {
            auto column = std::ranges::find(columns, head, &Column::name);
            ASSERT_NE(column, columns.end()) << head;
            EXPECT_EQ(cell(*column, event), expected) << event << " in " << head;
        }
    }
}

TEST(StateTable, IsComplete) {
    auto rows = table();
    EXPECT_EQ(rows.size(), 24u);
    for (const auto& [event, row] : rows) EXPECT_EQ(row.size(), columns.size()) << event;
}

// No reason to act falls through to another: a deadline of a kind to come kills nobody.
TEST(StateTable, ATimeoutMeansNothingForAnotherReason) {
    for (const Column& column : columns) {
        auto due = next_due(in(column), with_stop_timeout);
        for (Due::Why why :
             {Due::Why::restart, Due::Why::drain_over, Due::Why::prepared, Due::Why::next_step,
              Due::Why::kill, Due::Why::not_ready, Due::Why::finish, Due::Why::finish_over}) {
            if (due && due->why == why) continue;
            Service service = in(column);
            EXPECT_EQ(step(service, with_stop_timeout, Timeout{why}, today), Effects{})
                << column.name;
            EXPECT_EQ(service, in(column)) << column.name;
        }
    }
}

// What is to run once starts again if the process never became its program, and else rests.
TEST(StateTable, OnlyARunCountsAsTheRunOfOnce) {
    for (bool ran : {true, false}) {
        Service service = in({"up", State::up});
        service.want = Want::once;
        Effects effects = step(service, with_stop_timeout, Exited{Role::main, {}, ran}, today);
        EXPECT_EQ(service.state, ran ? State::down : State::starting);
        EXPECT_EQ(effects, ran ? Effects{} : Effects{Start{Role::main}});
        EXPECT_EQ(service.want, Want::once);
    }
}

// With a stop command, what would be told to end is prepared first; then it is told.
TEST(StateTable, TheStopCommandComesBeforeTheSignals) {
    Rules rules = with_stop_timeout;
    rules.has_stop_command = true;
    for (const Column& column : columns) {
        for (const Event& event :
             {Event(*command_of('d')), Event(*command_of('r')), Event(Shutdown{})}) {
            Service without = in(column);
            const Effects effects = step(without, with_stop_timeout, event, today);
            if (column.state != State::up || effects.empty()) continue;
            Service service = in(column);
            EXPECT_EQ(step(service, rules, event, today), Effects{RunStopCommand{}});
            EXPECT_EQ(service.state, State::preparing) << column.name;
            EXPECT_EQ(step(service, rules, event, today), Effects{}) << column.name;
            EXPECT_EQ(step(service, rules, StopCommandEnded{}, today), effects) << column.name;
            EXPECT_EQ(service, without) << column.name;
        }
    }
}

// With a finish command, the end of a process leads there first, and its end to what the table says
// of the process.
TEST(StateTable, TheFinishCommandComesInBetween) {
    Rules rules = with_stop_timeout;
    rules.finish = 1;
    for (const Column& column : columns) {
        if (!has_process(in(column))) continue;
        Service service = in(column);
        const Exited exited{Role::main, {ExitResult::Kind::exited, 0}};
        EXPECT_EQ(step(service, rules, exited, today), Effects{Start{Role::finish}});
        EXPECT_EQ(service.state, State::finishing) << column.name;
        step(service, rules, Started{Role::finish, Pid(78), today}, today);
        Service without = in(column);
        const Effects effects = step(without, with_stop_timeout, exited, today);
        EXPECT_EQ(step(service, rules, Exited{Role::finish, {}}, today), effects) << column.name;
        EXPECT_EQ(service, without) << column.name;
    }
}

TEST(StateTable, EveryOtherSignalLetterIsAsOrderT) {
    for (const Command& command : commands) {
        if (command.operation != Operation::signal) continue;
        for (const Column& column : columns) {
            Service service = in(column);
            Effects effects = step(service, with_stop_timeout, command, today);
            EXPECT_TRUE(is_in(service, column)) << column.name;
            Effects expected;
            if (has_process(in(column))) expected = {Signal{Role::main, command.signal}};
            if (column.state == State::finishing && command.signal == SIGKILL)
                expected = {Signal{Role::finish, SIGKILL, Reach::group}};
            EXPECT_EQ(effects, expected) << command.letter;
        }
    }
}
