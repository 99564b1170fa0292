// SPDX-License-Identifier: MIT
// A process of its own that reads what this one's program writes to standard output. It is a
// sibling, so that the program has no child that it does not know, and another stands by: whichever
// of the two is killed, the output never loses its reader.
#pragma once

#include "program/standby.h"

namespace hf::program {

class OutputReader {
  public:
    // `read` is called in the process that reads. This must not stand on the stack, see Standby.
    explicit OutputReader(void (*read)(OutputReader&)) : read_(read) {}

    // From now on this process writes to it: standard output and, if `has_errors`, error. Of what
    // else is open here, the reader keeps `kept` alone, unless that is negative. Throws.
    void connect(bool has_errors, int kept);

    // ---- for who reads ----
    int source() const { return source_; }

    // True until nobody can write any more and all is read.
    bool more_may_come();

  private:
    static int begin(void* self);
    static int work(void* self);
    void close_others() const;

    void (*read_)(OutputReader&);
    Standby* standby_ = nullptr;
    int source_ = -1;
    int write_end_ = -1;
    int kept_ = -1;
};

}  // namespace hf::program
