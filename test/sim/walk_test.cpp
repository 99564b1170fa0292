// SPDX-License-Identifier: MIT
// Every situation that any sequence of events can lead to; and bugs that the walk must find.

#include <array>
#include <csignal>
#include <utility>

#include "walk_expect.h"

using namespace hf::core;
using namespace hf::test;
using namespace std::chrono_literals;

namespace {

constexpr Rules with_stop_timeout{.stop_timeout = 2s};
constexpr Rules on_failure{.restart = Restart::on_failure, .stop_on = {100}, .stop_signal = SIGINT};
constexpr Rules never{.restart = Restart::never};
constexpr Rules growing{.longest_delay = 2s, .reset_after = 3s};
constexpr Rules that_gives_up{.stop_on = {100}, .reset_after = 1s, .give_up = 3};

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
    Pid pid = service.process.pid;
    Effects effects = step(service, rules, event, now);
    if (std::holds_alternative<Exited>(event) && service.state == State::down)
        service.process.pid = pid;
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
    PlantedBug{"restarts too soon", with_stop_timeout, restarts_too_soon},
    PlantedBug{"forgets what down means", with_stop_timeout, forgets_what_down_means},
    PlantedBug{"forgets to leave", with_stop_timeout, forgets_to_leave},
    PlantedBug{"keeps the pid", with_stop_timeout, keeps_the_pid},
    PlantedBug{"starts a second", with_stop_timeout, starts_a_second},
    PlantedBug{"never kills", with_stop_timeout, never_kills},
    PlantedBug{"gives up after a failure", with_stop_timeout, gives_up_after_a_failure},
    PlantedBug{"restarts the unlinked", with_stop_timeout, forgets_who_asked},
    PlantedBug{"takes back a shutdown", with_stop_timeout, takes_back_a_shutdown},
    PlantedBug{"keeps the pause", with_stop_timeout, keeps_the_pause},
    PlantedBug{"kills at once", with_stop_timeout, kills_at_once},
    PlantedBug{"repeats a run once", with_stop_timeout, repeats_a_run_once},
    PlantedBug{"takes the unborn for a run", with_stop_timeout, takes_the_unborn_for_a_run},
    PlantedBug{"starts the unborn against orders", with_stop_timeout,
               starts_the_unborn_against_orders},
    PlantedBug{"ignores the reason", with_stop_timeout, ignores_the_reason},
    PlantedBug{"kills what is up", with_stop_timeout, kills_what_is_up},
    PlantedBug{"starts behind a shut gate", with_stop_timeout, starts_behind_a_shut_gate},
    PlantedBug{"loses orders behind the gate", with_stop_timeout, loses_orders_behind_the_gate},
    PlantedBug{"opens no gate", with_stop_timeout, opens_no_gate},
    PlantedBug{"keeps people waiting", with_stop_timeout, keeps_people_waiting},
    PlantedBug{"rests behind the gate", with_stop_timeout, rests_behind_the_gate},
    PlantedBug{"restarts through the gate", with_stop_timeout, restarts_through_the_gate},
    PlantedBug{"takes an order for a failure", growing, takes_an_order_for_a_failure},
    PlantedBug{"never begins anew", growing, never_begins_anew},
    PlantedBug{"keeps the streak over u", growing, keeps_the_streak_over_u},
    PlantedBug{"counts the unborn", growing, counts_the_unborn},
    PlantedBug{"forgets failed starts", growing, forgets_failed_starts},
    PlantedBug{"takes any exit for well", on_failure, takes_any_exit_for_well},
    PlantedBug{"takes a crash for well", on_failure, takes_a_crash_for_well},
    PlantedBug{"restarts what asked to be down", on_failure, restarts_what_asked_to_be_down},
    PlantedBug{"always sends TERM", on_failure, always_sends_term},
    PlantedBug{"rests after svc -t", on_failure, forgets_who_asked},
    PlantedBug{"runs once for ever", never, runs_once_for_ever},
    PlantedBug{"gives up too late", that_gives_up, gives_up_too_late},
};

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
    expect_found(bugs);
}
