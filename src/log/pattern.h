// SPDX-License-Identifier: MIT
// multilog's own patterns. They are simpler than shell patterns on purpose: a star skips to the
// first occurrence of the character after it and never tries again. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace hf::log {

// Only so much of a line takes part in matching; a longer line counts as its first bytes alone.
constexpr size_t match_window = 1000;

// Whether `pattern` matches all of `text`. A character other than the star matches itself, a star
// at the end matches any rest, and a star before C everything up to the first C. There is no
// escape:
// `**` skips to a literal star and is then at a star again.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace hf::log
