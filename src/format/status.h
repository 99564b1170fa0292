// SPDX-License-Identifier: MIT
// supervise/status: bytes 0 to 17 as daemontools defines them, then our checkpoint of the service
// (and behind it, its history: see history.h).
// doc/service-dir.md has the layout with a worked dump. Pure; stamp() may run between clone and
// exec.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/service.h"
#include "format/tai64n.h"

namespace hf::format {

inline constexpr size_t classic_size = 18;
inline constexpr size_t record_size = 104;
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
    core::Time conceived{};  // just before the process was made; it was born before service.started
    bool released = false;   // the supervision has ended in order
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

// `Service::rules` are not part of it.
RecordBytes encode(const Record& record);

// The checkpoint, whole and with a right checksum; none for a file of daemontools' own making, a
// torn or a damaged one, or one that makes no sense (a process without a pid). A longer record of a
// later version is read as far as it is known.
std::optional<Record> decode(std::span<const std::byte> bytes);

// Bytes 0 to 17 alone; none when there are fewer.
std::optional<ClassicStatus> decode_classic(std::span<const std::byte> bytes);

// Completes the record that its maker prepared with state `up`: pid and time of birth. Made for
// the newborn itself: it neither allocates nor throws nor calls anything.
void stamp(RecordBytes& bytes, core::Pid pid, core::Moment born) noexcept;

}  // namespace hf::format
