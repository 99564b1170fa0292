// SPDX-License-Identifier: MIT
// The exhaustive walk: every sequence of events through step(), not by trying sequences but by
// finding every situation that any of them can lead to. Equal situations are merged, so there is an
// end, and what holds in each of them holds after every sequence of whatever length.
//
// A situation is the service and, beside it, what a person who only saw the orders, the starts and
// the deaths would expect of it. Times are ages, cut off where they stop to matter.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/service.h"

namespace hf::test {

using Step = std::function<core::Effects(core::Service&, const core::Rules&, const core::Event&,
                                         const core::Moment& now)>;

struct Walk {
    size_t situations = 0;
    size_t steps = 0;
    size_t depth = 0;                      // of the situation that is farthest from the beginning
    std::optional<std::string> violation;  // what broke, and the events that lead there
};

// Whether others pull the service up, which doubles the situations.
enum class Pulls { none, some };

// Walks until there is nothing new, or an invariant is broken, for a service of such `rules`.
Walk walk(const Step& step, const core::Rules& rules, Pulls pulls = Pulls::none);

}  // namespace hf::test
