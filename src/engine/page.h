// SPDX-License-Identifier: MIT
// What is written into a status file at once: the notes for its history, then the record.
#pragma once

#include <sys/types.h>

#include <array>
#include <span>
#include <vector>

#include "engine/kernel.h"
#include "sys/spawn.h"

namespace hf::engine {

class Page {
  public:
    Page(const format::Record& record, const Notes& notes);
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    std::span<const sys::Piece> pieces() const { return pieces_; }

    // In the newborn: see sys/spawn.h for what may be done here. The last of the notes is its
    // start.
    void complete(pid_t pid, core::Moment born) noexcept;

    // The record as it was completed.
    format::Record record() const;

  private:
    format::RecordBytes record_;
    std::vector<format::NoteBytes> notes_;
    std::vector<sys::Piece> pieces_;
};

}  // namespace hf::engine
