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

#include "core/service.h"

namespace hf::format {

struct Note {
    enum class Kind : char {
        started = 's',      // pid
        exited = 'e',       // pid, value: exit code
        signaled = 'g',     // pid, value: signal
        dumped = 'c',       // the same, with a core file
        ended = '?',        // pid; nobody knows how it ended
        not_started = 'n',  // value: errno
        ordered = 'o',      // letter, value: the user
        halted = 'h',       // everything is told to stop
        linked = 'l',       // it stands in the service folder (again)
        unlinked = 'r',     // it stands there no more
    };
    std::uint32_t number = 0;  // 1 is the first in the life of the directory
    Kind kind = Kind::started;
    char letter = 0;
    core::WallTime at{};
    core::Pid pid = core::Pid::none;
    std::uint32_t value = 0;
    bool operator==(const Note&) const = default;
};

// The value of an order whose giver is not known.
inline constexpr std::uint32_t nobody_knows = ~std::uint32_t{0};

inline constexpr size_t note_size = 32;
inline constexpr size_t history_at = 128;
inline constexpr size_t history_slots = 124;
using NoteBytes = std::array<std::byte, note_size>;

NoteBytes encode(const Note& note);

// Where the note of that number stands in the file.
constexpr size_t place_of(std::uint32_t number) {
    return history_at + ((number + history_slots - 1) % history_slots) * note_size;
}

// What stands in a whole status file, by number.
std::vector<Note> history(std::span<const std::byte> status_file);

// What is to be remembered of `event`, that `service` is about to be told, apart from number and
// time; orders apart, whose giver it does not know.
std::optional<Note> note_of(const core::Event& event, const core::Service& service);

// Completes a `started` that its maker prepared, as the record is: see status.h.
void stamp(std::span<std::byte, note_size> bytes, core::Pid pid, core::WallTime born) noexcept;

}  // namespace hf::format
