// SPDX-License-Identifier: MIT
// An exclusive flock(2) that costs no descriptor while it is held.
#pragma once

#include <utility>

#include "sys/fd.h"

namespace hf::sys {

// Held until destruction, or the death of the process. A mapping of the file keeps its open file
// description, and with it the lock, after the descriptor is closed: thousands of locks fit under
// a limit on descriptors. Where a file cannot be mapped, the descriptor stays.
class Lock {
  public:
    Lock() = default;

    // Takes the lock on the file `name` in `directory`, which is made (mode 0600) if it is not
    // there; never waits, follows no link. An empty Lock with errno set on failure; EWOULDBLOCK:
    // another holds it.
    static Lock take(const Fd& directory, const char* name);

    Lock(Lock&& other) noexcept
        : page_(std::exchange(other.page_, nullptr)), fd_(std::move(other.fd_)) {}
    Lock& operator=(Lock&& other) noexcept {
        std::swap(page_, other.page_);
        std::swap(fd_, other.fd_);
        return *this;
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock();

    explicit operator bool() const { return page_ != nullptr || fd_; }

  private:
    void* page_ = nullptr;
    Fd fd_;
};

}  // namespace hf::sys
