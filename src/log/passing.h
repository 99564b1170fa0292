// SPDX-License-Identifier: MIT
// Passing on what comes through a pipe to standard output, so that nobody has to be there all the
// time: what was looked at stays in the pipe until it is passed on, and is in one of the two places
// whenever the process is killed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hf::log {

// What stands in `pipe`; waits until there is something. Empty at its end.
std::string peek(int pipe);

// Moves so many bytes of it to standard output. What nobody takes there is dropped.
void pass_on(int pipe, std::size_t size);

// Also where standard output does not block, because somebody else who has it wants that. False if
// it cannot be written.
bool write_patiently(std::string_view bytes);

}  // namespace hf::log
