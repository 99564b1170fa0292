// SPDX-License-Identifier: MIT
// Services whose files the engine does not touch for now, because the last engine got stuck there.
// A process of its own tries instead; when it gets through, the service is as any other again.
#pragma once

#include <sys/types.h>

#include <string>

namespace hf::engine {

class Aside {
  public:
    // `name`: what the last engine was at when it died; empty: nothing. With it everything stands
    // aside that is on the same mounted file system, unless that is the service folder's own.
    explicit Aside(std::string name);

    // Whether the entry `name` of the folder must not be touched now.
    bool holds(const std::string& name);

  private:
    bool concerns(const std::string& name) const;
    bool got_through();

    std::string name_;
    std::string mount_;  // empty: that one service alone
    pid_t probe_ = 0;
};

}  // namespace hf::engine
