// SPDX-License-Identifier: MIT
#include "core/hooks.h"

namespace hf::core {

std::vector<Hook> hooks(const Service& before, const Event& event, const Service& after,
                        const Rules& rules) {
    std::vector<Hook> found;
    const bool had_trouble = before.streak >= trouble_streak;
    const bool begins_anew =
        std::holds_alternative<Command>(event) || std::holds_alternative<Ruled>(event);
    if (!had_trouble && after.streak >= trouble_streak) found.push_back(Hook::trouble);
    if (had_trouble && after.streak == 0 && !begins_anew) found.push_back(Hook::well);
    if (!is_good(before, rules) && is_good(after, rules)) found.push_back(Hook::ready);
    if (before.state != State::down && after.state == State::down) found.push_back(Hook::down);
    return found;
}

}  // namespace hf::core
