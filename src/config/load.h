// SPDX-License-Identifier: MIT
// service.toml as it stands on disk. Not pure.
//
// The file decides what the engine does with its rights: nobody but root and the engine's user may
// write it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "format/rules.h"

namespace hf::config {

inline constexpr size_t longest_service_file = 64 * 1024;

// Reads `directory`/service.toml for an engine that runs as `user`; none if there is no such file.
// What prevents reading it is a fault, as is what is wrong in it, and what this version does not
// act on. Waits for the file system.
std::optional<format::ReadRules> load(const std::string& directory, uid_t user);

}  // namespace hf::config
