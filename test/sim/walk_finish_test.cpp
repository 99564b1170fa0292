// SPDX-License-Identifier: MIT
// The walk of services with a finish command, and bugs that it must find.

#include <array>

#include "walk_expect.h"

using namespace hf::core;
using namespace hf::test;
using namespace std::chrono_literals;

namespace {

constexpr Rules for_ever{.kills_group = true,
                         .stop_timeout = 2s,
                         .shutdown_timeout = 2s,
                         .drain_timeout = 1s,
                         .finish = 1,
                         .finish_timeout = 1s};
constexpr Rules on_failure{.restart = Restart::on_failure,
                           .stop_on = {7},
                           .shutdown_timeout = 2s,
                           .drain_timeout = 1s,
                           .needs_lost = NeedsLost::stop,
                           .finish = 1,
                           .finish_timeout = 1s};
constexpr Rules never{.restart = Restart::never,
                      .shutdown_timeout = 2s,
                      .drain_timeout = 1s,
                      .finish = 1,
                      .finish_timeout = 500ms};

bool is_end_of(Role role, const Event& event) {
    const auto* exited = std::get_if<Exited>(&event);
    return exited != nullptr && exited->role == role;
}

bool is_timeout(Due::Why why, const Event& event) {
    const auto* timeout = std::get_if<Timeout>(&event);
    return timeout != nullptr && timeout->why == why;
}

const std::array bugs{
    PlantedBug{"an order up does not wait for the finish command", for_ever,
               before([](Service& service, const Event& event, Moment) {
                   if (!is_order(event, 'u') || service.state != State::finishing) return;
                   service.state = State::down;
                   service.process = {};
               })},
    PlantedBug{"finishes twice", for_ever,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (!is_end_of(Role::finish, event) || old.want != Want::down) return;
                   service.state = State::finishing;
               })},
    PlantedBug{"leaves before the finish command has ended", for_ever,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (!is_order(event, 'x') || service.state != State::finishing) return;
                   service.state = State::down;
                   service.process = {};
               })},
    PlantedBug{"an order down is forgotten while it finishes", for_ever,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is_order(event, 'd') && old.state == State::finishing)
                       service.want = old.want;
               })},
    PlantedBug{"the finish command is never killed", for_ever,
               under_rules([](Rules& rules, const Service&, const Event& event) {
                   if (is_timeout(Due::Why::finish_over, event)) rules.finish_timeout = 1h;
               })},
    PlantedBug{"kills it again and again", for_ever,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (is_timeout(Due::Why::finish_over, event)) service.stop_step = 0;
               })},
    PlantedBug{"the end of everything renews its time", for_ever,
               after([](const Service&, Service& service, const Event& event, Moment now) {
                   if (std::holds_alternative<Shutdown>(event)) service.changed = now;
               })},
    PlantedBug{"one that cannot be started is waited for", for_ever,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   const auto* failed = std::get_if<StartFailed>(&event);
                   if (failed != nullptr && failed->role == Role::finish) service = old;
               })},
    PlantedBug{"one that was never executed counts", for_ever,
               [](Service& service, const Rules& rules, const Event& event, const Moment& now) {
                   Event told = event;
                   if (is_end_of(Role::finish, event)) std::get<Exited>(told).ran = true;
                   return step(service, rules, told, now);
               }},
    PlantedBug{"what was never executed is followed by it", for_ever,
               [](Service& service, const Rules& rules, const Event& event, const Moment& now) {
                   Event told = event;
                   if (is_end_of(Role::main, event)) std::get<Exited>(told).ran = true;
                   return step(service, rules, told, now);
               }},
    PlantedBug{"it has no finish command when it was ordered down", for_ever,
               under_rules([](Rules& rules, const Service& service, const Event& event) {
                   if (is_end_of(Role::main, event) && service.want == Want::down) rules.finish = 0;
               })},
    PlantedBug{"starts before the group is killed", for_ever,
               [](Service& service, const Rules& rules, const Event& event, const Moment& now) {
                   Effects effects = step(service, rules, event, now);
                   if (is_end_of(Role::main, event) && effects.size() == 2)
                       std::swap(effects[0], effects[1]);
                   return effects;
               }},
    PlantedBug{"forgets that it was to be replaced", on_failure,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (is_end_of(Role::main, event)) service.replaced = Replaced::no;
               })},
    PlantedBug{"what it did well is forgotten", on_failure,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (is_end_of(Role::main, event) && service.state == State::finishing)
                       service.last = {ExitResult::Kind::signaled, 9};
               })},
    PlantedBug{"an order up is forgotten while it finishes", never,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is_order(event, 'u') && old.state == State::finishing)
                       service.replaced = old.replaced;
               })},
};

}  // namespace

TEST(WalkOfFinishes, EverySequenceOfEventsKeepsTheRules) {
    expect_no_violation(for_ever);
    expect_no_violation(on_failure);
    expect_no_violation(never, Pulls::some);
}

TEST(WalkOfFinishes, FindsEveryPlantedBug) {
    expect_found(bugs);
}
