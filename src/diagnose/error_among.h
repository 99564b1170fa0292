// SPDX-License-Identifier: MIT
// Which of the last lines of a program is its error: the cause, not what it says after that. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace hf::diagnose {

// Whether the line may be the error: not a line of a trace, which names where.
bool looks_like_error(std::string_view line);

// The place of the error among these lines, which are in the order in which they were written: the
// last of those that say most plainly that they are it. None if no line looks like an error.
std::optional<size_t> error_among(const std::vector<std::string_view>& lines);

// Of what came before the error, of what follows from it, or of no consequence: "[warn]", "shutting
// down".
bool is_aside(std::string_view line);

}  // namespace hf::diagnose
