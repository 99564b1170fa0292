// SPDX-License-Identifier: MIT
// Waiting for descriptors (epoll(7), level-triggered).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sys/fd.h"

namespace hf::sys {

class Poller {
  public:
    enum class Until { readable, writable };

    // wait() tells no more tags than this at once.
    static constexpr std::size_t most_tags = 64;

    Poller();  // throws Error

    // From now on wait() reports `tag` while `fd` can be read, or written. Ends by itself when the
    // last descriptor of that open file is closed. Throws Error.
    void add(int fd, std::uint64_t tag, Until until = Until::readable);
    // Of one that was added. Throws Error.
    void change(int fd, std::uint64_t tag, Until until);
    void remove(int fd);

    // The tags of what can be read or written, or has failed. Blocks until there is one, for
    // at most `timeout`, rounded up to milliseconds; for ever without one.
    std::vector<std::uint64_t> wait(std::optional<std::chrono::nanoseconds> timeout);

  private:
    void control(int operation, int fd, std::uint64_t tag, Until until);

    Fd epoll_;
};

}  // namespace hf::sys
