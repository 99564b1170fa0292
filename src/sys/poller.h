// SPDX-License-Identifier: MIT
// Waiting for descriptors (epoll(7), level-triggered).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "sys/fd.h"

namespace hf::sys {

class Poller {
  public:
    Poller();  // throws Error

    // From now on wait() reports `tag` while `fd` can be read. Ends by itself when the last
    // descriptor of that open file is closed. Throws Error.
    void add(int fd, std::uint64_t tag);
    void remove(int fd);

    // The tags of what can be read, at most a few dozen at a time. Blocks until there is one, for
    // at most `timeout`, rounded up to milliseconds; for ever without one.
    std::vector<std::uint64_t> wait(std::optional<std::chrono::nanoseconds> timeout);

  private:
    Fd epoll_;
};

}  // namespace hf::sys
