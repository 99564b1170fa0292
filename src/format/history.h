// SPDX-License-Identifier: MIT
// What has happened to a service: the last notes of it, in supervise/status behind the checkpoint.
// A ring of slots, each with a checksum of its own: what was torn or never written is left out.
// doc/service-dir.md has the layout. Pure; stamp() may run between clone and exec.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/note.h"

namespace hf::format {

using core::Note;
using core::unknown_caller;

inline constexpr size_t note_size = 32;
inline constexpr size_t status_file_size = 4096;

// Where a version puts the history into the status file: the record says it.
struct HistoryArea {
    std::uint16_t at;
    std::uint16_t slots;
    bool operator==(const HistoryArea&) const = default;
};
inline constexpr HistoryArea first_history{128, 124};  // of records that do not say it
inline constexpr HistoryArea our_history{512, 112};    // before it, the record has room to grow
static_assert(our_history.at + our_history.slots * note_size == status_file_size);

using NoteBytes = std::array<std::byte, note_size>;

NoteBytes encode(const Note& note);

// Where the note of that number stands in the file.
constexpr size_t place_of(std::uint32_t number, HistoryArea area = our_history) {
    return area.at + ((number + area.slots - 1) % area.slots) * note_size;
}

// What stands in a whole status file, by number; and the same as it is written there.
std::vector<Note> history(std::span<const std::byte> status_file);
std::vector<std::span<const std::byte>> slots(std::span<const std::byte> status_file);

// Completes a `started` that its maker prepared, as the record is: see status.h.
void stamp(std::span<std::byte, note_size> bytes, core::Pid pid, core::WallTime born) noexcept;

}  // namespace hf::format
