// SPDX-License-Identifier: MIT
// What the tests of the walk expect: nothing is wrong, and every planted bug is found.
#pragma once

#include <gtest/gtest.h>

#include <iostream>
#include <span>
#include <variant>

#include "walk.h"

namespace hf::test {

inline bool is_order(const core::Event& event, char letter) {
    const auto* command = std::get_if<core::Command>(&event);
    return command != nullptr && command->letter == letter;
}

// One of the kind that one would really make: step() with something wrong.
struct PlantedBug {
    const char* name;
    core::Rules rules;
    Step step;
};

// step() of something else than what is told, or of a service that is changed before or after.
inline Step before(auto change) {
    return [change](core::Service& service, const core::Rules& rules, const core::Event& event,
                    const core::Moment& now) {
        change(service, event, now);
        return core::step(service, rules, event, now);
    };
}
inline Step after(auto change) {
    return [change](core::Service& service, const core::Rules& rules, const core::Event& event,
                    const core::Moment& now) {
        const core::Service old = service;
        core::Effects effects = core::step(service, rules, event, now);
        change(old, service, event, now);
        return effects;
    };
}
inline Step under_rules(auto change) {
    return [change](core::Service& service, const core::Rules& rules, const core::Event& event,
                    const core::Moment& now) {
        core::Rules others = rules;
        change(others, service, event);
        return core::step(service, others, event, now);
    };
}

inline void expect_no_violation(const core::Rules& rules, Pulls pulls = Pulls::none) {
    const Walk result = walk(core::step, rules, pulls);
    EXPECT_FALSE(result.violation) << *result.violation;
    EXPECT_GT(result.situations, 1000u);
    std::cout << result.situations << " situations, " << result.steps << " steps, all within "
              << result.depth << " events\n";
}

inline void expect_found(std::span<const PlantedBug> bugs, Pulls pulls = Pulls::none) {
    for (const PlantedBug& bug : bugs) {
        const Walk result = walk(bug.step, bug.rules, pulls);
        EXPECT_TRUE(result.violation) << bug.name;
        if (result.violation) std::cout << bug.name << ": " << *result.violation << "\n";
    }
}

}  // namespace hf::test
