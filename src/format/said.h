// SPDX-License-Identifier: MIT
// What a process says of itself by sd_notify(3), as it stands in `supervise` for people: a line in
// a file each. Nothing depends on it.
#pragma once

#include <string_view>

namespace hf::format {

// By STATUS=; or what the check of one that is not ready has found last.
inline constexpr const char* said_file = "said";

// By RELOADING=1 and STOPPING=1: one of these words.
inline constexpr const char* phase_file = "phase";
inline constexpr std::string_view phase_reloading = "reloading";
inline constexpr std::string_view phase_stopping = "stopping";

}  // namespace hf::format
