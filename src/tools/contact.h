// SPDX-License-Identifier: MIT
// How the commands reach the supervision of a service, through the current directory.
#pragma once

#include <optional>
#include <string_view>

#include "format/status.h"
#include "sys/fd.h"

namespace hf {

// Opens supervise/ok or supervise/control for writing, without blocking. While the engine behind it
// is being replaced, waits for the new one: for up to a second, all calls together. Empty with
// errno set on failure; ENXIO: not supervised.
sys::Fd contact(const char* fifo);

// What the last supervision of the service in this directory has left, if it was ours.
std::optional<format::Record> record_here();

// Whether a living supervision of ours, not the original's, has the service in this directory.
bool supervised_by_ours();

// Writes to supervise/control, whole or not at all. A pipe that is full stays so while the
// supervision is stopped: after a second, of all calls together, that is false with EAGAIN.
bool order(const sys::Fd& control, std::string_view bytes);

// The user who stands behind this process: who has used sudo, or who has logged in; else its own.
std::uint32_t giver();

// Whether the supervision that wrote this record still exists.
bool supervisor_lives(const format::Record& record);

// Returns to the directory in which the command was started. The constructor throws "unable to open
// current directory", back() "unable to set directory".
class StartingDirectory {
  public:
    StartingDirectory();
    void back() const;

  private:
    sys::Fd directory_;
};

}  // namespace hf
