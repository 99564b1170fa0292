// SPDX-License-Identifier: MIT
#include "sys/flock.h"

#include <sys/file.h>

#include <cerrno>
#include <thread>

namespace hf::sys {

bool lock(const Fd& file, IfBusy policy) {
    int how = policy == IfBusy::wait ? LOCK_EX : LOCK_EX | LOCK_NB;
    return retry([&] { return ::flock(file.get(), how); }) == 0;
}

bool lock_within(const Fd& file, std::chrono::milliseconds limit) {
    constexpr std::chrono::milliseconds between_tries(50);
    while (!lock(file, IfBusy::give_up)) {
        if (errno != EWOULDBLOCK || limit < between_tries) return false;
        std::this_thread::sleep_for(between_tries);
        limit -= between_tries;
    }
    return true;
}

}  // namespace hf::sys
