// SPDX-License-Identifier: MIT
// flock(2), the lock that daemontools uses everywhere: held by the open file, so by everybody who
// has inherited it, and gone with the last of them.
#pragma once

#include <chrono>

#include "sys/fd.h"

namespace hf::sys {

enum class IfBusy { wait, give_up };

// Takes the exclusive lock. False with errno set on failure: EWOULDBLOCK if somebody else has it.
bool lock(const Fd& file, IfBusy policy);

// The same; who has it is waited for, for up to `limit`.
bool lock_within(const Fd& file, std::chrono::milliseconds limit);

}  // namespace hf::sys
