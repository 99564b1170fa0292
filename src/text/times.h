// SPDX-License-Identifier: MIT
// Times as people write and read them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "format/tai64n.h"

namespace hf::text {

// "90s", "10m", "1h30m", "3 days ago" (so long before now), "now", "today", "yesterday", "14:30",
// "2026-01-31", "2026-01-31 14:30:05", or a label "@4000...". None if it is no time. `now`: seconds
// since 1970.
std::optional<format::Tai64n> time_from(std::string_view text, long now, bool utc);

// "2026-01-31 14:30:05.123456".
std::string time_text(format::Tai64n time, bool utc);

// Local time for a sentence: "14:30:05", with the date if that is not today's.
std::string clock_words(format::Tai64n time, long now);

}  // namespace hf::text
