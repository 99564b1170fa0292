// SPDX-License-Identifier: MIT
#include "engine/page.h"

namespace hf::engine {

// Neighbours are one piece.
Page::Page(const format::Record& record, const Notes& notes) : record_(format::encode(record)) {
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
    pieces_.push_back({record_, 0});
}

void Page::complete(pid_t pid, core::Moment born) noexcept {
    format::stamp(record_, core::Pid(pid), born);
    format::stamp(notes_.back(), core::Pid(pid), born.wall);
}

format::Record Page::record() const {
    return *format::decode(record_);
}

}  // namespace hf::engine
