// SPDX-License-Identifier: MIT
// A situation of a service and its logger, what may happen next, and what becomes of it: all that
// the engine does around core::Units, in small.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "walk_pairs.h"
#include "walk_pairs_expectation.h"

namespace hf::test {

// What stands in a directory.
struct Files {
    bool has_record = false;
    bool released = false;
    bool same_session = true;  // of the record: the guardian is still the same
    core::Service record{};
};

struct Situation {
    core::Units units{};
    Party party{};
    std::array<Files, 2> files{};
    bool has_log = true;  // the directory of the log exists
    bool halting = false;
    PairExpectation expected{};
};

struct Possibility {
    enum class What { tell, timeout, exit, take, link, unlink, add_log, remove_log, halt, crash };
    std::string name;
    What what;
    std::optional<core::UnitId> Party::*whom = nullptr;  // of `tell`, `timeout` and `take`
    std::vector<core::Event> events{};                   // of `tell` and `exit`: at once
    bool succeeds = true;          // the start, or the claim; of `crash`: the guardian goes on
    Place place = Place::service;  // of `exit`
    bool is_early = false;         // ... soon after the start
};
std::vector<Possibility> possibilities();
bool is_possible(const Situation& situation, const Possibility& what);

// `what` happens. Empty, or what is wrong with that.
std::string play(Situation& situation, const Possibility& what, const Next& next);

}  // namespace hf::test
