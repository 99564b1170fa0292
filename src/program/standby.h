// SPDX-License-Identifier: MIT
// Work that survives the death of the process that does it: a second one stands by, sees the first
// die, and takes its place. Each makes another of the other kind when that is gone, so that either
// may be killed at any time, as long as it is not both at once.
#pragma once

namespace hf::program {

// Whether the process that stands by is there. Both are children of the same parent.
class Standby {
  public:
    // `work` is called with `argument` in the process that takes over, which exits with what it
    // returns. `argument` must not stand on the stack.
    Standby(int (*work)(void*), void* argument) : work_(work), argument_(argument) {}

    // Makes it if there is none. False if that cannot be done now: try again in a while.
    bool ensure();

    // Hangs up when it is gone, for poll(2). Negative while there is none.
    int fd() const { return its_life_; }

    // It is gone: ensure() makes another.
    void lost();

  private:
    static int stand_by(void* self);

    int (*work_)(void*);
    void* argument_;
    int its_life_ = -1;  // the read end of a pipe whose write end it alone holds
    int our_life_ = -1;  // the write end of a pipe whose read end it watches
    int watched_ = -1;   // in the process that stands by: that read end
};

}  // namespace hf::program
