// SPDX-License-Identifier: MIT
// For while the engine is at one service's files, where the kernel may block without end (a dead
// network file system, a stuck disk): then crashing is the way out.
#pragma once

#include <string>

#include "sys/guard.h"

namespace hf::engine {

// As long as it lives, the guardian's page names the service the engine is at, and a timer runs
// that kills the engine: SIGALRM ends even a wait in the kernel, if anything can.
class Attention {
  public:
    Attention(sys::GuardPage* page, const std::string& name);  // no page: does nothing
    ~Attention();
    Attention(const Attention&) = delete;
    Attention& operator=(const Attention&) = delete;

  private:
    sys::GuardPage* page_;
};

}  // namespace hf::engine
