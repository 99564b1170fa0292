// SPDX-License-Identifier: MIT
// The walk of services that are stopped by several signals, with their whole process group; and
// bugs that it must find.

#include <array>
#include <csignal>

#include "walk_expect.h"

using namespace hf::core;
using namespace hf::test;
using namespace std::chrono_literals;

namespace {

constexpr Rules by_steps{.stop_signal = SIGQUIT,
                         .later_signals = {{{500ms, SIGTERM}, {1500ms, SIGINT}}},
                         .stops_group = true,
                         .stop_timeout = 2s,
                         .shutdown_timeout = 2s,
                         .drain_timeout = 1s};
constexpr Rules for_ever{.later_signals = {{{1s, SIGINT}}},
                         .kills_group = true,
                         .shutdown_timeout = 2s,
                         .drain_timeout = 1s,
                         .needs_lost = NeedsLost::stop};

bool is_step(const Event& event) {
    const auto* timeout = std::get_if<Timeout>(&event);
    return timeout != nullptr && timeout->why == Due::Why::next_step;
}

const std::array bugs{
    PlantedBug{"leaves a step out", by_steps,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is_step(event) && service.stop_step > old.stop_step) ++service.stop_step;
               })},
    PlantedBug{"comes to no second step", by_steps,
               [](Service& service, const Rules& rules, const Event& event, const Moment& now) {
                   return is_step(event) && service.stop_step > 0
                              ? Effects{}
                              : step(service, rules, event, now);
               }},
    PlantedBug{"a second d begins anew", by_steps,
               before([](Service& service, const Event& event, Moment) {
                   if (is_order(event, 'd')) service.stop_step = 0;
               })},
    PlantedBug{"the next stop goes on where the last was taken back", by_steps,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is_order(event, 'u')) service.stop_step = old.stop_step;
               })},
    PlantedBug{"a step renews the time", by_steps,
               after([](const Service&, Service& service, const Event& event, Moment now) {
                   if (is_step(event) && has_process(service)) service.stop_requested_at = now.boot;
               })},
    PlantedBug{"the end of everything begins no new stop", by_steps,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (std::holds_alternative<Shutdown>(event)) service.stop_step = old.stop_step;
               })},
    PlantedBug{"steps do not reach the group", by_steps,
               under_rules([](Rules& rules, const Service&, const Event& event) {
                   if (is_step(event)) rules.stops_group = false;
               })},
    PlantedBug{"KILL does not reach the group", for_ever,
               under_rules([](Rules& rules, const Service&, const Event& event) {
                   if (std::holds_alternative<Timeout>(event)) rules.kills_group = false;
               })},
    PlantedBug{"leaves the group behind", for_ever,
               under_rules([](Rules& rules, const Service& service, const Event& event) {
                   if (std::holds_alternative<Exited>(event) && service.signalled)
                       rules.kills_group = false;
               })},
    PlantedBug{"starts beside what is left", for_ever,
               [](Service& service, const Rules& rules, const Event& event, const Moment& now) {
                   Effects effects = step(service, rules, event, now);
                   if (std::holds_alternative<Exited>(event) && effects.size() == 2)
                       std::swap(effects[0], effects[1]);
                   return effects;
               }},
};

}  // namespace

TEST(WalkOfStops, EverySequenceOfEventsKeepsTheRules) {
    expect_no_violation(by_steps);
    expect_no_violation(for_ever);
}

TEST(WalkOfStops, FindsEveryPlantedBug) {
    expect_found(bugs);
}
