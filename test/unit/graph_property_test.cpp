// SPDX-License-Identifier: MIT
// Random graphs of needs, up to 2,000 services that start, say they are ready, die and are told
// otherwise, one at a time. What core::Graph says is done; then everybody was told what is true.
#include "core/graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace hf::core;
using namespace std::chrono_literals;

namespace {

enum class Kind { acyclic, any };

struct One {
    bool is_there = true;
    bool own_want = true;  // what its administrator wants
    bool runs = false;
    bool good = false;
    bool failed = false;
    // what it was told last
    Gate gate = Gate::asked;
    bool pulled = false;
    bool halted = false;
    // its edges; the last place stands for a name that nobody has
    std::vector<size_t> needs{};
    std::vector<size_t> wants{};
    std::vector<size_t> after{};
    std::optional<Time> waits_since{};

    bool wanted() const { return !halted && (own_want || pulled); }
    bool may_start() const { return is_there && wanted() && !runs && gate == Gate::open; }
};

class Play {
  public:
    Play(unsigned seed, size_t size, Kind kind)
        : random_(seed), kind_(kind), all_(size), named_by_(size + 1) {
        for (size_t i = 0; i < size; ++i) wire(i);
        for (size_t i = 0; i < size; ++i) graph_.changed(name(i), std::nullopt, standing(i));
        graph_.begin();
        obey();
        check();
    }

    // Anything happens, so many times. Of many services not all are looked at each time.
    void disturb(size_t times) {
        for (; times > 0 && wrong.empty(); --times) {
            happen(pick(all_.size()));
            obey();
            if (times % (1 + all_.size() / 50) == 0) check();
        }
        check();
    }

    // All are to be up and nobody fails any more: whoever can gets there.
    void calm() {
        for (size_t i = 0; i < all_.size(); ++i) {
            change(i, [](One& one) { one.own_want = true; });
            obey();
        }
        check();
        while (wrong.empty() && (advance() || wait())) check();
        const std::vector<char> can = those_that_can();
        for (size_t i = 0; i < all_.size(); ++i)
            if (can[i] != 0 && !all_[i].good) fail("waits for ever", i);
    }

    void halt() {
        std::vector<std::string> names;
        for (size_t i = 0; i < all_.size(); ++i)
            if (all_[i].is_there) names.push_back(name(i));
        is_halting_ = true;
        graph_.halt(names);
        obey();
        while (wrong.empty() && some_go_on()) {
        }
        for (size_t i = 0; i < all_.size(); ++i) {
            const bool is_left = all_[i].is_there && !all_[i].halted;
            if (is_left && kind_ == Kind::acyclic) fail("was never told to end", i);
            if (is_left && !is_named_by_a_running(i)) fail("could be told to end", i);
        }
    }

    std::string wrong;  // empty: nothing

  private:
    size_t pick(size_t below) {
        return std::uniform_int_distribution<size_t>(0, below - 1)(random_);
    }
    bool one_in(size_t n) { return pick(n) == 0; }

    static std::string name(size_t i) { return "s" + std::to_string(i); }

    void fail(const char* what, size_t i) {
        if (wrong.empty()) wrong = name(i) + " " + what;
    }

    std::optional<Standing> standing(size_t i) const {
        if (i >= all_.size() || !all_[i].is_there) return std::nullopt;
        const One& one = all_[i];
        const bool is_down = !one.runs && !one.wanted();
        return Standing{.good = one.good,
                        .settled = one.good || is_down || one.failed,
                        .wanted = one.wanted(),
                        .runs = one.runs};
    }

    template <typename Do>
    void change(size_t i, Do what) {
        const auto before = standing(i);
        what(all_[i]);
        const auto now = standing(i);
        if (before != now) graph_.changed(name(i), before, now);
    }

    // ---- the edges ----

    void wire(size_t i) {
        One& one = all_[i];
        const auto before = std::tuple(one.needs, one.wants, one.after);
        for (auto* list : {&one.needs, &one.wants, &one.after})
            for (size_t other : std::exchange(*list, {})) std::erase(named_by_[other], i);
        for (auto* list : {&one.needs, &one.wants, &one.after}) {
            const size_t below = kind_ == Kind::acyclic ? i : all_.size();
            for (size_t n = below == 0 ? 0 : pick(3); n > 0; --n)
                list->push_back(one_in(20) ? all_.size() : pick(below));
            for (size_t other : *list) named_by_[other].push_back(i);
        }
        if (std::tie(one.needs, one.wants, one.after) != before) one.waits_since.reset();
        if (one.is_there) set(i);
    }

    void set(size_t i) {
        Waits waits{.wants_wait = limit};
        auto put = [](const std::vector<size_t>& from, std::vector<std::string>& into) {
            for (size_t each : from) into.push_back(name(each));
        };
        put(all_[i].needs, waits.needs);
        put(all_[i].wants, waits.wants);
        put(all_[i].after, waits.after);
        graph_.set(UnitId(i), name(i), waits);
        all_[i].gate = graph_.gate(UnitId(i), now_);
    }

    // ---- what happens ----

    void happen(size_t i) {
        const One& one = all_[i];
        const size_t what = pick(20);
        if (what == 0) {
            check();
            now_ += pick(20) * 1s;
            ask_who_is_due();
        } else if (what == 1) {
            wire(i);
        } else if (what == 2) {
            one.is_there ? vanish(i) : appear(i);
        } else if (what < 6) {
            change(i, [](One& self) { self.own_want = !self.own_want; });
        } else if (what < 9 && one.runs && one.wanted()) {
            change(i, [](One& self) { self.runs = self.good = false, self.failed = true; });
        } else {
            go_on(i);
        }
    }

    void vanish(size_t i) {
        graph_.remove(UnitId(i));
        change(i, [](One& one) {
            one.is_there = one.runs = one.good = one.failed = one.pulled = false;
            one.waits_since.reset();
        });
    }

    void appear(size_t i) {
        change(i, [](One& one) { one.is_there = true; });
        set(i);
    }

    // One step towards where it is to be; false if there is none.
    bool go_on(size_t i) {
        const One& one = all_[i];
        if (!one.is_there) return false;
        if (one.may_start()) {
            if (!are_good(one.needs)) fail("starts before what it needs is good", i);
            change(i, [](One& self) { self.runs = true; });
        } else if (one.runs && !one.wanted()) {
            change(i, [](One& self) { self.runs = self.good = false; });
        } else if (one.runs && !one.good) {
            change(i, [](One& self) { self.good = true, self.failed = false; });
        } else {
            return false;
        }
        return true;
    }

    bool advance() {
        bool moved = false;
        const size_t first = pick(all_.size());
        for (size_t i = 0; i < all_.size(); ++i) {
            if (!go_on((first + i) % all_.size())) continue;
            obey();
            moved = true;
        }
        return moved;
    }

    bool wait() {
        for (size_t i = 0; i < all_.size(); ++i) {
            if (all_[i].gate != Gate::shut || !graph_.gate_due(UnitId(i))) continue;
            now_ += limit;
            ask_who_is_due();
            return true;
        }
        return false;
    }

    void ask_who_is_due() {
        for (size_t i = 0; i < all_.size(); ++i) {
            const auto due = graph_.gate_due(UnitId(i));
            if (due && *due <= now_) all_[i].gate = graph_.gate(UnitId(i), now_);
        }
    }

    // In any order; false if nobody can any more.
    bool some_go_on() {
        bool moved = false;
        for (size_t i = 0; i < all_.size(); ++i) {
            if (one_in(2) || !go_on(i)) continue;
            obey();
            moved = true;
        }
        return moved || advance();
    }

    // ---- what the graph says ----

    void obey() {
        size_t said = 0;
        while (auto task = graph_.next()) {
            if (++said > most_said) return fail("is spoken of for ever", 0);
            using What = Graph::Task::Kind;
            const size_t i = task->kind == What::look ? static_cast<size_t>(task->unit)
                                                      : std::stoul(task->name.substr(1));
            if (i >= all_.size() || !all_[i].is_there) continue;
            all_[i].gate = graph_.gate(UnitId(i), now_);
            if (task->kind == What::pull) {
                const bool pulled = graph_.is_pulled(name(i));
                change(i, [=](One& one) { one.pulled = pulled; });
            } else if (task->kind == What::halt) {
                if (!is_halting_ || is_named_by_a_running(i)) fail("is told to end too early", i);
                change(i, [](One& one) { one.halted = true; });
            }
        }
    }

    // ---- what is true, seen without the graph ----

    bool are_good(const std::vector<size_t>& list) const {
        return std::ranges::all_of(list, [&](size_t i) { return i < all_.size() && all_[i].good; });
    }

    bool are_settled(const std::vector<size_t>& list) const {
        return std::ranges::all_of(list, [&](size_t i) {
            const auto its = standing(i);
            return !its || its->settled;
        });
    }

    bool is_named_by_a_running(size_t i) const {
        return std::ranges::any_of(named_by_[i], [&](size_t by) { return all_[by].runs; });
    }

    bool should_be_pulled(size_t i) const {
        return std::ranges::any_of(named_by_[i], [&](size_t by) {
            const One& one = all_[by];
            const bool pulls =
                std::ranges::count(one.needs, i) != 0 || std::ranges::count(one.wants, i) != 0;
            return pulls && one.is_there && (one.wanted() || one.runs);
        });
    }

    void check() {
        for (size_t i = 0; i < all_.size(); ++i) {
            if (!all_[i].is_there) continue;
            check_gate(i);
            if (all_[i].pulled != should_be_pulled(i))
                fail("was not told of a pull, or its end", i);
        }
    }

    void check_gate(size_t i) {
        One& one = all_[i];
        const bool has_needs = are_good(one.needs);
        if (!has_needs || (are_settled(one.wants) && are_settled(one.after))) {
            one.waits_since.reset();
            if (one.gate != (has_needs ? Gate::open : Gate::unmet)) fail("has another gate", i);
            return;
        }
        if (!one.waits_since) one.waits_since = now_;
        if (one.gate == Gate::open && now_ < *one.waits_since + limit) fail("waits too short", i);
        if (one.gate == Gate::unmet) fail("has another gate", i);
        const auto due = graph_.gate_due(UnitId(i));
        if (one.gate == Gate::shut && (!due || *due <= now_ || *due > now_ + limit))
            fail("waits too long", i);
    }

    // Those whose needs lead to no cycle, and to nothing that is not there.
    std::vector<char> those_that_can() const {
        std::vector<char> can(all_.size() + 1, 0);
        for (bool more = true; std::exchange(more, false);) {
            for (size_t i = 0; i < all_.size(); ++i) {
                if (can[i] != 0 || !all_[i].is_there) continue;
                if (!std::ranges::all_of(all_[i].needs, [&](size_t n) { return can[n] != 0; }))
                    continue;
                can[i] = 1;
                more = true;
            }
        }
        return can;
    }

    static constexpr Duration limit = 10s;
    static constexpr size_t most_said = 1'000'000;

    std::mt19937 random_;
    Kind kind_;
    Graph graph_{[this](const std::string& each) { return standing(std::stoul(each.substr(1))); }};
    std::vector<One> all_;
    std::vector<std::vector<size_t>> named_by_;
    Time now_{12h};
    bool is_halting_ = false;
};

std::string play(unsigned seed, size_t size, size_t times, Kind kind) {
    Play play(seed, size, kind);
    play.disturb(times);
    play.calm();
    play.halt();
    return play.wrong;
}

}  // namespace

TEST(GraphProperty, SmallGraphs) {
    for (unsigned seed = 1; seed <= 500; ++seed) {
        const size_t size = 1 + seed % 12;
        EXPECT_EQ(play(seed, size, 100, Kind::acyclic), "") << "seed " << seed;
        EXPECT_EQ(play(seed, size, 100, Kind::any), "") << "seed " << seed;
    }
}

TEST(GraphProperty, TwoThousandServices) {
    for (unsigned seed = 1; seed <= 2; ++seed) {
        EXPECT_EQ(play(seed, 2000, 3000, Kind::acyclic), "") << "seed " << seed;
        EXPECT_EQ(play(seed, 2000, 3000, Kind::any), "") << "seed " << seed;
    }
}
