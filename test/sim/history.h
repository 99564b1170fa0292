// SPDX-License-Identifier: MIT
// One history of a simulated machine, from beginning to end: what people, programs and bad luck do
// to it, and engines that follow one another over the same world. All of it follows from a seed.
#pragma once

#include <string>

#include "world.h"

namespace hf::test {

struct Plot {
    std::string scenario = "random";  // or the name of a fixed one
    std::uint64_t seed = 1;
    std::uint64_t crash_before = 0;  // the number of a call
    std::uint64_t crash_after = 0;
    std::uint64_t fail_at = 0;
    Bug bug = Bug::none;
    bool verbose = false;
};

struct Outcome {
    std::string violation;  // empty: none
    bool met = true;        // the call that the plot names, and it could crash there, or fail
    std::uint64_t calls = 0;
    std::uint64_t crashes = 0;
    std::uint64_t exits = 0;
    std::uint64_t faults = 0;
    Tally laws;
    core::Duration time{};
};

Outcome play(const Plot& plot);

// The fixed scenarios.
std::vector<std::string> scenarios();

}  // namespace hf::test
