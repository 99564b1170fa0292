// SPDX-License-Identifier: MIT
// The exhaustive walk of a pair: a service and its logger, joined by the bond of the log, under
// every sequence of what can happen to either, to the directories that they stand in, to the
// supervision as a whole and to the engine, which may die whenever it waits.
//
// That a service alone does what it should is what the walk in walk.h proves. So here situations
// are one that differ in nothing that matters to a bond: in ages, pauses and numbers of signals.
#pragma once

#include <functional>
#include <optional>

#include "core/bonds.h"
#include "walk.h"

namespace hf::test {

using Next = std::function<std::optional<core::Action>(core::Units&)>;

// Walks until there is nothing new, or the law of the pair is broken.
Walk walk_pairs(const Next& next);

}  // namespace hf::test
