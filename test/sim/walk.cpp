// SPDX-License-Identifier: MIT
#include "walk.h"

#include <algorithm>
#include <deque>
#include <unordered_set>
#include <vector>

#include "expectation.h"

namespace hf::test {

namespace {

using namespace core;
using namespace std::chrono_literals;

constexpr Duration quantum = 500ms;  // every rule is a multiple of it
constexpr Duration horizon = 12s;    // no rule looks farther back

// What may happen next, and how to call it.
struct Possibility {
    std::string name;
    std::optional<Event> event;  // none: time passes
    bool start_succeeds = true;
    bool same_write = false;  // a letter: also possible right behind the one before
};

std::vector<Possibility> possibilities() {
    std::vector<Possibility> result{
        {"pass", std::nullopt},
        {"timeout", Timeout{}},
        {"timeout, start fails", Timeout{}, false},
        {"exit", Exited{{Ending::Kind::exited, 0}}},
        {"exit, start fails", Exited{{Ending::Kind::exited, 0}}, false},
        {"link", Linked{true}},
        {"unlink", Linked{false}},
        {"shutdown", Shutdown{}},
        {"drain", Drain{}},
        {"stray started", Started{Pid(99), {}}},
        {"stray failure", StartFailed{1}},
    };
    for (const Order& order : orders) {
        std::string name = std::string("svc -") + order.letter;
        result.push_back({name, order, true, true});
        if (order.wish == Wish::up || order.wish == Wish::once)
            result.push_back({name + ", start fails", order, false, true});
    }
    return result;
}

struct Situation {
    Service service;
    Expectation expected;
};

// Equal keys: no event can tell the situations apart.
std::string key_of(const Situation& situation) {
    const Service& service = situation.service;
    std::string key;
    auto add = [&](auto value) { key.push_back(static_cast<char>(value)); };
    auto age = [&](Time time) { add(std::min<Duration>(present.boot - time, horizon) / quantum); };
    for (bool flag : {service.paused, service.leaving, service.closing, service.linked,
                      service.asked, service.started.has_value()})
        add(flag);
    add(service.state);
    add(service.want);
    add(service.pid);
    add(service.last.kind);
    age(std::max(service.started.value_or(Time::min()), present.boot - 1s));
    bool told_matters = service.state == State::stopping || service.state == State::draining;
    if (told_matters) age(service.told);
    situation.expected.add_to_key(add, age);
    return key;
}

void let_pass(Situation& situation, Duration time) {
    auto older = [&](Time& moment) { moment = std::max(moment - time, present.boot - horizon); };
    Service& service = situation.service;
    older(service.told);
    older(service.changed.boot);
    if (service.started) older(*service.started);
    situation.expected.let_pass(older);
}

class Walker {
  public:
    Walker(const Step& step, std::optional<Duration> patience) : step_(step) {
        for (bool normally_down : {false, true}) {
            Situation first{fresh(normally_down, present), Expectation(normally_down)};
            first.service.rules.patience = patience;
            visit(first, normally_down ? "begin, normally down" : "begin", std::nullopt);
        }
    }

    Walk walk() {
        for (size_t next = 0; next < found_.size() && !result_.violation; ++next) {
            for (const Possibility& each : possibilities_) go(next, each);
        }
        result_.situations = found_.size();
        return result_;
    }

  private:
    struct Found {
        Situation situation;
        std::string by;  // the event that led here
        std::optional<size_t> from;
        size_t depth;
    };

    void go(size_t from, const Possibility& what) {
        if (result_.violation) return;
        Situation situation = found_[from].situation;
        // A supervision that is over is forgotten, unless the write that ended it goes on.
        if (finished(situation.service) && !what.same_write) return;
        if (what.event && std::holds_alternative<Exited>(*what.event) &&
            !situation.expected.alive())
            return;
        ++result_.steps;
        std::string broken;
        if (what.event) {
            broken = happen(situation, what);
        } else {
            let_pass(situation, quantum);
        }
        if (broken.empty()) broken = visit(situation, what.name, from);
        if (!broken.empty()) result_.violation = broken + "\nafter: " + path(from) + what.name;
    }

    std::string happen(Situation& situation, const Possibility& what) {
        Service& service = situation.service;
        Expectation& expected = situation.expected;
        expected.before(*what.event);
        for (const Effect& effect : step_(service, *what.event, present)) {
            std::string broken = expected.effect(effect, *what.event);
            if (!broken.empty()) return broken;
            if (!std::holds_alternative<core::Start>(effect)) continue;
            Event answer = StartFailed{2};
            if (what.start_succeeds) answer = Started{Pid(1), present};
            expected.before(answer);
            if (!step_(service, answer, present).empty()) return "an effect of a start's answer";
        }
        return {};
    }

    // What is due happens, and then is due no more: nothing spins. Who wants to be up comes up.
    std::string check_timeout(const Situation& situation) {
        Situation later = situation;
        auto due = deadline(later.service);
        if (!due || finished(later.service)) return {};
        if (*due > present.boot) let_pass(later, *due - present.boot);
        Service before = later.service;
        Effects effects = step_(later.service, Timeout{}, present);
        if (later.service == before) return "a deadline at which nothing happens";
        bool starts = effects == Effects{core::Start{}};
        if (before.state == State::waiting && !starts) return "due to start, and does not";
        return {};
    }

    // Takes note of a situation; if it is new, says what is wrong with it.
    std::string visit(const Situation& situation, const std::string& by,
                      std::optional<size_t> from) {
        if (!seen_.insert(key_of(situation)).second) return {};
        size_t depth = from ? found_[*from].depth + 1 : 0;
        result_.depth = std::max(result_.depth, depth);
        found_.push_back({situation, by, from, depth});
        std::string broken = situation.expected.check(situation.service);
        return broken.empty() ? check_timeout(situation) : broken;
    }

    std::string path(size_t to) const {
        const Found& found = found_[to];
        return (found.from ? path(*found.from) : "") + found.by + ", ";
    }

    const Step& step_;
    const std::vector<Possibility> possibilities_ = possibilities();
    std::deque<Found> found_;
    std::unordered_set<std::string> seen_;
    Walk result_;
};

}  // namespace

Walk walk(const Step& step, std::optional<Duration> patience) {
    return Walker(step, patience).walk();
}

}  // namespace hf::test
