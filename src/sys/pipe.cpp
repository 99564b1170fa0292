// SPDX-License-Identifier: MIT
#include "sys/pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

namespace hf::sys {

Pipe make_pipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) return {};
    return {Fd(ends[0]), Fd(ends[1])};
}

}  // namespace hf::sys
