// SPDX-License-Identifier: MIT
// Numbers as users write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hf::text {

// The value of a string of decimal digits; none if anything else is in it. An empty string is 0,
// as it always was for softlimit. What is too large reads as the largest value, never wraps.
std::optional<std::uint64_t> decimal(std::string_view digits);

}  // namespace hf::text
