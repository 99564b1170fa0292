// SPDX-License-Identifier: MIT
#include "format/history.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "format/bytes.h"

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

constexpr std::string_view kinds = "segc?nohlr";

void seal(std::span<std::byte> bytes) noexcept {
    put(bytes, at_checksum, fnv1a(bytes.first(at_checksum)));
}

bool is_note(std::span<const std::byte> bytes) {
    return get<std::uint32_t>(bytes, at_number) != 0 &&
           get<std::uint32_t>(bytes, at_checksum) == fnv1a(bytes.first(at_checksum)) &&
           kinds.find(get_char(bytes, at_kind)) != std::string_view::npos;
}

Note::Kind kind_of(core::Ending::Kind ending) {
    switch (ending) {
        case core::Ending::Kind::exited: return Note::Kind::exited;
        case core::Ending::Kind::signaled: return Note::Kind::signaled;
        case core::Ending::Kind::dumped: return Note::Kind::dumped;
        case core::Ending::Kind::not_started: return Note::Kind::not_started;
        case core::Ending::Kind::none:
        case core::Ending::Kind::unknown: return Note::Kind::ended;
    }
    std::unreachable();
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

std::vector<Note> history(std::span<const std::byte> status_file) {
    std::vector<Note> notes;
    for (size_t slot = 0; slot < history_slots; ++slot) {
        size_t at = history_at + slot * note_size;
        if (at + note_size > status_file.size()) break;
        auto bytes = status_file.subspan(at, note_size);
        if (!is_note(bytes)) continue;
        auto number = get<std::uint32_t>(bytes, at_number);
        if (place_of(number) != at) continue;
        notes.push_back({number, Note::Kind(get_char(bytes, at_kind)), get_char(bytes, at_letter),
                         wall_of(get_label(bytes, at_label)),
                         core::Pid(static_cast<int>(get<std::uint32_t>(bytes, at_pid))),
                         get<std::uint32_t>(bytes, at_value)});
    }
    std::ranges::sort(notes, {}, &Note::number);
    return notes;
}

std::optional<Note> note_of(const core::Event& event, const core::Service& service) {
    if (const auto* exited = std::get_if<core::Exited>(&event))
        return Note{.kind = kind_of(exited->how.kind),
                    .pid = service.pid,
                    .value = static_cast<std::uint32_t>(exited->how.value)};
    if (const auto* link = std::get_if<core::Linked>(&event);
        link && link->linked != service.linked)
        return Note{.kind = link->linked ? Note::Kind::linked : Note::Kind::unlinked};
    if (std::holds_alternative<core::Shutdown>(event) && !service.closing)
        return Note{.kind = Note::Kind::halted};
    return std::nullopt;
}

void stamp(std::span<std::byte, note_size> bytes, core::Pid pid, core::WallTime born) noexcept {
    put_label(bytes, at_label, born);
    put(bytes, at_pid, static_cast<std::uint32_t>(pid));
    seal(bytes);
}

}  // namespace hf::format
