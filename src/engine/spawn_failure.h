// SPDX-License-Identifier: MIT
// What is said of a process that could not be started.
#pragma once

#include <string>

#include "sys/spawn.h"

namespace hf::engine {

// Throws sys::Error: of the service `name`, whose `program` was to be executed.
[[noreturn]] void throw_failure(const std::string& name, const std::string& program,
                                const sys::SpawnResult& result);

}  // namespace hf::engine
