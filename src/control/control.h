// SPDX-License-Identifier: MIT
// How the commands reach the supervision of a service, through a descriptor of its directory.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "sys/fd.h"

namespace hf::control {

// Waits where it must, for up to `timeout` in all calls together: a thousand services of one engine
// are waited for like one. An engine that is seen to read has the whole timeout again.
class Control {
  public:
    explicit Control(std::chrono::milliseconds timeout = std::chrono::seconds(1))
        : timeout_(timeout), engine_(timeout), full_pipes_(timeout), reading_(timeout) {}

    // Opens `ok` or `control` in supervise of the service in `directory` for writing, without
    // blocking. Waits while one engine follows another. Empty with errno set on failure; ENXIO: not
    // supervised.
    sys::Fd open(const sys::Fd& directory, const char* fifo);

    // `control` of the service in `directory`, to which `name` leads from the descriptor `from`.
    // One that was made a moment ago, which svscan is about to take, has the timeout to appear.
    sys::Fd open_control(const sys::Fd& directory, int from, const char* name);

    // Writes to supervise/control, whole or not at all. A pipe that is full stays so while the
    // supervision is stopped: that is false with EAGAIN, after the timeout. So is one that nobody
    // reads any more, with EPIPE; after the timeout if another engine `follows`, else at once.
    bool send(const sys::Fd& control, std::string_view bytes, bool follows);

    // Waits until all that was sent to `control` is read. False after the timeout; at once if
    // nobody reads any more, and no other engine `follows`.
    bool is_read(const sys::Fd& control, bool follows);

  private:
    std::chrono::nanoseconds timeout_;
    // What is left to wait for the next engine, for room in a pipe, and for a reader.
    std::chrono::nanoseconds engine_;
    std::chrono::nanoseconds full_pipes_;
    std::chrono::nanoseconds reading_;
    int looks_ = 0;
};

// The user who stands behind this process: who has used sudo, or who has logged in; else its own.
std::uint32_t caller();

}  // namespace hf::control
