// SPDX-License-Identifier: MIT
#include "format/status.h"

#include <algorithm>
#include <string_view>

#include "format/bytes.h"
#include "format/fields.h"

namespace hf::format {

namespace {

using core::State;
using core::Want;

void put_time(std::span<std::byte> bytes, size_t at, core::Time time) noexcept {
    put(bytes, at, static_cast<std::uint64_t>(time.time_since_epoch().count()));
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
    for (core::Time time :
         {record.service.process.spawn_began, service.changed.boot, service.stop_requested_at})
        if (!is_possible(time)) return false;
    for (const auto& time : {service.started, service.ready_since, service.asked_until})
        if (time && !is_possible(*time)) return false;
    int pid = static_cast<int>(service.process.pid);
    if (service.state == State::finishing) return pid >= 0;
    return core::has_process(service) ? pid > 0 : pid == 0;
}

// It has a letter there.
bool is_of_first_form(std::span<const std::byte> bytes) {
    return bytes.size() > at_phase && get_char(bytes, at_phase) >= ' ';
}

// It had the version at 18 and the state at 19, and is equal else. Its history is where the default
// says.
std::vector<std::byte> from_first_form(std::span<const std::byte> bytes) {
    constexpr std::string_view sent_term = "tk";
    std::vector<std::byte> record(bytes.begin(), bytes.begin() + shortest_record);
    record.push_back(bytes[at_phase]);
    record[at_term_sent] = std::byte(sent_term.contains(get_char(bytes, at_phase)));
    record[at_phase] = {};
    return record;
}

// What was written by a version that knows more than this one. A process is never forgotten.
void guess_unknown(Draft& draft) {
    core::Service& service = draft.service;
    bool is_down = draft.knows_state && service.state == State::down;
    if (!draft.knows_want && is_down) service.want = Want::down;
    if (draft.knows_state) return;
    service.state = service.want == Want::up ? State::waiting : State::down;
    if (service.process.pid != core::Pid::none) service.state = State::up;
}

// None without a right checksum.
std::optional<Draft> read(std::span<const std::byte> bytes) {
    if (bytes.size() < shortest_record) return std::nullopt;
    size_t size = get<std::uint16_t>(bytes, at_size);
    if (size < shortest_record || size > bytes.size()) return std::nullopt;
    bytes = bytes.first(size);
    if (checksum(bytes) != get<std::uint32_t>(bytes, at_checksum)) return std::nullopt;
    std::vector<std::byte> first_form;
    if (is_of_first_form(bytes)) {
        first_form = from_first_form(bytes);
        bytes = first_form;
    }
    Draft draft;
    for (const Field& field : fields()) {
        if (field.at + field.width <= bytes.size())
            field.read(bytes.subspan(field.at, field.width), draft);
    }
    guess_unknown(draft);
    return draft;
}

}  // namespace

RecordBytes encode(const Record& record) {
    RecordBytes bytes{};
    for (const Field& field : fields())
        field.write(record, std::span(bytes).subspan(field.at, field.width));
    put(bytes, at_checksum, checksum(bytes));
    return bytes;
}

std::optional<Record> decode(std::span<const std::byte> bytes) {
    std::optional<Record> record = read(bytes);
    if (record && !makes_sense(*record)) record.reset();
    return record;
}

HistoryArea history_area(std::span<const std::byte> status_file) {
    auto draft = read(status_file);
    if (draft && draft->history.at >= shortest_record && draft->history.slots > 0)
        return draft->history;
    return is_of_first_form(status_file) ? first_history : our_history;
}

std::optional<std::vector<std::byte>> laid_out_anew(std::span<const std::byte> status_file) {
    if (history_area(status_file) == our_history) return std::nullopt;
    std::vector<std::byte> result(status_file_size);
    std::ranges::copy(status_file.first(std::min(status_file.size(), classic_size)),
                      result.begin());
    if (auto record = decode(status_file)) std::ranges::copy(encode(*record), result.begin());
    for (auto slot : slots(status_file)) {
        auto at = place_of(get<std::uint32_t>(slot, 0));
        std::ranges::copy(slot, result.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return result;
}

std::optional<ClassicStatus> decode_classic(std::span<const std::byte> bytes) {
    if (bytes.size() < classic_size) return std::nullopt;
    return ClassicStatus{get_label(bytes, at_since), get<std::uint32_t>(bytes, at_pid),
                         get_char(bytes, at_paused) != 0, get_char(bytes, at_want)};
}

void stamp(RecordBytes& bytes, core::Pid pid, core::Moment born) noexcept {
    put_label(bytes, at_since, born.wall);
    put(bytes, at_pid, static_cast<std::uint32_t>(pid));
    if (get_char(bytes, at_state) != finishing_letter) put_time(bytes, at_started, born.boot);
    put_time(bytes, at_changed, born.boot);
    put(bytes, at_checksum, checksum(bytes));
}

}  // namespace hf::format
