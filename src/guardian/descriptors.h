// SPDX-License-Identifier: MIT
// Plain descriptors: the guardian owns its few for as long as it lives, beyond an exec of itself.
#pragma once

#include <cstddef>

namespace hf::guardian {

// Negative ones are left alone.
void close_and_forget(int& fd);
void survive_exec(int fd, bool survives);

// Gives a file in memory its size, whatever the limit of file sizes is, where that may be passed.
// False with errno set on failure.
bool resize(int memory, std::size_t size);

}  // namespace hf::guardian
