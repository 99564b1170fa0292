// SPDX-License-Identifier: MIT
// What `--help` prints of the commands that daemontools have. Pure.
#pragma once

#include <string>
#include <string_view>

namespace hf::text {

// Empty for a command that has its own help, and for what is no command.
std::string command_help(std::string_view command);

}  // namespace hf::text
