// SPDX-License-Identifier: MIT
// What the kernel says of processes that it killed because memory ran out.
#pragma once

#include <string>

namespace hf::inspect {

// A line of the kernel's log (which only root may read, on most systems) about such a kill of
// `program` within the last ten minutes. Empty if there is none.
std::string last_memory_kill(const std::string& program);

}  // namespace hf::inspect
