// SPDX-License-Identifier: MIT
#include "engine/status_write.h"

#include <algorithm>

#include "format/bytes.h"

namespace hf::engine {

// Neighbours are one piece.
StatusWrite::StatusWrite(const format::Record& record, const Notes& notes, const format::Seal& seal)
    : record_(format::encode(record)), seal_(seal) {
    notes_.reserve(notes.size());
    for (const format::Note& note : notes) {
        notes_.push_back(format::encode(note));
        auto at = static_cast<off_t>(format::place_of(note.number));
        std::span<const std::byte> bytes = notes_.back();
        if (!pieces_.empty()) {
            sys::Piece& last = pieces_.back();
            if (last.at + static_cast<off_t>(last.bytes.size()) == at) {
                last.bytes = {last.bytes.data(), last.bytes.size() + bytes.size()};
                continue;
            }
        }
        pieces_.push_back({bytes, at});
    }
    pieces_.push_back({head_, 0});
    this->seal();
}

void StatusWrite::seal() noexcept {
    std::ranges::copy(record_, head_.begin());
    format::put(head_, format::seal_at, format::seal_of(record_, seal_));
}

void StatusWrite::complete(pid_t pid, core::Moment born) noexcept {
    format::stamp(record_, core::Pid(pid), born);
    format::stamp(notes_.back(), core::Pid(pid), born.wall);
    seal();
}

format::Record StatusWrite::record() const {
    return *format::decode(record_);
}

}  // namespace hf::engine
