// SPDX-License-Identifier: MIT
// "Did you mean ...?" Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hf::text {

// The one of `known` that is nearest to `word`; empty if none is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

// How many letters to add, take away, replace or swap with the next.
size_t distance(std::string_view one, std::string_view other);

// The command of ours for a word that other programs have: "logs" for "tail"; empty if there is
// none.
std::string_view command_for_word(std::string_view word);

}  // namespace hf::text
