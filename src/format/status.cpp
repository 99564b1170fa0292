// SPDX-License-Identifier: MIT
#include "format/status.h"

#include <algorithm>
#include <utility>

#include "format/bytes.h"

namespace hf::format {

namespace {

using core::Ending;
using core::State;
using core::Want;

// Where each field stands; see doc/service-dir.md. Fields are only ever appended.
enum Offset : size_t {
    at_label = 0,
    at_pid = 12,
    at_paused = 16,
    at_want = 17,
    at_version = 18,
    at_state = 19,
    at_size = 20,
    at_flags = 22,
    at_ending = 23,
    at_checksum = 24,
    at_ending_value = 28,
    at_conceived = 32,
    at_started = 40,
    at_changed = 48,
    at_told = 56,
    at_starts = 64,
    at_deaths = 68,
    at_boot = 72,
    at_session = 88,
    at_supervisor = 96,
    at_last_note = 100,
};

constexpr std::uint8_t version = 1;
constexpr std::uint8_t flag_leaving = 1;
constexpr std::uint8_t flag_unlinked = 2;
constexpr std::uint8_t flag_asked = 4;
constexpr std::uint8_t flag_closing = 8;
constexpr char released_letter = '-';

constexpr std::array state_letters{
    std::pair{State::down, 'd'},     std::pair{State::waiting, 'w'},
    std::pair{State::starting, 's'}, std::pair{State::up, 'u'},
    std::pair{State::draining, 'e'}, std::pair{State::stopping, 't'},
    std::pair{State::killing, 'k'},
};
constexpr std::array ending_letters{
    std::pair{Ending::Kind::none, '-'},     std::pair{Ending::Kind::exited, 'e'},
    std::pair{Ending::Kind::signaled, 's'}, std::pair{Ending::Kind::dumped, 'c'},
    std::pair{Ending::Kind::unknown, '?'},  std::pair{Ending::Kind::not_started, 'n'},
};
constexpr std::array want_letters{
    std::pair{Want::up, 'u'},
    std::pair{Want::down, 'd'},
    std::pair{Want::once, '\0'},
};

template <typename Table, typename Value>
char letter_of(const Table& table, Value value) {
    return std::ranges::find(table, value, [](auto& row) { return row.first; })->second;
}

template <typename Table>
auto value_of(const Table& table, char letter) -> std::optional<decltype(table[0].first)> {
    auto row = std::ranges::find(table, letter, [](auto& each) { return each.second; });
    if (row == table.end()) return std::nullopt;
    return row->first;
}

void put_time(std::span<std::byte> bytes, size_t at, core::Time time) noexcept {
    put(bytes, at, static_cast<std::uint64_t>(time.time_since_epoch().count()));
}
core::Time get_time(std::span<const std::byte> bytes, size_t at) {
    return core::Time(core::Duration(static_cast<std::int64_t>(get<std::uint64_t>(bytes, at))));
}

// Over the whole record but the checksum itself.
std::uint32_t checksum(std::span<const std::byte> bytes) noexcept {
    return fnv1a(bytes.subspan(at_checksum + 4), fnv1a(bytes.first(at_checksum)));
}

// Whether the kernel's clock can have shown it: since boot, and within a century.
bool is_possible(core::Time time) {
    constexpr core::Time last(std::chrono::years(100));
    return time >= core::Time{} && time <= last;
}

// What a record is trusted for: whom to signal, and when to act next.
bool makes_sense(const Record& record) {
    const core::Service& service = record.service;
    for (core::Time time : {record.conceived, service.changed.boot, service.told})
        if (!is_possible(time)) return false;
    if (service.started && !is_possible(*service.started)) return false;
    int pid = static_cast<int>(service.pid);
    return core::has_process(service) ? pid > 0 : pid == 0;
}

}  // namespace

RecordBytes encode(const Record& record) {
    const core::Service& service = record.service;
    RecordBytes bytes{};
    put_label(bytes, at_label, service.changed.wall);
    put(bytes, at_pid, static_cast<std::uint32_t>(service.pid));
    put_char(bytes, at_paused, service.paused && core::has_process(service) ? 1 : 0);
    put_char(bytes, at_want, letter_of(want_letters, service.want));
    put(bytes, at_version, version);
    put_char(bytes, at_state,
             record.released ? released_letter : letter_of(state_letters, service.state));
    put(bytes, at_size, static_cast<std::uint16_t>(record_size));
    put(bytes, at_flags,
        static_cast<std::uint8_t>(
            (service.leaving ? flag_leaving : 0) | (service.linked ? 0 : flag_unlinked) |
            (service.asked ? flag_asked : 0) | (service.closing ? flag_closing : 0)));
    put_char(bytes, at_ending, letter_of(ending_letters, service.last.kind));
    put(bytes, at_ending_value, static_cast<std::uint32_t>(service.last.value));
    put_time(bytes, at_conceived, record.conceived);
    put_time(bytes, at_started, service.started.value_or(core::Time{}));
    put_time(bytes, at_changed, service.changed.boot);
    put_time(bytes, at_told, service.told);
    put(bytes, at_starts, service.starts);
    put(bytes, at_deaths, service.deaths);
    std::ranges::copy(record.session.boot, bytes.begin() + at_boot);
    put(bytes, at_session, record.session.number);
    put(bytes, at_supervisor, record.session.supervisor);
    put(bytes, at_last_note, record.last_note);
    put(bytes, at_checksum, checksum(bytes));
    return bytes;
}

std::optional<Record> decode(std::span<const std::byte> bytes) {
    if (bytes.size() < record_size) return std::nullopt;
    size_t size = get<std::uint16_t>(bytes, at_size);
    if (get<std::uint8_t>(bytes, at_version) == 0) return std::nullopt;
    if (size < record_size || size > bytes.size()) return std::nullopt;
    bytes = bytes.first(size);
    if (checksum(bytes) != get<std::uint32_t>(bytes, at_checksum)) return std::nullopt;

    Record record;
    record.released = get_char(bytes, at_state) == released_letter;
    auto state = record.released ? State::down : value_of(state_letters, get_char(bytes, at_state));
    auto want = value_of(want_letters, get_char(bytes, at_want));
    auto ending = value_of(ending_letters, get_char(bytes, at_ending));
    if (!state || !want || !ending) return std::nullopt;

    core::Service& service = record.service;
    auto flags = get<std::uint8_t>(bytes, at_flags);
    service.state = *state;
    service.want = *want;
    service.paused = get_char(bytes, at_paused) != 0;
    service.leaving = (flags & flag_leaving) != 0;
    service.linked = (flags & flag_unlinked) == 0;
    service.asked = (flags & flag_asked) != 0;
    service.closing = (flags & flag_closing) != 0;
    service.pid = core::Pid(static_cast<int>(get<std::uint32_t>(bytes, at_pid)));
    service.changed = {get_time(bytes, at_changed), wall_of(get_label(bytes, at_label))};
    auto started = get_time(bytes, at_started);
    if (started != core::Time{}) service.started = started;
    service.told = get_time(bytes, at_told);
    service.last = {*ending, static_cast<int>(get<std::uint32_t>(bytes, at_ending_value))};
    service.starts = get<std::uint32_t>(bytes, at_starts);
    service.deaths = get<std::uint32_t>(bytes, at_deaths);
    record.conceived = get_time(bytes, at_conceived);
    std::ranges::copy(bytes.subspan(at_boot, 16), record.session.boot.begin());
    record.session.number = get<std::uint64_t>(bytes, at_session);
    record.session.supervisor = get<std::uint32_t>(bytes, at_supervisor);
    record.last_note = get<std::uint32_t>(bytes, at_last_note);
    if (!makes_sense(record)) return std::nullopt;
    return record;
}

std::optional<ClassicStatus> decode_classic(std::span<const std::byte> bytes) {
    if (bytes.size() < classic_size) return std::nullopt;
    return ClassicStatus{get_label(bytes, at_label), get<std::uint32_t>(bytes, at_pid),
                         get_char(bytes, at_paused) != 0, get_char(bytes, at_want)};
}

void stamp(RecordBytes& bytes, core::Pid pid, core::Moment born) noexcept {
    put_label(bytes, at_label, born.wall);
    put(bytes, at_pid, static_cast<std::uint32_t>(pid));
    put_time(bytes, at_started, born.boot);
    put_time(bytes, at_changed, born.boot);
    put(bytes, at_checksum, checksum(bytes));
}

}  // namespace hf::format
