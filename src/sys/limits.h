// SPDX-License-Identifier: MIT
// Resource limits, setrlimit(2).
#pragma once

#include <cstdint>
#include <limits>

namespace hf::sys {

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

// Sets the soft limit of a resource (RLIMIT_AS and so on) to `value`, or to the hard limit if that
// is lower. The hard limit stays as it is. Throws "getrlimit failed" or "setrlimit failed".
void set_soft_limit(int resource, std::uint64_t value);

}  // namespace hf::sys
