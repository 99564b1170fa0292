// SPDX-License-Identifier: MIT
// When somebody is told of what a service does: derived from the state before and after an event,
// as notes are.
#pragma once

#include <cstdint>
#include <vector>

#include "core/service.h"

namespace hf::core {

enum class Hook {
    trouble,  // it has failed so often in a row
    well,     // ... and has proved since that it does not any more
    ready,    // it is good for those that need it
    down,     // it rests
};
inline constexpr std::size_t hook_kinds = 4;

// So many failures in a row are trouble.
inline constexpr std::uint16_t trouble_streak = 3;

// What `event` has led to, from `before` to `after`. That a person or new rules begin anew is no
// proof that it is well.
std::vector<Hook> hooks(const Service& before, const Event& event, const Service& after,
                        const Rules& rules);

}  // namespace hf::core
