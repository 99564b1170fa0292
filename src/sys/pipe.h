// SPDX-License-Identifier: MIT
// A pipe of this process.
#pragma once

#include "sys/fd.h"

namespace hf::sys {

struct Pipe {
    Fd reading;
    Fd writing;
};

// Both ends close at exec. Empty if there is none, with errno set.
Pipe make_pipe();

}  // namespace hf::sys
