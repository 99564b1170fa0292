// SPDX-License-Identifier: MIT
#include "core/graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace hf::core;
using namespace std::chrono_literals;

namespace {

constexpr Standing good{.good = true, .settled = true, .wanted = true, .runs = true};
constexpr Standing on_its_way{.wanted = true};
constexpr Standing down{.settled = true};
constexpr Time noon(12h);

// Services by name, and a graph that looks at them.
class Some {
  public:
    Graph graph{[this](const std::string& name) {
        const auto place = standings_.find(name);
        return place == standings_.end() ? std::nullopt : std::optional(place->second);
    }};

    void stand(const std::string& name, std::optional<Standing> now) {
        const auto old = standings_.find(name);
        const auto before = old == standings_.end() ? std::nullopt : std::optional(old->second);
        if (now)
            standings_[name] = *now;
        else
            standings_.erase(name);
        graph.changed(name, before, now);
    }

    // What is to be done, in any order: "look 1", "pull db", "halt db".
    std::vector<std::string> tasks() {
        std::vector<std::string> result;
        while (auto task = graph.next()) {
            using Kind = Graph::Task::Kind;
            if (task->kind == Kind::look)
                result.push_back("look " + std::to_string(static_cast<unsigned>(task->unit)));
            else
                result.push_back((task->kind == Kind::pull ? "pull " : "halt ") + task->name);
        }
        return result;
    }

  private:
    std::map<std::string, Standing> standings_;
};

constexpr UnitId app{1};
constexpr UnitId other{2};

}  // namespace

TEST(Graph, WhoWaitsForNobodyMayStart) {
    Some some;
    EXPECT_EQ(some.graph.gate(app, noon), Gate::open);
    some.graph.begin();
    EXPECT_EQ(some.graph.gate(app, noon), Gate::open);
}

TEST(Graph, NothingIsSaidBeforeAllIsKnown) {
    Some some;
    some.graph.set(app, "app", {.needs = {"db"}});
    some.stand("db", good);
    EXPECT_EQ(some.graph.gate(app, noon), Gate::asked);
    EXPECT_TRUE(some.tasks().empty());
    some.graph.begin();
    EXPECT_EQ(some.graph.gate(app, noon), Gate::open);
    EXPECT_FALSE(some.tasks().empty());
}

TEST(Graph, EveryNeedMustBeGood) {
    Some some;
    some.graph.begin();
    some.graph.set(app, "app", {.needs = {"db", "migrate"}});
    EXPECT_EQ(some.graph.gate(app, noon), Gate::unmet);
    some.stand("db", good);
    EXPECT_EQ(some.graph.gate(app, noon), Gate::unmet);
    some.stand("migrate", on_its_way);
    EXPECT_EQ(some.graph.gate(app, noon), Gate::unmet);
    some.stand("migrate", good);
    EXPECT_EQ(some.graph.gate(app, noon), Gate::open);
    some.stand("db", std::nullopt);
    EXPECT_EQ(some.graph.gate(app, noon), Gate::unmet);
}

TEST(Graph, WhatIsWantedIsWaitedForForAWhile) {
    Some some;
    some.graph.begin();
    some.graph.set(app, "app", {.wants = {"db", "nothing"}, .after = {"mail"}, .wants_wait = 10s});
    EXPECT_EQ(some.graph.gate(app, noon), Gate::open);
    some.stand("db", on_its_way);
    EXPECT_EQ(some.graph.gate(app, noon), Gate::shut);
    EXPECT_EQ(some.graph.gate_due(app), noon + 10s);
    some.stand("db", down);
    EXPECT_EQ(some.graph.gate(app, noon + 1s), Gate::open);
    EXPECT_EQ(some.graph.gate_due(app), std::nullopt);
    some.stand("mail", on_its_way);
    EXPECT_EQ(some.graph.gate(app, noon + 2s), Gate::shut);
    EXPECT_EQ(some.graph.gate(app, noon + 12s - 1ns), Gate::shut);
    EXPECT_EQ(some.graph.gate(app, noon + 12s), Gate::open);
}

TEST(Graph, WhoWaitsIsLookedAtWhenWhatItWaitsForChanges) {
    Some some;
    some.graph.begin();
    some.graph.set(app, "app", {.needs = {"db"}});
    some.graph.set(other, "other", {.after = {"db"}});
    some.tasks();
    some.stand("db", good);
    auto tasks = some.tasks();
    std::ranges::sort(tasks);
    EXPECT_EQ(tasks, (std::vector<std::string>{"look 1", "look 2", "pull db"}));
    some.stand("nobody's", good);
    EXPECT_TRUE(some.tasks().empty());
    some.graph.remove(other);
    some.tasks();
    some.stand("db", down);
    EXPECT_EQ(some.tasks(), std::vector<std::string>{"look 1"});
}

TEST(Graph, WhoIsToBeUpPullsWhatItNeedsOrWants) {
    Some some;
    some.graph.begin();
    some.graph.set(app, "app", {.needs = {"db"}, .wants = {"cache"}, .after = {"mail"}});
    EXPECT_FALSE(some.graph.is_pulled("db"));
    some.stand("app", on_its_way);
    EXPECT_TRUE(some.graph.is_pulled("db"));
    EXPECT_TRUE(some.graph.is_pulled("cache"));
    EXPECT_FALSE(some.graph.is_pulled("mail"));
    some.stand("app", Standing{.settled = true, .runs = true});  // told to end, and has not yet
    EXPECT_TRUE(some.graph.is_pulled("db"));
    some.stand("app", down);
    EXPECT_FALSE(some.graph.is_pulled("db"));
}

TEST(Graph, WhatComesLaterIsPulled) {
    Some some;
    some.graph.begin();
    some.graph.set(app, "app", {.needs = {"db"}});
    some.stand("app", on_its_way);
    some.tasks();
    some.stand("db", down);
    auto tasks = some.tasks();
    std::ranges::sort(tasks);
    EXPECT_EQ(tasks, (std::vector<std::string>{"look 1", "pull db"}));
}

TEST(Graph, WhoHasNoNameWaitsAndPullsNobody) {
    Some some;
    some.graph.begin();
    some.graph.set(app, "", {.needs = {"db"}});
    EXPECT_EQ(some.graph.gate(app, noon), Gate::unmet);
    EXPECT_FALSE(some.graph.is_pulled("db"));
}

TEST(Graph, EverythingStopsInReverseOrder) {
    Some some;
    some.graph.begin();
    some.graph.set(app, "app", {.needs = {"db"}});
    some.stand("app", good);
    some.stand("db", good);
    some.tasks();
    some.graph.halt({"app", "db"});
    EXPECT_EQ(some.tasks(), std::vector<std::string>{"halt app"});
    some.stand("app", down);
    EXPECT_EQ(some.tasks(), std::vector<std::string>{"halt db"});
}

TEST(Graph, WhoIsRemovedIsWaitedForNoMoreAtTheEnd) {
    Some some;
    some.graph.begin();
    some.graph.set(app, "app", {.needs = {"db"}});
    some.stand("app", good);
    some.stand("db", good);
    some.tasks();
    some.graph.halt({"db"});
    EXPECT_TRUE(some.tasks().empty());
    some.graph.remove(app);
    some.stand("app", std::nullopt);
    EXPECT_EQ(some.tasks(), std::vector<std::string>{"halt db"});
}
