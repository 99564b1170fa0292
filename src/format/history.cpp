// SPDX-License-Identifier: MIT
#include "format/history.h"

#include <algorithm>
#include <utility>

#include "format/bytes.h"
#include "format/status.h"

namespace hf::format {

namespace {

enum Offset : size_t {
    at_number = 0,
    at_kind = 4,
    at_letter = 5,
    at_label = 8,
    at_pid = 20,
    at_value = 24,
    at_checksum = 28,
};

void seal(std::span<std::byte> bytes) noexcept {
    put(bytes, at_checksum, fnv1a(bytes.first(at_checksum)));
}

bool is_note(std::span<const std::byte> bytes) {
    return get<std::uint32_t>(bytes, at_number) != 0 &&
           get<std::uint32_t>(bytes, at_checksum) == fnv1a(bytes.first(at_checksum));
}

}  // namespace

NoteBytes encode(const Note& note) {
    NoteBytes bytes{};
    put(bytes, at_number, note.number);
    put_char(bytes, at_kind, std::to_underlying(note.kind));
    put_char(bytes, at_letter, note.letter);
    put_label(bytes, at_label, note.at);
    put(bytes, at_pid, static_cast<std::uint32_t>(note.pid));
    put(bytes, at_value, note.value);
    seal(bytes);
    return bytes;
}

std::vector<std::span<const std::byte>> slots(std::span<const std::byte> status_file) {
    std::vector<std::span<const std::byte>> result;
    const HistoryArea area = history_area(status_file);
    for (size_t slot = 0; slot < area.slots; ++slot) {
        size_t at = area.at + slot * note_size;
        if (at + note_size > status_file.size()) break;
        auto bytes = status_file.subspan(at, note_size);
        if (is_note(bytes) && place_of(get<std::uint32_t>(bytes, at_number), area) == at)
            result.push_back(bytes);
    }
    std::ranges::sort(result, {}, [](auto bytes) { return get<std::uint32_t>(bytes, at_number); });
    return result;
}

std::vector<Note> history(std::span<const std::byte> status_file) {
    std::vector<Note> notes;
    for (auto bytes : slots(status_file)) {
        notes.push_back({get<std::uint32_t>(bytes, at_number), Note::Kind(get_char(bytes, at_kind)),
                         get_char(bytes, at_letter), wall_of(get_label(bytes, at_label)),
                         core::Pid(static_cast<int>(get<std::uint32_t>(bytes, at_pid))),
                         get<std::uint32_t>(bytes, at_value)});
    }
    return notes;
}

void stamp(std::span<std::byte, note_size> bytes, core::Pid pid, core::WallTime born) noexcept {
    put_label(bytes, at_label, born);
    put(bytes, at_pid, static_cast<std::uint32_t>(pid));
    seal(bytes);
}

}  // namespace hf::format
