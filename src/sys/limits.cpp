// SPDX-License-Identifier: MIT
#include "sys/limits.h"

#include <sys/resource.h>

#include <algorithm>

#include "sys/error.h"

namespace hf::sys {

void set_soft_limit(int resource, std::uint64_t value) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) != 0) fail("getrlimit failed");
    // On 32-bit machines rlim_t is narrower: min() comes before the conversion.
    limit.rlim_cur = static_cast<rlim_t>(std::min<std::uint64_t>(value, limit.rlim_max));
    if (::setrlimit(resource, &limit) != 0) fail("setrlimit failed");
}

}  // namespace hf::sys
