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

constexpr Rules with_stop_timeout{.stop_timeout = 2s};
constexpr Rules on_failure{.restart = Restart::on_failure, .stop_on = {100}, .stop_signal = SIGINT};
constexpr Rules never{.restart = Restart::never};
constexpr Rules growing{.longest_delay = 2s, .reset_after = 3s};
constexpr Rules that_gives_up{.stop_on = {100}, .reset_after = 1s, .give_up = 3};

bool is_order(const Event& event, char letter) {
    const Command* command = std::get_if<Command>(&event);
    return command != nullptr && command->letter == letter;
}

// Bugs of the kind that one would really make: each is step() with something wrong.
struct Bug {
    const char* name;
    Step step;
    Rules rules = with_stop_timeout;
};

Effects restarts_too_soon(Service& service, const Rules& rules, const Event& event,
                          const Moment& now) {
    if (std::holds_alternative<Exited>(event)) service.started.reset();
    return step(service, rules, event, now);
}

Effects forgets_what_down_means(Service& service, const Rules& rules, const Event& event,
                                const Moment& now) {
    Want want = service.want;
    Effects effects = step(service, rules, event, now);
    if (is_order(event, 'd') && has_process(service)) service.want = want;
    return effects;
}

Effects forgets_to_leave(Service& service, const Rules& rules, const Event& event,
                         const Moment& now) {
    if (std::holds_alternative<Exited>(event)) service.exit_requested = false;
    return step(service, rules, event, now);
}

Effects keeps_the_pid(Service& service, const Rules& rules, const Event& event, const Moment& now) {
    Pid pid = service.main.pid;
    Effects effects = step(service, rules, event, now);
    if (std::holds_alternative<Exited>(event) && service.state == State::down)
        service.main.pid = pid;
    return effects;
}

Effects starts_a_second(Service& service, const Rules& rules, const Event& event,
                        const Moment& now) {
    Effects effects = step(service, rules, event, now);
    if (is_order(event, 'u') && service.paused) effects.push_back(Start{Role::main});
    return effects;
}

Effects never_kills(Service& service, const Rules& rules, const Event& event, const Moment& now) {
    if (service.state == State::stopping && std::holds_alternative<Timeout>(event)) return {};
    return step(service, rules, event, now);
}

Effects gives_up_after_a_failure(Service& service, const Rules& rules, const Event& event,
                                 const Moment& now) {
    Effects effects = step(service, rules, event, now);
    if (std::holds_alternative<StartFailed>(event)) service.state = State::down;
    return effects;
}

Effects forgets_who_asked(Service& service, const Rules& rules, const Event& event,
                          const Moment& now) {
    if (std::holds_alternative<Exited>(event)) service.signalled = false;
    return step(service, rules, event, now);
}

Effects takes_back_a_shutdown(Service& service, const Rules& rules, const Event& event,
                              const Moment& now) {
    if (is_order(event, 'u')) service.shutting_down = false;
    return step(service, rules, event, now);
}

Effects keeps_the_pause(Service& service, const Rules& rules, const Event& event,
                        const Moment& now) {
    bool paused = service.paused;
    Effects effects = step(service, rules, event, now);
    if (std::holds_alternative<Started>(event)) service.paused = paused;
    if (std::holds_alternative<Exited>(event)) service.paused = paused;
    return effects;
}

Effects kills_at_once(Service& service, const Rules& rules, const Event& event, const Moment& now) {
    Time stop_requested_at = service.stop_requested_at;
    Effects effects = step(service, rules, event, now);
    if (is_order(event, 'd') && has_process(service))
        service.stop_requested_at = stop_requested_at - 10s;
    return effects;
}

Effects repeats_a_run_once(Service& service, const Rules& rules, const Event& event,
                           const Moment& now) {
    if (std::holds_alternative<Exited>(event) && service.want == Want::once)
        service.want = Want::up;
    return step(service, rules, event, now);
}

Effects takes_the_unborn_for_a_run(Service& service, const Rules& rules, const Event& event,
                                   const Moment& now) {
    const Exited* exited = std::get_if<Exited>(&event);
    if (exited == nullptr) return step(service, rules, event, now);
    return step(service, rules, Exited{exited->role, exited->how}, now);
}

Effects starts_the_unborn_against_orders(Service& service, const Rules& rules, const Event& event,
                                         const Moment& now) {
    const Exited* exited = std::get_if<Exited>(&event);
    if (exited != nullptr && !exited->ran && service.state == State::up) service.want = Want::up;
    return step(service, rules, event, now);
}

// As if every deadline were the one that the writer had in mind.
Effects ignores_the_reason(Service& service, const Rules& rules, const Event& event,
                           const Moment& now) {
    auto due = next_due(service, rules);
    if (!std::holds_alternative<Timeout>(event) || !due) return step(service, rules, event, now);
    return step(service, rules, Timeout{due->why}, now);
}

Effects kills_what_is_up(Service& service, const Rules& rules, const Event& event,
                         const Moment& now) {
    if (!std::holds_alternative<Timeout>(event) || service.state != State::up)
        return step(service, rules, event, now);
    service.state = State::killing;
    return {Signal{Role::main, SIGKILL}};
}

Effects starts_behind_a_shut_gate(Service& service, const Rules& rules, const Event& event,
                                  const Moment& now) {
    Gate gate = service.gate;
    if (is_order(event, 'o')) service.gate = Gate::open;
    Effects effects = step(service, rules, event, now);
    if (is_order(event, 'o')) service.gate = gate;
    return effects;
}

Effects loses_orders_behind_the_gate(Service& service, const Rules& rules, const Event& event,
                                     const Moment& now) {
    if (service.gate != Gate::open && service.state == State::down && is_order(event, 'u'))
        return {};
    return step(service, rules, event, now);
}

Effects opens_no_gate(Service& service, const Rules& rules, const Event& event, const Moment& now) {
    const Gate* gate = std::get_if<Gate>(&event);
    if (gate != nullptr && *gate == Gate::open && service.state == State::waiting) return {};
    return step(service, rules, event, now);
}

Effects keeps_people_waiting(Service& service, const Rules& rules, const Event& event,
                             const Moment& now) {
    auto started = service.started;
    Effects effects = step(service, rules, event, now);
    if (service.gate != Gate::open && std::holds_alternative<Command>(event))
        service.started = started;
    return effects;
}

Effects rests_behind_the_gate(Service& service, const Rules& rules, const Event& event,
                              const Moment& now) {
    Effects effects = step(service, rules, event, now);
    if (service.gate != Gate::open && std::holds_alternative<Exited>(event))
        service.state = State::down;
    return effects;
}

Effects restarts_through_the_gate(Service& service, const Rules& rules, const Event& event,
                                  const Moment& now) {
    if (service.gate == Gate::open || !std::holds_alternative<Exited>(event))
        return step(service, rules, event, now);
    service.gate = Gate::open;
    Effects effects = step(service, rules, event, now);
    service.gate = Gate::shut;
    return effects;
}

Effects takes_an_order_for_a_failure(Service& service, const Rules& rules, const Event& event,
                                     const Moment& now) {
    bool was_asked = service.signalled;
    Effects effects = step(service, rules, event, now);
    if (was_asked && std::holds_alternative<Exited>(event)) ++service.streak;
    return effects;
}

Effects never_begins_anew(Service& service, const Rules& rules, const Event& event,
                          const Moment& now) {
    auto streak = service.streak;
    Effects effects = step(service, rules, event, now);
    if (std::holds_alternative<Exited>(event)) service.streak = std::max(streak, service.streak);
    return effects;
}

Effects keeps_the_streak_over_u(Service& service, const Rules& rules, const Event& event,
                                const Moment& now) {
    auto streak = service.streak;
    Effects effects = step(service, rules, event, now);
    if (is_order(event, 'u')) service.streak = streak;
    return effects;
}

Effects counts_the_unborn(Service& service, const Rules& rules, const Event& event,
                          const Moment& now) {
    Effects effects = step(service, rules, event, now);
    const Exited* exited = std::get_if<Exited>(&event);
    if (exited != nullptr && !exited->ran) ++service.streak;
    return effects;
}

Effects forgets_failed_starts(Service& service, const Rules& rules, const Event& event,
                              const Moment& now) {
    auto streak = service.streak;
    Effects effects = step(service, rules, event, now);
    if (std::holds_alternative<StartFailed>(event)) service.streak = streak;
    return effects;
}

Effects takes_any_exit_for_well(Service& service, const Rules& rules, const Event& event,
                                const Moment& now) {
    const Exited* exited = std::get_if<Exited>(&event);
    if (exited == nullptr || exited->how.kind != ExitResult::Kind::exited)
        return step(service, rules, event, now);
    return step(service, rules, Exited{exited->role, {exited->how.kind, 0}, exited->ran}, now);
}

Effects takes_a_crash_for_well(Service& service, const Rules& rules, const Event& event,
                               const Moment& now) {
    Effects effects = step(service, rules, event, now);
    const Exited* exited = std::get_if<Exited>(&event);
    if (exited != nullptr && exited->how.kind == ExitResult::Kind::signaled && !service.signalled &&
        exited->ran && service.state == State::waiting)
        service.state = State::down;
    return effects;
}

Effects restarts_what_asked_to_be_down(Service& service, const Rules& rules, const Event& event,
                                       const Moment& now) {
    Want want = service.want;
    Effects effects = step(service, rules, event, now);
    if (std::holds_alternative<Exited>(event)) service.want = want;
    return effects;
}

Effects always_sends_term(Service& service, const Rules& rules, const Event& event,
                          const Moment& now) {
    Rules others = rules;
    others.stop_signal = SIGTERM;
    return step(service, others, event, now);
}

Effects runs_once_for_ever(Service& service, const Rules& rules, const Event& event,
                           const Moment& now) {
    Rules others = rules;
    others.restart = Restart::always;
    return step(service, std::holds_alternative<StartFailed>(event) ? others : rules, event, now);
}

Effects gives_up_too_late(Service& service, const Rules& rules, const Event& event,
                          const Moment& now) {
    Rules others = rules;
    others.give_up = rules.give_up + 1;
    return step(service, others, event, now);
}

const std::array bugs{
    Bug{"restarts too soon", restarts_too_soon},
    Bug{"forgets what down means", forgets_what_down_means},
    Bug{"forgets to leave", forgets_to_leave},
    Bug{"keeps the pid", keeps_the_pid},
    Bug{"starts a second", starts_a_second},
    Bug{"never kills", never_kills},
    Bug{"gives up after a failure", gives_up_after_a_failure},
    Bug{"restarts the unlinked", forgets_who_asked},
    Bug{"takes back a shutdown", takes_back_a_shutdown},
    Bug{"keeps the pause", keeps_the_pause},
    Bug{"kills at once", kills_at_once},
    Bug{"repeats a run once", repeats_a_run_once},
    Bug{"takes the unborn for a run", takes_the_unborn_for_a_run},
    Bug{"starts the unborn against orders", starts_the_unborn_against_orders},
    Bug{"ignores the reason", ignores_the_reason},
    Bug{"kills what is up", kills_what_is_up},
    Bug{"starts behind a shut gate", starts_behind_a_shut_gate},
    Bug{"loses orders behind the gate", loses_orders_behind_the_gate},
    Bug{"opens no gate", opens_no_gate},
    Bug{"keeps people waiting", keeps_people_waiting},
    Bug{"rests behind the gate", rests_behind_the_gate},
    Bug{"restarts through the gate", restarts_through_the_gate},
    Bug{"takes an order for a failure", takes_an_order_for_a_failure, growing},
    Bug{"never begins anew", never_begins_anew, growing},
    Bug{"keeps the streak over u", keeps_the_streak_over_u, growing},
    Bug{"counts the unborn", counts_the_unborn, growing},
    Bug{"forgets failed starts", forgets_failed_starts, growing},
    Bug{"takes any exit for well", takes_any_exit_for_well, on_failure},
    Bug{"takes a crash for well", takes_a_crash_for_well, on_failure},
    Bug{"restarts what asked to be down", restarts_what_asked_to_be_down, on_failure},
    Bug{"always sends TERM", always_sends_term, on_failure},
    Bug{"rests after svc -t", forgets_who_asked, on_failure},
    Bug{"runs once for ever", runs_once_for_ever, never},
    Bug{"gives up too late", gives_up_too_late, that_gives_up},
};

void expect_no_violation(const Rules& rules) {
    Walk result = walk(step, rules);
    EXPECT_FALSE(result.violation) << *result.violation;
    EXPECT_GT(result.situations, 1000u);
    std::cout << result.situations << " situations, " << result.steps << " steps, all within "
              << result.depth << " events\n";
}

}  // namespace

TEST(Walk, EverySequenceOfEventsKeepsTheRules) {
    expect_no_violation(default_rules);
}

TEST(Walk, SoItDoesWithALimitOfPatience) {
    expect_no_violation(with_stop_timeout);
}

TEST(Walk, SoItDoesWhenNotEveryEndIsFollowedByAStart) {
    expect_no_violation(on_failure);
    expect_no_violation(never);
}

TEST(Walk, SoItDoesWithDelaysThatGrow) {
    expect_no_violation(growing);
    expect_no_violation(that_gives_up);
}

TEST(Walk, FindsEveryPlantedBug) {
    for (const Bug& bug : bugs) {
        Walk result = walk(bug.step, bug.rules);
        EXPECT_TRUE(result.violation) << bug.name;
        if (result.violation) std::cout << bug.name << ": " << *result.violation << "\n";
    }
}
