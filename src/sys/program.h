// SPDX-License-Identifier: MIT
// Where this program stands, and the others beside it.
#pragma once

#include <string>

namespace hf::sys {

// The absolute path of the program that this process executes; without /proc that by which it was
// executed, from the current directory: ask before that changes. Empty where nothing tells.
std::string program_path();

// The absolute path of the program `name` that stands beside this one; empty as above.
std::string sibling_program(const std::string& name);

}  // namespace hf::sys
