// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace hf::cli {

// What a person sees: no colour where it is not wanted or nobody looks (NO_COLOR, no terminal).
bool wants_colour(int fd);

// To standard output, as it is. False if nobody reads any more.
bool say(std::string_view text);

}  // namespace hf::cli
