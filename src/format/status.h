// SPDX-License-Identifier: MIT
// supervise/status: bytes 0 to 17 as daemontools defines them, 18 and 19 as runit does, then our
// checkpoint of the service (and behind it, its history: see history.h). fields.h has every field,
// doc/service-dir.md the layout with a worked dump. Pure; stamp() may run between clone and exec.
//
// A record of any version is read, shorter or longer: an engine that took a record for none would
// start a second copy beside a living process.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/service.h"
#include "format/history.h"
#include "format/tai64n.h"

namespace hf::format {

inline constexpr size_t classic_size = 18;
inline constexpr size_t shortest_record = 104;  // that there has ever been
inline constexpr size_t record_size = 130;
using RecordBytes = std::array<std::byte, record_size>;

// Which supervision wrote a record. A want outlives an engine, but not its session: a new svscan
// begins with what the directories say, as it always did.
struct Session {
    std::array<std::byte, 16> boot{};  // the kernel's boot id
    std::uint64_t number = 0;          // one svscan's, or one lone supervise's, life
    std::uint32_t supervisor = 0;      // its pid
    bool operator==(const Session&) const = default;
};

struct Record {
    core::Service service{};
    Session session{};
    bool released = false;        // the supervision has ended in order
    std::uint32_t last_note = 0;  // the number of the last in the history, see history.h
    bool operator==(const Record&) const = default;
};

// What daemontools' own tools know of a service.
struct ClassicStatus {
    Tai64n since{};
    std::uint32_t pid = 0;
    bool paused = false;
    char want = 0;  // 'u', 'd' or 0
};

RecordBytes encode(const Record& record);

// The checkpoint, whole and with a right checksum; none for a file of daemontools' or runit's own
// making, a torn or a damaged one, or one that makes no sense (a process without a pid). Of another
// version it is read as far as it is known on both sides: what it lacks has its default; a state
// that is not known is `up` with a pid, else what is wanted; a wish that is not known is `up`, but
// of what is down `down`; an ending that is not known is one of which nothing is known.
std::optional<Record> decode(std::span<const std::byte> bytes);

// Where the history stands in a whole status file.
HistoryArea history_area(std::span<const std::byte> status_file);

// A status file of another layout as this version lays it out, with its record and as much of its
// history as there is room for; none if its history stands where ours does.
std::optional<std::vector<std::byte>> laid_out_anew(std::span<const std::byte> status_file);

// Bytes 0 to 17 alone; none when there are fewer.
std::optional<ClassicStatus> decode_classic(std::span<const std::byte> bytes);

// Completes the record that its maker prepared with state `up` or `finishing`: pid and time of
// birth. Made for the child itself: it neither allocates nor throws nor calls anything.
void stamp(RecordBytes& bytes, core::Pid pid, core::Moment born) noexcept;

}  // namespace hf::format
