// SPDX-License-Identifier: MIT
// A program of ours that the engine starts for itself: its own child, which asks to die with it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace hf::engine {

// Starts `program` with these arguments, an empty signal mask, and these as its standard input (-1:
// the engine's) and output; all else that is close-on-exec is closed. 0 if it cannot be started,
// with errno set.
pid_t start_helper(const std::string& program, std::vector<std::string> arguments, int input,
                   int output);

}  // namespace hf::engine
