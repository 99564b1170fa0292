// SPDX-License-Identifier: MIT
// A program of ours that the engine starts for itself: its own child, which asks to die with it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "sys/fd.h"

namespace hf::engine {

struct Helper {
    pid_t pid = 0;     // 0: it could not be started, with errno set
    sys::Fd answers;   // its standard output; neither end waits here
    sys::Fd requests;  // its standard input, if it is to be asked; else that is the engine's
};

// Starts `program` (empty: there is none) with these arguments and an empty signal mask; in
// `directory`, if it is open.
Helper start_helper(const std::string& program, std::vector<std::string> arguments, bool is_asked,
                    const sys::Fd& directory = {});

}  // namespace hf::engine
