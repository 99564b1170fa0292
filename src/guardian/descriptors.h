// SPDX-License-Identifier: MIT
// Plain descriptors: the guardian owns its few for as long as it lives, beyond an exec of itself.
#pragma once

#include <cstddef>

namespace hf::guardian {

// Negative ones are left alone.
void close_and_forget(int& fd);
void survive_exec(int fd, bool survives);

// As many of them as may be had, as engines may give it one for each service to keep. Restored for
// whoever is executed: services have the limit that svscan was started with.
void raise_limit();
void restore_limit();

// Gives a file in memory its size, whatever the limit of file sizes is, where that may be passed.
// False with errno set on failure.
bool resize(int memory, std::size_t size);

}  // namespace hf::guardian
