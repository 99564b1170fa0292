// SPDX-License-Identifier: MIT
// The directories that are held, written where the next engine finds them: in the guardian's
// memory, behind its page. A link can go while no engine runs; what it led to must not be lost.
//
// An entry is "DEVICE INODE PATH" and a null, the numbers in hexadecimal. The first byte of one
// that is held no more is '-'. Each engine appends its own list; until it is ready the one before
// counts. A list that has grown to twice what is held is written anew.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/scan.h"
#include "guard/protocol.h"

namespace hf::engine {

class HeldList {
  public:
    // No page: nothing is kept.
    HeldList(guard::SharedPage* page, int memory);

    // What the engine before has left, by absolute paths.
    std::vector<core::Listed> left() const;

    // From now on the list of this engine counts.
    void publish();

    // `index` is a number of the caller's, to remove it by.
    void add(unsigned index, core::Identity directory, const std::string& path);
    void remove(unsigned index);

  private:
    struct Slot {
        off_t at = 0;
        off_t size = 0;  // 0: none
    };
    void append(Slot& slot, const std::string& entry);
    void rewrite();
    std::string read(off_t at, off_t size) const;
    void forget(off_t from, off_t to) const;

    guard::SharedPage* page_;
    int memory_;
    off_t before_ = 0;  // the end of what the engine before has left
    off_t begin_ = 0;
    off_t end_ = 0;
    off_t living_ = 0;  // bytes of what is held
    bool is_published_ = false;
    std::vector<Slot> slots_;  // by index
};

}  // namespace hf::engine
