// SPDX-License-Identifier: MIT
// What must hold in a fuzz target.
#pragma once

#include <cstdlib>

namespace hf::test {

inline void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace hf::test
