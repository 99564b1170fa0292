// SPDX-License-Identifier: MIT
// The walk of services that say when they are ready, are replaced, and wait for others; and bugs
// that it must find.

#include <array>
#include <csignal>

#include "walk_expect.h"

using namespace hf::core;
using namespace hf::test;
using namespace std::chrono_literals;

namespace {

// Short times, as each half second of them multiplies the situations.
constexpr Rules says_ready{.stop_timeout = 2s,
                           .shutdown_timeout = 2s,
                           .drain_timeout = 1s,
                           .says_ready = true,
                           .ready_timeout = 1500ms,
                           .needs_lost = NeedsLost::stop};
constexpr Rules paced{.longest_delay = 1500ms,
                      .reset_after = 1s,
                      .shutdown_timeout = 2s,
                      .drain_timeout = 1s,
                      .says_ready = true,
                      .ready_timeout = 1s,
                      .needs_lost = NeedsLost::stop};
constexpr Rules replaced_later{
    .stop_on = {7}, .shutdown_timeout = 2s, .drain_timeout = 1s, .needs_lost = NeedsLost::restart};
constexpr Rules never_restarted{.restart = Restart::never,
                                .shutdown_timeout = 2s,
                                .drain_timeout = 1s,
                                .says_ready = true,
                                .ready_timeout = 1s,
                                .needs_lost = NeedsLost::stop};
constexpr Rules keeps{.stop_timeout = 2s, .shutdown_timeout = 2s, .drain_timeout = 1s};

bool is_gate(const Event& event, Gate gate) {
    const Gate* told = std::get_if<Gate>(&event);
    return told != nullptr && *told == gate;
}

bool is_pull(const Event& event, bool on) {
    const Pull* pull = std::get_if<Pull>(&event);
    return pull != nullptr && pull->on == on;
}

template <typename What>
bool is(const Event& event) {
    return std::holds_alternative<What>(event);
}

const std::array bugs{
    PlantedBug{"readiness is not latched", says_ready,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (is_order(event, 'c')) service.ready_since.reset();
               })},
    PlantedBug{"is ready by what a process before has said", says_ready,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is<Started>(event)) service.ready_since = old.process.spawn_began;
               })},
    PlantedBug{"says it again", paced,
               after([](const Service&, Service& service, const Event& event, Moment now) {
                   if (is<Ready>(event) && service.ready_since) service.ready_since = now.boot;
               })},
    PlantedBug{"is never late", says_ready,
               under_rules([](Rules& rules, const Service&, const Event&) {
                   rules.ready_timeout.reset();
               })},
    PlantedBug{"an extension outlives its process", says_ready,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is<Exited>(event)) service.asked_until = old.asked_until;
               })},
    PlantedBug{"an extension that is shorter takes a longer one back", says_ready,
               before([](Service& service, const Event& event, Moment) {
                   if (is<Extend>(event)) service.asked_until.reset();
               })},
    PlantedBug{"an extension takes readiness back", says_ready,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (is<Extend>(event)) service.ready_since.reset();
               })},
    PlantedBug{"is not given the time that it asks for", paced,
               [](Service& service, const Rules& rules, const Event& event, const Moment& now) {
                   return is<Extend>(event) ? Effects{} : step(service, rules, event, now);
               }},
    PlantedBug{"asked for more time, and may take for ever", paced,
               after([](const Service&, Service& service, const Event& event, Moment now) {
                   if (is<Extend>(event) && service.asked_until)
                       service.asked_until = now.boot + 1h;
               })},
    PlantedBug{"the time to become ready is time to stop, too", says_ready,
               after([](const Service& old, Service& service, const Event&, Moment) {
                   if (old.state == State::up && service.state == State::stopping)
                       service.asked_until = old.asked_until;
               })},
    PlantedBug{"who asks for time while it stops is killed all the same", keeps,
               before([](Service& service, const Event& event, Moment) {
                   if (is<Timeout>(event) || is<Extend>(event)) service.asked_until.reset();
               })},
    PlantedBug{"asks for time while it stops, and is not killed", keeps,
               after([](const Service&, Service& service, const Event& event, Moment now) {
                   if (is<Extend>(event) && service.asked_until)
                       service.asked_until = now.boot + 1h;
               })},
    PlantedBug{"the time to stop is left to who is not to stop any more", says_ready,
               after([](const Service& old, Service& service, const Event&, Moment) {
                   if (old.state == State::stopping && service.state == State::up)
                       service.asked_until = old.asked_until;
               })},
    PlantedBug{"a second d renews the timeout", keeps,
               after([](const Service& old, Service& service, const Event& event, Moment now) {
                   if (is_order(event, 'd') && old.state == State::stopping)
                       service.stop_requested_at = now.boot;
               })},
    PlantedBug{"u takes a replacement back", says_ready,
               before([](Service& service, const Event& event, Moment) {
                   if (is_order(event, 'u')) service.replaced = Replaced::no;
               })},
    PlantedBug{"d does not hold in a replacement", says_ready,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is_order(event, 'd') && old.replaced != Replaced::no)
                       service.want = old.want;
               })},
    PlantedBug{"a replacement is an order, and no failure", paced,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is<Timeout>(event) && service.replaced != old.replaced)
                       service.signalled = true;
               })},
    PlantedBug{"a need that is lost is a failure", paced,
               before([](Service& service, const Event& event, Moment) {
                   if (is<Exited>(event) && service.replaced == Replaced::needs_lost)
                       service.replaced = Replaced::not_ready;
               })},
    PlantedBug{"a life counts from its start, and not from ready", paced,
               before([](Service& service, const Event& event, Moment) {
                   if (is<Exited>(event)) service.ready_since.reset();
                   if (is<Exited>(event)) service.says_ready = false;
               })},
    PlantedBug{"who is replaced rests", never_restarted,
               before([](Service& service, const Event& event, Moment) {
                   if (is<Exited>(event)) service.replaced = Replaced::no;
               })},
    PlantedBug{"a replacement may last for ever", replaced_later,
               after([](const Service& old, Service& service, const Event& event, Moment) {
                   if (is_gate(event, Gate::open) && old.lost_needs)
                       service.replaced = Replaced::no;
               })},
    PlantedBug{"stop_on counts for who is replaced", replaced_later,
               before([](Service& service, const Event& event, Moment) {
                   const Exited* exited = std::get_if<Exited>(&event);
                   if (exited != nullptr && exited->how.value == 7 &&
                       service.replaced != Replaced::no)
                       service.want = Want::down;
               })},
    PlantedBug{"keeps running without its need", says_ready,
               under_rules([](Rules& rules, const Service&, const Event&) {
                   rules.needs_lost = NeedsLost::keep;
               })},
    PlantedBug{"stops whoever loses a need", keeps,
               under_rules([](Rules& rules, const Service&, const Event&) {
                   rules.needs_lost = NeedsLost::stop;
               })},
    PlantedBug{"stops at a gate that a file shuts", says_ready,
               [](Service& service, const Rules& rules, const Event& event, const Moment& now) {
                   return step(service, rules,
                               is_gate(event, Gate::shut) ? Event{Gate::unmet} : event, now);
               }},
    PlantedBug{"forgets that it has lost a need", replaced_later,
               after([](const Service&, Service& service, const Event& event, Moment) {
                   if (is_order(event, 't')) service.lost_needs = false;
               })},
    PlantedBug{"a pull is stronger than an order", keeps,
               before([](Service& service, const Event& event, Moment) {
                   if (is_pull(event, true)) service.decided = false;
               })},
    PlantedBug{"who was ordered up is let go", keeps,
               before([](Service& service, const Event& event, Moment) {
                   if (!is_pull(event, false)) return;
                   service.decided = false;
                   service.pulled = true;
               })},
    PlantedBug{"is never let go", keeps,
               [](Service& service, const Rules& rules, const Event& event, const Moment& now) {
                   return is_pull(event, false) ? Effects{} : step(service, rules, event, now);
               }},
    PlantedBug{"a pull takes back the end of everything", keeps,
               before([](Service& service, const Event& event, Moment) {
                   if (is_pull(event, true)) service.shutting_down = false;
               })},
    PlantedBug{"a pull does not wait for the restart rule", keeps,
               before([](Service& service, const Event& event, Moment) {
                   if (is_pull(event, true)) service.started.reset();
               })},
};

}  // namespace

TEST(WalkOfReadiness, EverySequenceOfEventsKeepsTheRules) {
    expect_no_violation(says_ready);
    expect_no_violation(paced);
    expect_no_violation(keeps, Pulls::some);
}

TEST(WalkOfReadiness, SoItDoesWhereANeedThatIsLostIsMadeUpForLater) {
    expect_no_violation(replaced_later);
}

TEST(WalkOfReadiness, SoItDoesWhereNothingElseIsRestarted) {
    expect_no_violation(never_restarted);
}

TEST(WalkOfReadiness, FindsEveryPlantedBug) {
    expect_found(bugs, Pulls::some);
}
