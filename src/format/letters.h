// SPDX-License-Identifier: MIT
// What is written into a control FIFO: letters, and before them, from our own commands, the user
// who gives them: five bytes of seven bits, lowest first, each with the eighth bit set. A
// supervision that does not know them ignores such bytes. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/history.h"

namespace hf::format {

struct Letter {
    char letter;
    std::uint32_t user = unknown_caller;
    bool operator==(const Letter&) const = default;
};

std::string sender_prefix(std::uint32_t user);

// The letters in what was read; an announcement holds until the next.
std::vector<Letter> letters(std::string_view bytes);

}  // namespace hf::format
