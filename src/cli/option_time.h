// SPDX-License-Identifier: MIT
// Times among the options: --since and --until.
#pragma once

#include <optional>
#include <string>

#include "format/tai64n.h"

namespace hf::cli {

// What text::time_from() takes, read by the clock of now; none for an empty text. Throws Usage.
std::optional<format::Tai64n> option_time(const char* option, const std::string& text, bool utc);

}  // namespace hf::cli
