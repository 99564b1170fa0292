// SPDX-License-Identifier: MIT
// Waiting until services are as they should be. Woken by the kernel when a status file changes;
// nothing is asked again and again where that works.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "people/look/service.h"
#include "sys/fd.h"

namespace hf::people {

// A service that is waited for.
struct Awaited {
    std::string name;
    std::string path;
};

class StatusWatch {
  public:
    explicit StatusWatch(const std::vector<Awaited>& services);

    // Blocks until something may have changed, or `timeout` is over.
    void wait(std::chrono::nanoseconds timeout);

  private:
    sys::Fd inotify_;
    bool complete_ = true;  // everything is watched
};

// Until `is_so` holds for each, or `patience` is over (none: for ever); those that are not so yet.
std::vector<Awaited> await(const std::vector<Awaited>& services,
                           const std::function<bool(const Seen&)>& is_so,
                           std::optional<std::chrono::nanoseconds> patience);

}  // namespace hf::people
