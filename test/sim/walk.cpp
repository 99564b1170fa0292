// SPDX-License-Identifier: MIT
#include "walk.h"

#include <algorithm>
#include <vector>

#include "expectation.h"
#include "walk_search.h"

namespace hf::test {

namespace {

using namespace core;
using namespace std::chrono_literals;

constexpr Duration quantum = 500ms;  // every rule is a multiple of it
constexpr Duration horizon = 12s;    // no rule looks farther back

// ... from an order to stop, under these rules.
Duration patience(const Rules& rules) {
    const Duration stop = rules.stop_timeout.value_or(rules.shutdown_timeout);
    return std::max({stop, rules.shutdown_timeout, rules.drain_timeout}) + quantum;
}

// What may happen next, and how to call it.
struct Possibility {
    std::string name;
    std::optional<Event> event;  // none: time passes
    bool start_succeeds = true;
    bool same_write = false;  // a letter: also possible right behind the one before
};

// What can happen to a finish command.
void add_those_of_a_finish(std::vector<Possibility>& result) {
    const ExitResult how{ExitResult::Kind::exited, 0};
    for (bool succeeds : {true, false}) {
        const std::string fails = succeeds ? "" : ", start fails";
        result.push_back({"finish ends" + fails, Exited{Role::finish, how}, succeeds});
        result.push_back(
            {"finish ends unborn" + fails, Exited{Role::finish, how, false}, succeeds});
        result.push_back({"timeout to finish" + fails, Timeout{Due::Why::finish}, succeeds});
    }
    result.push_back({"timeout of the finish", Timeout{Due::Why::finish_over}});
}

std::vector<Possibility> possibilities(const Rules& rules, Pulls pulls) {
    std::vector<Possibility> result{
        {"pass", std::nullopt},
        {"timeout to restart", Timeout{Due::Why::restart}},
        {"timeout to restart, start fails", Timeout{Due::Why::restart}, false},
        {"timeout of a drain", Timeout{Due::Why::drain_over}},
        {"timeout of a step", Timeout{Due::Why::next_step}},
        {"timeout to kill", Timeout{Due::Why::kill}},
        {"timeout of readiness", Timeout{Due::Why::not_ready}},
        {"timeout of a proof", Timeout{Due::Why::proved}},
        {"ready", Ready{}},
        {"asks for half a second", Extend{present.boot + 500ms}},
        {"asks for three seconds", Extend{present.boot + 3s}},
        {"exit", Exited{Role::main, {ExitResult::Kind::exited, 0}}},
        {"exit, start fails", Exited{Role::main, {ExitResult::Kind::exited, 0}}, false},
        {"exit 7", Exited{Role::main, {ExitResult::Kind::exited, 7}}},
        {"exit 100", Exited{Role::main, {ExitResult::Kind::exited, 100}}},
        {"crash", Exited{Role::main, {ExitResult::Kind::signaled, 11}}},
        {"exit unborn", Exited{Role::main, {ExitResult::Kind::exited, 0}, false}},
        {"exit unborn, start fails", Exited{Role::main, {ExitResult::Kind::exited, 0}, false},
         false},
        {"link", Linked{true}},
        {"unlink", Linked{false}},
        {"new rules", Ruled{}},
        {"the gate shuts", Gate::shut},
        {"the gate opens", Gate::open},
        {"its needs are unmet", Gate::unmet},
        {"shutdown", Shutdown{}},
        {"drain", Drain{}},
        {"stray started", Started{Role::main, Pid(99), {}}},
        {"stray failure", StartFailed{Role::main, 1}},
    };
    if (rules.has_stop_command) {
        result.push_back({"stop command ends", StopCommandEnded{}});
        result.push_back({"timeout of the stop command", Timeout{Due::Why::prepared}});
    }
    if (rules.finish != 0) add_those_of_a_finish(result);
    if (pulls == Pulls::some) {
        result.push_back({"pulled", Pull{true}});
        result.push_back({"pulled, start fails", Pull{true}, false});
        result.push_back({"let go", Pull{false}});
    }
    for (const Command& command : commands) {
        std::string name = std::string("svc -") + command.letter;
        result.push_back({name, command, true, true});
        if (command.operation == Operation::up || command.operation == Operation::once)
            result.push_back({name + ", start fails", command, false, true});
    }
    return result;
}

struct Situation {
    Service service;
    Expectation expected;
};

// Equal keys: no event can tell the situations apart.
std::string key_of(const Situation& situation, const Rules& rules) {
    const Service& service = situation.service;
    std::string key;
    auto add = [&](auto value) { key.push_back(static_cast<char>(value)); };
    auto age = [&](Time time) { add(std::min<Duration>(present.boot - time, horizon) / quantum); };
    for (bool flag : {service.paused, service.exit_requested, service.shutting_down, service.linked,
                      service.signalled, service.gate != Gate::open, service.started.has_value(),
                      service.decided, service.pulled, service.says_ready, service.lost_needs,
                      service.ready_since.has_value()})
        add(flag);
    add(service.replaced);
    add(service.stop_step);
    add(service.state);
    add(service.want);
    add(service.process.pid);
    add(service.last.kind);
    add(Expectation::cut(rules, service.streak));
    age(std::max(service.started.value_or(Time::min()), present.boot - Expectation::memory(rules)));
    if (service.ready_since)
        age(std::max(*service.ready_since, present.boot - Expectation::proof(rules)));
    age(std::max(service.asked_until.value_or(present.boot), present.boot));
    bool told_matters = service.state == State::preparing || service.state == State::stopping ||
                        service.state == State::draining;
    const Time oldest = present.boot - patience(rules);
    if (told_matters) age(std::max(service.stop_requested_at, oldest));
    if (service.state == State::finishing) age(std::max(service.changed.boot, oldest));
    situation.expected.add_to_key(add, [&](Time time) { age(std::max(time, oldest)); });
    return key;
}

void let_pass(Situation& situation, Duration time) {
    auto older = [&](Time& moment) { moment = std::max(moment - time, present.boot - horizon); };
    Service& service = situation.service;
    older(service.stop_requested_at);
    older(service.changed.boot);
    if (service.started) older(*service.started);
    if (service.ready_since) older(*service.ready_since);
    if (service.asked_until) older(*service.asked_until);
    situation.expected.let_pass(older);
}

class Walker {
  public:
    Walker(const Step& step, const Rules& rules, Pulls pulls)
        : step_(step), rules_(rules), pulls_(pulls), possibilities_(possibilities(rules, pulls)) {
        for (bool normally_down : {false, true}) {
            Situation first{fresh(normally_down, present), Expectation(normally_down, rules)};
            visit(first, normally_down ? "begin, normally down" : "begin", std::nullopt);
        }
    }

    Walk walk() {
        for (size_t next = 0; next < search_.size() && !result_.violation; ++next) {
            for (const Possibility& each : possibilities_) go(next, each);
        }
        result_.situations = search_.size();
        result_.depth = search_.depth();
        return result_;
    }

  private:
    void go(size_t from, const Possibility& what) {
        if (result_.violation) return;
        Situation situation = search_.at(from);
        // A supervision that is over is forgotten, unless the write that ended it goes on.
        if (finished(situation.service) && !what.same_write) return;
        const auto* exited = what.event ? std::get_if<Exited>(&*what.event) : nullptr;
        const bool runs = exited != nullptr && exited->role == Role::finish
                              ? situation.expected.finish_runs()
                              : situation.expected.alive();
        if (exited != nullptr && !runs) return;
        ++result_.steps;
        std::string broken;
        if (what.event) {
            broken = happen(situation, what);
        } else {
            let_pass(situation, quantum);
        }
        if (pulls_ == Pulls::none) {
            situation.service.decided = false;
            situation.expected.forget_decisions();
        }
        if (broken.empty()) broken = visit(situation, what.name, from);
        if (!broken.empty())
            result_.violation = broken + "\nafter: " + search_.path(from) + what.name;
    }

    std::string happen(Situation& situation, const Possibility& what) {
        Service& service = situation.service;
        Expectation& expected = situation.expected;
        expected.before(*what.event);
        for (const Effect& effect : step_(service, rules_, *what.event, present)) {
            std::string broken = expected.effect(effect, *what.event);
            if (!broken.empty()) return broken;
            const auto* start = std::get_if<core::Start>(&effect);
            if (start == nullptr) continue;
            Event answer = StartFailed{start->role, 2};
            if (what.start_succeeds) answer = Started{start->role, Pid(1), present};
            expected.before(answer);
            if (!step_(service, rules_, answer, present).empty())
                return "an effect of a start's answer";
        }
        return {};
    }

    // What is due happens, and then is due no more: nothing spins. Who wants to be up comes up.
    std::string check_timeout(const Situation& situation) {
        Situation later = situation;
        auto due = next_due(later.service, rules_);
        if (!due || finished(later.service)) return {};
        if (due->at > present.boot) let_pass(later, due->at - present.boot);
        Service before = later.service;
        Effects effects = step_(later.service, rules_, Timeout{due->why}, present);
        if (later.service == before) return "a deadline at which nothing happens";
        bool starts = effects == Effects{core::Start{Role::main}};
        if (before.state == State::waiting && !starts) return "due to start, and does not";
        return {};
    }

    // Takes note of a situation; if it is new, says what is wrong with it.
    std::string visit(const Situation& situation, const std::string& by,
                      std::optional<size_t> from) {
        if (!search_.add(key_of(situation, rules_), situation, by, from)) return {};
        std::string broken = situation.expected.check(situation.service);
        return broken.empty() ? check_timeout(situation) : broken;
    }

    const Step& step_;
    const Rules& rules_;
    const Pulls pulls_;
    const std::vector<Possibility> possibilities_;
    Search<Situation> search_;
    Walk result_;
};

}  // namespace

Walk walk(const Step& step, const Rules& rules, Pulls pulls) {
    return Walker(step, rules, pulls).walk();
}

}  // namespace hf::test
