// SPDX-License-Identifier: MIT
// Every situation that any sequence of events can lead to; and bugs that the walk must find.
#include "walk.h"

#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <utility>

using namespace hf::core;
using namespace hf::test;
using namespace std::chrono_literals;

namespace {

bool is_order(const Event& event, char letter) {
    const Order* order = std::get_if<Order>(&event);
    return order != nullptr && order->letter == letter;
}

// Bugs of the kind that one would really make: each is step() with something wrong.
struct Bug {
    const char* name;
    Step step;
};

Effects restarts_too_soon(Service& service, const Event& event, const Moment& now) {
    if (std::holds_alternative<Exited>(event)) service.started.reset();
    return step(service, event, now);
}

Effects forgets_what_down_means(Service& service, const Event& event, const Moment& now) {
    Want want = service.want;
    Effects effects = step(service, event, now);
    if (is_order(event, 'd') && has_process(service)) service.want = want;
    return effects;
}

Effects forgets_to_leave(Service& service, const Event& event, const Moment& now) {
    if (std::holds_alternative<Exited>(event)) service.leaving = false;
    return step(service, event, now);
}

Effects keeps_the_pid(Service& service, const Event& event, const Moment& now) {
    Pid pid = service.pid;
    Effects effects = step(service, event, now);
    if (std::holds_alternative<Exited>(event) && service.state == State::down) service.pid = pid;
    return effects;
}

Effects starts_a_second(Service& service, const Event& event, const Moment& now) {
    Effects effects = step(service, event, now);
    if (is_order(event, 'u') && service.paused) effects.push_back(Start{});
    return effects;
}

Effects never_kills(Service& service, const Event& event, const Moment& now) {
    if (service.state == State::stopping && std::holds_alternative<Timeout>(event)) return {};
    return step(service, event, now);
}

Effects gives_up_after_a_failure(Service& service, const Event& event, const Moment& now) {
    Effects effects = step(service, event, now);
    if (std::holds_alternative<StartFailed>(event)) service.state = State::down;
    return effects;
}

Effects restarts_the_unlinked(Service& service, const Event& event, const Moment& now) {
    if (std::holds_alternative<Exited>(event)) service.asked = false;
    return step(service, event, now);
}

Effects takes_back_a_shutdown(Service& service, const Event& event, const Moment& now) {
    if (is_order(event, 'u')) service.closing = false;
    return step(service, event, now);
}

Effects keeps_the_pause(Service& service, const Event& event, const Moment& now) {
    bool paused = service.paused;
    Effects effects = step(service, event, now);
    if (std::holds_alternative<Started>(event)) service.paused = paused;
    if (std::holds_alternative<Exited>(event)) service.paused = paused;
    return effects;
}

Effects kills_at_once(Service& service, const Event& event, const Moment& now) {
    Time told = service.told;
    Effects effects = step(service, event, now);
    if (is_order(event, 'd') && has_process(service)) service.told = told - 10s;
    return effects;
}

Effects repeats_a_run_once(Service& service, const Event& event, const Moment& now) {
    if (std::holds_alternative<Exited>(event) && service.want == Want::once)
        service.want = Want::up;
    return step(service, event, now);
}

const std::array bugs{
    Bug{"restarts too soon", restarts_too_soon},
    Bug{"forgets what down means", forgets_what_down_means},
    Bug{"forgets to leave", forgets_to_leave},
    Bug{"keeps the pid", keeps_the_pid},
    Bug{"starts a second", starts_a_second},
    Bug{"never kills", never_kills},
    Bug{"gives up after a failure", gives_up_after_a_failure},
    Bug{"restarts the unlinked", restarts_the_unlinked},
    Bug{"takes back a shutdown", takes_back_a_shutdown},
    Bug{"keeps the pause", keeps_the_pause},
    Bug{"kills at once", kills_at_once},
    Bug{"repeats a run once", repeats_a_run_once},
};

void expect_no_violation(std::optional<Duration> patience) {
    Walk result = walk(step, patience);
    EXPECT_FALSE(result.violation) << *result.violation;
    EXPECT_GT(result.situations, 1000u);
    std::cout << result.situations << " situations, " << result.steps << " steps, all within "
              << result.depth << " events\n";
}

}  // namespace

TEST(Walk, EverySequenceOfEventsKeepsTheRules) {
    expect_no_violation(std::nullopt);
}

TEST(Walk, SoItDoesWithALimitOfPatience) {
    expect_no_violation(2s);
}

TEST(Walk, FindsEveryPlantedBug) {
    for (const Bug& bug : bugs) {
        Walk result = walk(bug.step, 2s);
        EXPECT_TRUE(result.violation) << bug.name;
        if (result.violation) std::cout << bug.name << ": " << *result.violation << "\n";
    }
}
