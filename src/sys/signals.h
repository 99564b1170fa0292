// SPDX-License-Identifier: MIT
// Signals as readable events. A process that uses this blocks all signals for ever, so that no
// handler runs in a child that shares its memory.
#pragma once

#include <optional>
#include <vector>

#include "sys/fd.h"

namespace hf::sys {

// Blocks every signal but those that a fault raises and SIGALRM, and gives ignored ones their
// default action, so that what is executed later finds them so. Returns which were ignored.
std::vector<int> block_signals();

// Becomes readable when one of the blocked `signals` is pending. Throws Error.
Fd open_signals(const std::vector<int>& signals);

// The next pending signal of open_signals(); none when there is no more. Never blocks.
std::optional<int> next_signal(int fd);

}  // namespace hf::sys
