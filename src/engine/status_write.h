// SPDX-License-Identifier: MIT
// What is written into a status file at once: the notes for its history, then the record.
#pragma once

#include <sys/types.h>

#include <array>
#include <span>
#include <vector>

#include "engine/kernel.h"
#include "format/seal.h"
#include "sys/spawn.h"

namespace hf::engine {

class StatusWrite {
  public:
    StatusWrite(const format::Record& record, const Notes& notes, const format::Seal& seal);
    StatusWrite(const StatusWrite&) = delete;
    StatusWrite& operator=(const StatusWrite&) = delete;

    std::span<const sys::Piece> pieces() const { return pieces_; }

    // In the child: see sys/spawn.h for what may be done here. The last of the notes is its
    // start.
    void complete(pid_t pid, core::Moment born) noexcept;

    // The record as it was completed.
    format::Record record() const;

  private:
    void seal() noexcept;

    format::RecordBytes record_;
    format::Seal seal_;
    std::array<std::byte, format::our_history.at> head_{};  // the record, and its seal
    std::vector<format::NoteBytes> notes_;
    std::vector<sys::Piece> pieces_;
};

}  // namespace hf::engine
