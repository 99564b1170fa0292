// SPDX-License-Identifier: MIT
// Every situation of a service and its logger; and bugs that the walk must find.
#include "walk_pairs.h"

#include <gtest/gtest.h>

#include <array>
#include <iostream>

using namespace hf::core;
using namespace hf::test;
using Kind = Action::Kind;

namespace {

// Bugs of the kind that one would really make: each is next() with something wrong.
struct Bug {
    const char* name;
    Next next;
};

bool is(const std::optional<Action>& action, Kind kind) {
    return action && action->kind == kind;
}

bool is_told_to_exit(const Units& units, const std::optional<Action>& action) {
    if (!is(action, Kind::save)) return false;
    const Unit& unit = units.at(action->unit);
    return has_process(unit.service) && unit.service.exit_requested && unit.logger;
}

std::optional<Action> next_but(Units& units, Kind skipped) {
    auto action = units.next();
    while (is(action, skipped)) action = units.next();
    return action;
}

std::optional<Action> tells_the_logger_at_once(Units& units) {
    auto action = units.next();
    if (is_told_to_exit(units, action)) return Action{Kind::drain, *units.at(action->unit).logger};
    return action;
}

std::optional<Action> closes_the_log_too_soon(Units& units) {
    auto action = units.next();
    if (is_told_to_exit(units, action)) return Action{Kind::close_log, action->unit};
    return action;
}

std::optional<Action> gives_the_logger_back_while_it_drains(Units& units) {
    auto action = units.next();
    if (is(action, Kind::save) && units.at(action->unit).service.state == State::draining)
        return Action{Kind::forget, action->unit};
    return action;
}

std::optional<Action> loses_what_a_waiting_logger_has_to_read(Units& units) {
    auto action = units.next();
    if (!is(action, Kind::save)) return action;
    const Unit& unit = units.at(action->unit);
    if (finished(unit.service) && unit.logger) units.end_log(action->unit);
    return action;
}

// As if one look at each were enough.
std::optional<Action> never_looks_at_the_owner_again(Units& units) {
    auto action = units.next();
    if (!is(action, Kind::release) && !is(action, Kind::save)) return action;
    auto owner = units.at(action->unit).owner;
    if (!owner || !finished(units.at(*owner).service)) return action;
    Action first = *action;
    while (units.next()) continue;
    return first;
}

std::optional<Action> takes_a_former_logger_again(Units& units) {
    auto action = units.next();
    bool held = action && units.at(action->unit).hold == Hold::held;
    if (is(action, Kind::forget) && held && units.at(action->unit).is_logger)
        return Action{Kind::release, action->unit};
    return action;
}

std::optional<Action> forgets_what_is_linked(Units& units) {
    auto action = units.next();
    if (is(action, Kind::release)) action->kind = Kind::forget;
    return action;
}

std::optional<Action> takes_again_after_a_halt(Units& units) {
    auto action = units.next();
    bool held = action && units.at(action->unit).hold == Hold::held;
    if (is(action, Kind::forget) && held && !units.at(action->unit).is_logger &&
        units.at(action->unit).service.linked)
        return Action{Kind::release, action->unit};
    return action;
}

std::optional<Action> never_closes_the_log(Units& units) {
    return next_but(units, Kind::close_log);
}
std::optional<Action> forgets_to_drain(Units& units) {
    return next_but(units, Kind::drain);
}
std::optional<Action> gives_back_what_is_not_written(Units& units) {
    return next_but(units, Kind::save_end);
}
std::optional<Action> forgets_to_save(Units& units) {
    return next_but(units, Kind::save);
}
std::optional<Action> lets_a_logger_rest_that_has_to_read(Units& units) {
    return next_but(units, Kind::recall);
}
std::optional<Action> forgets_a_logger_of_an_engine_before(Units& units) {
    return next_but(units, Kind::take);
}

const std::array bugs{
    Bug{"tells the logger at once", tells_the_logger_at_once},
    Bug{"closes the log too soon", closes_the_log_too_soon},
    Bug{"gives the logger back while it drains", gives_the_logger_back_while_it_drains},
    Bug{"loses what a waiting logger has to read", loses_what_a_waiting_logger_has_to_read},
    Bug{"never looks at the owner again", never_looks_at_the_owner_again},
    Bug{"takes a former logger again", takes_a_former_logger_again},
    Bug{"forgets what is linked", forgets_what_is_linked},
    Bug{"takes again after a halt", takes_again_after_a_halt},
    Bug{"never closes the log", never_closes_the_log},
    Bug{"forgets to drain", forgets_to_drain},
    Bug{"gives back what is not written", gives_back_what_is_not_written},
    Bug{"forgets to save", forgets_to_save},
    Bug{"lets a logger rest that has to read", lets_a_logger_rest_that_has_to_read},
    Bug{"forgets a logger of an engine before", forgets_a_logger_of_an_engine_before},
};

}  // namespace

TEST(WalkOfPairs, EverySequenceOfEventsKeepsTheLaw) {
    Walk result = walk_pairs([](Units& units) { return units.next(); });
    EXPECT_FALSE(result.violation) << *result.violation;
    EXPECT_GT(result.situations, 10000u);
    std::cout << result.situations << " situations, " << result.steps << " steps, all within "
              << result.depth << " events\n";
}

TEST(WalkOfPairs, FindsEveryPlantedBug) {
    for (const Bug& bug : bugs) {
        Walk result = walk_pairs(bug.next);
        EXPECT_TRUE(result.violation) << bug.name;
        if (result.violation) std::cout << bug.name << ": " << *result.violation << "\n";
    }
}
