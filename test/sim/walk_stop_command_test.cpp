// SPDX-License-Identifier: MIT
// The walk of services whose stop begins with a command, and bugs that it must find.

#include <array>
#include <csignal>

#include "walk_expect.h"

using namespace hf::core;
using namespace hf::test;
using namespace std::chrono_literals;

namespace {

constexpr Rules patient{.has_stop_command = true,
                        .later_signals = {{{1s, SIGINT}}},
                        .shutdown_timeout = 2s,
                        .drain_timeout = 1s,
                        .says_ready = true,
                        .ready_timeout = 1s};
constexpr Rules limited{.restart = Restart::on_failure,
                        .has_stop_command = true,
                        .stop_timeout = 2s,
                        .shutdown_timeout = 2s,
                        .drain_timeout = 1s,
                        .needs_lost = NeedsLost::restart};

bool is_prepared(const Event& event) {
    const auto* timeout = std::get_if<Timeout>(&event);
    return std::holds_alternative<StopCommandEnded>(event) ||
           (timeout != nullptr && timeout->why == Due::Why::prepared);
}

const std::array bugs{
    PlantedBug{"sends the signal beside the stop command", limited,
               [](Service& service, const Rules& rules, const Event& event, const Moment& now) {
                   Effects effects = step(service, rules, event, now);
                   if (effects == Effects{RunStopCommand{}})
                       effects.push_back(Signal{Role::main, SIGTERM});
                   return effects;
               }},
    PlantedBug{"has no stop command when everything stops", limited,
               under_rules([](Rules& rules, const Service&, const Event& event) {
                   if (std::holds_alternative<Shutdown>(event)) rules.has_stop_command = false;
               })},
    PlantedBug{"a second d runs it again", limited,
               before([](Service& service, const Event& event, Moment) {
                   if (is_order(event, 'd') && service.state == State::preparing)
                       service.state = State::up;
               })},
    PlantedBug{"the signals have only what time it has left", limited,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is_prepared(event) && old.state == State::preparing)
                       service.stop_requested_at = old.stop_requested_at - 1s;
               })},
    PlantedBug{"waits for the command for ever", patient,
               [](Service& service, const Rules& rules, const Event& event, const Moment& now) {
                   const auto* timeout = std::get_if<Timeout>(&event);
                   return timeout != nullptr && timeout->why == Due::Why::prepared
                              ? Effects{}
                              : step(service, rules, event, now);
               }},
    PlantedBug{"an end that comes late stops it again", patient,
               before([](Service& service, const Event& event, Moment) {
                   if (is_prepared(event) && service.state == State::up)
                       service.state = State::preparing;
               })},
    PlantedBug{"an order up does not take it back", limited,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is_order(event, 'u') && old.state == State::preparing)
                       service.state = old.state;
               })},
    PlantedBug{"asks for more time while the command runs", limited,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (std::holds_alternative<Extend>(event) && old.state == State::preparing)
                       service.asked_until = std::get<Extend>(event).until;
               })},
    PlantedBug{"a restart counts as an order down", limited,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (is_order(event, 'r')) service.want = Want::down;
               })},
    PlantedBug{"a restart is forgotten when it exits well", limited,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (!is_order(event, 'r')) return;
                   service.replaced = Replaced::no;
                   service.signalled = false;
               })},
    PlantedBug{"an order up does not take a restart back", patient,
               before([](Service& service, const Event& event, Moment) {
                   if (is_order(event, 'u') && service.replaced == Replaced::asked)
                       service.replaced = Replaced::needs_lost;
               })},
    PlantedBug{"a restart has a limit that nobody has set", patient,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (is_order(event, 'r') && has_process(service))
                       service.replaced = Replaced::not_ready;
               })},
};

}  // namespace

TEST(WalkOfStopCommands, EverySequenceOfEventsKeepsTheRules) {
    expect_no_violation(patient);
    expect_no_violation(limited);
}

TEST(WalkOfStopCommands, FindsEveryPlantedBug) {
    expect_found(bugs);
}
