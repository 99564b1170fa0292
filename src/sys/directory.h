// SPDX-License-Identifier: MIT
// Reading directories.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sys/fd.h"

namespace hf::sys {

// The names in `directory` but `.` and `..`, in no order. None with errno set on failure.
std::optional<std::vector<std::string>> names_in(const Fd& directory);

}  // namespace hf::sys
