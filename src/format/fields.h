// SPDX-License-Identifier: MIT
// Every field of the record in supervise/status: the one table that writes it, reads it, and is
// compared with the one in doc/service-dir.md. Fields are only ever appended; a record that is too
// short for one leaves it at its default.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "format/status.h"

namespace hf::format {

// A record as it is read, and what it says beside.
struct Draft : Record {
    HistoryArea history = first_history;
    // False: written by a version that knows more of them than this one.
    bool knows_state = false;
    bool knows_want = false;
};

struct Field {
    size_t at;
    size_t width;
    std::string_view name;
    std::string_view meaning;  // in Markdown
    void (*write)(const Record&, std::span<std::byte> bytes);
    void (*read)(std::span<const std::byte> bytes, Draft&);
};

// In the order in which they stand, without gaps.
std::span<const Field> fields();

// Where the fields stand that are needed beside the table.
enum Offset : size_t {
    at_since = 0,
    at_pid = 12,
    at_paused = 16,
    at_want = 17,
    at_term_sent = 18,
    at_phase = 19,
    at_size = 20,
    at_checksum = 24,
    at_started = 40,
    at_changed = 48,
    at_state = 104,
};

// What stands there while a finish command runs.
inline constexpr char finishing_letter = 'f';

}  // namespace hf::format
