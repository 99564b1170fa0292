// SPDX-License-Identifier: MIT
// The directories that are held, written where the next engine finds them: in the guardian's
// memory, behind its page. A link can go while no engine runs; what it led to must not be lost.
//
// An entry is "DEVICE INODE PATH" and a null, the numbers in hexadecimal. The first byte of one
// that is held no more is '-'. Each engine appends its own list; until it is ready the one before
// counts.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/scan.h"
#include "sys/guard.h"

namespace hf::engine {

class HeldList {
  public:
    // No page: nothing is kept.
    HeldList(sys::GuardPage* page, int memory);

    // What the engine before has left, by absolute paths.
    std::vector<core::Listed> left() const;

    // From now on the list of this engine counts.
    void publish();

    // `index` is a number of the caller's, to remove it by.
    void add(unsigned index, core::Identity directory, const std::string& path);
    void remove(unsigned index);

  private:
    sys::GuardPage* page_;
    int memory_;
    off_t begin_ = 0;
    off_t end_ = 0;
    std::vector<off_t> places_;  // by index; 0: none
};

}  // namespace hf::engine
