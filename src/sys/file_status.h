// SPDX-License-Identifier: MIT
// What stands at a path, by stat(2).
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

namespace hf::sys {

// Of what `path` leads to; none if nothing stands there. All zeros for what cannot be looked at: a
// link that leads nowhere, a directory that is closed.
std::optional<struct stat> file_status(const std::string& path);

}  // namespace hf::sys
