// SPDX-License-Identifier: MIT
// A run script that ends in `exec setsid PROGRAM`. setsid(1) forks if it leads a process group, and
// its parent exits at once: the program would be no child of the supervisor any more, and be
// started again and again. Under the original daemontools a service leads no group, and setsid does
// not fork. So such a script gets no session, and makes its own.
#pragma once

#include <string_view>

#include "sys/fd.h"

namespace hf::engine {

// Whether a line of this script executes something by setsid. Pure.
bool makes_own_session(std::string_view script);

// The same of the script `run` in a directory. False if it cannot be read.
bool run_makes_own_session(const sys::Fd& directory);

}  // namespace hf::engine
