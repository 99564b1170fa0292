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

// The directory `path`, held open (O_PATH), if chdir(2) would enter it: then its entries can be
// reached. Relative to the descriptor `from`, which may be AT_FDCWD. Empty with errno set on
// failure.
Fd open_searchable(int from, const char* path);

// Whether `name` in `directory`, which may be AT_FDCWD, leads to the open `file`.
bool leads_to(int directory, const char* name, const Fd& file);

}  // namespace hf::sys
