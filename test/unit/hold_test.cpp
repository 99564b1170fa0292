// SPDX-License-Identifier: MIT
// The table in core/unit.h, compared cell by cell with change().
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/unit.h"

using namespace hf::core;
using namespace std::chrono_literals;

namespace {

constexpr std::array holds{
    std::pair{"untried", Hold::untried},
    std::pair{"refused", Hold::refused},
    std::pair{"held", Hold::held},
    std::pair{"released", Hold::released},
};
constexpr std::array events{
    std::pair{"taken", HoldEvent::taken},       std::pair{"refused", HoldEvent::refused},
    std::pair{"released", HoldEvent::released}, std::pair{"recalled", HoldEvent::recalled},
    std::pair{"unsaved", HoldEvent::unsaved},
};
constexpr Time now{100h};

// As a cell of the table has it.
std::string cell_of(Hold hold, HoldEvent event) {
    Unit unit{.hold = hold};
    change(unit, event, now);
    std::string cell;
    for (auto [name, value] : holds) {
        if (value == unit.hold) cell = name;
    }
    if (unit.retry_at == Time{}) return cell;
    auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(unit.retry_at - now);
    return cell + "[" + std::to_string(delay.count()) + "]";
}

// The words of the rows of the table.
std::vector<std::vector<std::string>> rows() {
    std::vector<std::vector<std::string>> result;
    std::ifstream header(HF_SOURCE_DIR "/src/core/unit.h");
    for (std::string line; std::getline(header, line);) {
        std::istringstream words(line);
        std::string slashes, name, bar;
        if (!(words >> slashes >> name >> bar) || bar != "|" || name == "event") continue;
        auto& row = result.emplace_back(1, name);
        for (std::string cell; words >> cell;) row.push_back(cell);
    }
    return result;
}

TEST(Hold, IsAsItsTableSays) {
    auto table = rows();
    ASSERT_EQ(table.size(), events.size());
    for (size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(table[i].at(0), events[i].first);
        ASSERT_EQ(table[i].size(), 1 + holds.size());
        for (size_t j = 0; j < holds.size(); ++j) {
            const std::string& cell = table[i][1 + j];
            if (cell == "-") continue;
            EXPECT_EQ(cell_of(holds[j].second, events[i].second), cell)
                << events[i].first << " of " << holds[j].first;
        }
    }
}

TEST(Hold, WaitsTwiceAsLongAfterEachRefusal) {
    Unit unit;
    for (auto expected : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
        change(unit, HoldEvent::refused, now);
        EXPECT_EQ(unit.retry_at, now + expected);
    }
    change(unit, HoldEvent::taken, now);
    change(unit, HoldEvent::refused, now);
    EXPECT_EQ(unit.retry_at, now + 100ms);
}

TEST(Hold, KnowsOfWhatIsNotHeldOnlyWhetherItIsLinked) {
    Unit unit{.hold = Hold::held};
    unit.service.linked = false;
    unit.service.state = State::down;
    unit.service.starts = 7;
    change(unit, HoldEvent::released, now);
    Service nothing;
    nothing.linked = false;
    EXPECT_EQ(unit.service, nothing);
}

}  // namespace
