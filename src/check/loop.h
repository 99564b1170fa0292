// SPDX-License-Identifier: MIT
// The loop of holdfast-checker.
#pragma once

#include <cstddef>

namespace hf::check {

// Does what is asked for on `input` until that or `output` is closed; `most` checks at once. Both
// have to be pipes, sockets or terminals. Throws Error.
void serve(int input, int output, size_t most);

}  // namespace hf::check
