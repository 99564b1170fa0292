// SPDX-License-Identifier: MIT
#include "sys/flock.h"

#include <sys/file.h>

namespace hf::sys {

bool lock(const Fd& file, IfBusy policy) {
    int how = policy == IfBusy::wait ? LOCK_EX : LOCK_EX | LOCK_NB;
    return retry([&] { return ::flock(file.get(), how); }) == 0;
}

}  // namespace hf::sys
