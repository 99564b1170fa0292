// SPDX-License-Identifier: MIT
// The walk of services of which somebody is told that they are well again, and bugs that it must
// find.

#include <array>

#include "walk_expect.h"

using namespace hf::core;
using namespace hf::test;
using namespace std::chrono_literals;

namespace {

constexpr Rules from_start{
    .reset_after = 2s, .tells_well = true, .shutdown_timeout = 2s, .drain_timeout = 1s};
constexpr Rules from_ready{.reset_after = 1s,
                           .tells_well = true,
                           .give_up = 3,
                           .shutdown_timeout = 2s,
                           .drain_timeout = 1s,
                           .says_ready = true,
                           .ready_timeout = 2s};

bool is_proof(const Event& event) {
    const auto* timeout = std::get_if<Timeout>(&event);
    return timeout != nullptr && timeout->why == Due::Why::proved;
}

const std::array bugs{
    PlantedBug{"is well again and again", from_start,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is_proof(event)) service.streak = old.streak;
               })},
    PlantedBug{"is well as soon as it starts", from_start,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (std::holds_alternative<Started>(event)) service.streak = 0;
               })},
    PlantedBug{"is well as soon as it is ready", from_ready,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (std::holds_alternative<Ready>(event) &&
                       service.ready_since != old.ready_since)
                       service.streak = 0;
               })},
    PlantedBug{"an early proof counts", from_ready,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (is_proof(event) && service.state == State::up) service.streak = 0;
               })},
    PlantedBug{"what is told to end proves something", from_ready,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (is_proof(event) && service.state == State::stopping) service.streak = 0;
               })},
};

}  // namespace

TEST(WalkOfProofs, EverySequenceOfEventsKeepsTheRules) {
    expect_no_violation(from_start);
    expect_no_violation(from_ready);
}

TEST(WalkOfProofs, FindsEveryPlantedBug) {
    expect_found(bugs);
}
