// SPDX-License-Identifier: MIT
#include "format/fields.h"

#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>
#include <utility>

#include "format/bytes.h"

namespace hf::format {

namespace {

using core::ExitResult;
using core::Replaced;
using core::State;
using core::Want;
using Bytes = std::span<std::byte>;
using View = std::span<const std::byte>;

constexpr std::uint8_t version = 2;
constexpr std::uint8_t flag_exit_requested = 1;
constexpr std::uint8_t flag_unlinked = 2;
constexpr std::uint8_t flag_asked = 4;
constexpr std::uint8_t flag_shutting_down = 8;
constexpr std::uint8_t flag_says_ready = 16;
constexpr std::uint8_t flag_lost_needs = 32;
constexpr std::uint8_t flag_decided = 64;
constexpr std::uint8_t flag_pulled = 128;
constexpr char released_letter = '-';

// The first letter of a value is written, all are read.
constexpr std::array state_letters{
    std::pair{State::down, 'd'},
    std::pair{State::waiting, 'w'},
    std::pair{State::starting, 's'},
    std::pair{State::up, 'u'},
    std::pair{State::draining, 'e'},
    std::pair{State::stopping, 't'},
    std::pair{State::preparing, 'p'},
    std::pair{State::killing, 'k'},
    std::pair{State::finishing, finishing_letter},
};
constexpr std::array exit_letters{
    std::pair{ExitResult::Kind::none, '-'},     std::pair{ExitResult::Kind::exited, 'e'},
    std::pair{ExitResult::Kind::signaled, 's'}, std::pair{ExitResult::Kind::dumped, 'c'},
    std::pair{ExitResult::Kind::unknown, '?'},  std::pair{ExitResult::Kind::not_started, 'n'},
};
constexpr std::array want_letters{
    std::pair{Want::up, 'u'},
    std::pair{Want::down, 'd'},
    std::pair{Want::once, '\0'},
};

constexpr std::array replaced_letters{
    std::pair{Replaced::no, '-'},
    std::pair{Replaced::not_ready, 's'},
    std::pair{Replaced::needs_lost, 'n'},
    std::pair{Replaced::asked, 'a'},
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

void store(Bytes bytes, bool flag) {
    put_char(bytes, 0, flag ? 1 : 0);
}
template <std::integral Number>
void store(Bytes bytes, Number number) {
    put(bytes, 0, static_cast<std::make_unsigned_t<Number>>(number));
}
void store(Bytes bytes, core::Pid pid) {
    store(bytes, static_cast<int>(pid));
}
void store(Bytes bytes, core::Time time) {
    store(bytes, time.time_since_epoch().count());
}
void store(Bytes bytes, std::optional<core::Time> time) {
    store(bytes, time.value_or(core::Time{}));
}
void store(Bytes bytes, core::WallTime wall) {
    put_label(bytes, 0, wall);
}
void store(Bytes bytes, const std::array<std::byte, 16>& id) {
    std::ranges::copy(id, bytes.begin());
}

void load(View bytes, bool& flag) {
    flag = get_char(bytes, 0) != 0;
}
template <std::integral Number>
void load(View bytes, Number& number) {
    number = static_cast<Number>(get<std::make_unsigned_t<Number>>(bytes, 0));
}
void load(View bytes, core::Pid& pid) {
    pid = core::Pid(static_cast<int>(get<std::uint32_t>(bytes, 0)));
}
void load(View bytes, core::Time& time) {
    time = core::Time(core::Duration(static_cast<std::int64_t>(get<std::uint64_t>(bytes, 0))));
}
void load(View bytes, std::optional<core::Time>& time) {
    core::Time found;
    load(bytes, found);
    time = found == core::Time{} ? std::nullopt : std::optional(found);
}
void load(View bytes, core::WallTime& wall) {
    wall = wall_of(get_label(bytes, 0));
}
void load(View bytes, std::array<std::byte, 16>& id) {
    std::ranges::copy(bytes, id.begin());
}

template <typename Number>
void constant(Bytes bytes, Number number) {
    put(bytes, 0, number);
}

void write_nothing(const Record&, Bytes) {}
void read_nothing(View, Draft&) {}

// What stands in one member of the record.
template <typename Member>
constexpr Field field(size_t at, size_t width, std::string_view name, std::string_view meaning,
                      Member) {
    return {at,
            width,
            name,
            meaning,
            [](const Record& record, Bytes bytes) { store(bytes, Member{}(record)); },
            [](View bytes, Draft& draft) { load(bytes, Member{}(draft)); }};
}

void write_flags(const Record& record, Bytes bytes) {
    const core::Service& service = record.service;
    constant(bytes, static_cast<std::uint8_t>((service.exit_requested ? flag_exit_requested : 0) |
                                              (service.linked ? 0 : flag_unlinked) |
                                              (service.signalled ? flag_asked : 0) |
                                              (service.shutting_down ? flag_shutting_down : 0) |
                                              (service.says_ready ? flag_says_ready : 0) |
                                              (service.lost_needs ? flag_lost_needs : 0) |
                                              (service.decided ? flag_decided : 0) |
                                              (service.pulled ? flag_pulled : 0)));
}

void read_flags(View bytes, Draft& draft) {
    auto flags = get<std::uint8_t>(bytes, 0);
    draft.service.exit_requested = (flags & flag_exit_requested) != 0;
    draft.service.linked = (flags & flag_unlinked) == 0;
    draft.service.signalled = (flags & flag_asked) != 0;
    draft.service.shutting_down = (flags & flag_shutting_down) != 0;
    draft.service.says_ready = (flags & flag_says_ready) != 0;
    draft.service.lost_needs = (flags & flag_lost_needs) != 0;
    draft.service.decided = (flags & flag_decided) != 0;
    draft.service.pulled = (flags & flag_pulled) != 0;
}

void write_state(const Record& record, Bytes bytes) {
    put_char(bytes, 0,
             record.released ? released_letter : letter_of(state_letters, record.service.state));
}

void read_state(View bytes, Draft& draft) {
    draft.released = get_char(bytes, 0) == released_letter;
    auto state = draft.released ? State::down : value_of(state_letters, get_char(bytes, 0));
    draft.knows_state = state.has_value();
    draft.service.state = state.value_or(State::down);
}

void write_want(const Record& record, Bytes bytes) {
    put_char(bytes, 0, letter_of(want_letters, record.service.want));
}

void read_want(View bytes, Draft& draft) {
    auto want = value_of(want_letters, get_char(bytes, 0));
    draft.knows_want = want.has_value();
    draft.service.want = want.value_or(Want::up);
}

void write_exit(const Record& record, Bytes bytes) {
    put_char(bytes, 0, letter_of(exit_letters, record.service.last.kind));
}

void read_exit(View bytes, Draft& draft) {
    draft.service.last.kind =
        value_of(exit_letters, get_char(bytes, 0)).value_or(ExitResult::Kind::unknown);
}

void write_replaced(const Record& record, Bytes bytes) {
    put_char(bytes, 0, letter_of(replaced_letters, record.service.replaced));
}

void read_replaced(View bytes, Draft& draft) {
    draft.service.replaced = value_of(replaced_letters, get_char(bytes, 0)).value_or(Replaced::no);
}

void write_paused(const Record& record, Bytes bytes) {
    put_char(bytes, 0, record.service.paused && core::has_process(record.service) ? 1 : 0);
}

void write_phase(const Record& record, Bytes bytes) {
    const bool is_finishing = record.service.state == State::finishing;
    put_char(bytes, 0, is_finishing ? 2 : core::has_process(record.service) ? 1 : 0);
}

constexpr std::array table{
    field(
        at_since, 12, "since",
        "TAI64N label of the last change of the pid: 2^62 + 10 + Unix seconds in 8 bytes, "
        "nanoseconds in 4, big-endian",
        [](auto& r) -> auto& { return r.service.changed.wall; }),
    field(
        at_pid, 4, "pid", "of its process, or of its finish command; 0: there is none",
        [](auto& r) -> auto& { return r.service.process.pid; }),
    Field{at_paused, 1, "paused", "1 if paused by command", write_paused,
          [](View bytes, Draft& draft) { load(bytes, draft.service.paused); }},
    Field{at_want, 1, "want", "`u` wants up, `d` wants down, 0 runs once", write_want, read_want},
    field(
        at_term_sent, 1, "term_sent", "1 if this process was sent TERM",
        [](auto& r) -> auto& { return r.service.term_sent; }),
    Field{at_phase, 1, "phase", "0 no process, 1 a process runs, 2 its finish command does",
          write_phase, read_nothing},
    Field{at_size, 2, "size", "of the whole record",
          [](const Record&, Bytes bytes) {
              constant(bytes, static_cast<std::uint16_t>(record_size));
          },
          read_nothing},
    Field{22, 1, "flags",
          "1 leaving (`x` was sent), 2 not linked, 4 this process was sent a signal by command, 8 "
          "closing: everything stops, 16 this process says when it is ready, 32 it has lost what "
          "it needs, 64 what is wanted was decided and does not come from the directory, 128 it is "
          "up because another needs it",
          write_flags, read_flags},
    Field{23, 1, "ending",
          "how the last process ended: `-` none yet, `e` exited, `s` signal, `c` signal with core, "
          "`n` could not be started, `?` unknown",
          write_exit, read_exit},
    Field{at_checksum, 4, "checksum", "FNV-1a (32 bits) of all other bytes of the record",
          write_nothing, read_nothing},
    field(
        28, 4, "ending_value", "the exit code, signal or errno of that",
        [](auto& r) -> auto& { return r.service.last.value; }),
    field(
        32, 8, "conceived", "just before the process was made",
        [](auto& r) -> auto& { return r.service.process.spawn_began; }),
    field(
        at_started, 8, "started", "last start of ./run, as written by the process itself",
        [](auto& r) -> auto& { return r.service.started; }),
    field(
        at_changed, 8, "changed",
        "last change of the pid; if there is one, as written by the process itself",
        [](auto& r) -> auto& { return r.service.changed.boot; }),
    field(
        56, 8, "told", "since when it is stopping or draining, or its stop command runs",
        [](auto& r) -> auto& { return r.service.stop_requested_at; }),
    field(
        64, 4, "starts", "in this session", [](auto& r) -> auto& { return r.service.starts; }),
    field(
        68, 4, "deaths", "in this session", [](auto& r) -> auto& { return r.service.exits; }),
    field(
        72, 16, "boot", "boot id", [](auto& r) -> auto& { return r.session.boot; }),
    field(
        88, 8, "session", "the number of this svscan's (or lone supervise's) life",
        [](auto& r) -> auto& { return r.session.number; }),
    field(
        96, 4, "supervisor", "pid of that svscan or supervise",
        [](auto& r) -> auto& { return r.session.supervisor; }),
    field(
        100, 4, "last_note", "number of the last event in the history",
        [](auto& r) -> auto& { return r.last_note; }),
    Field{at_state, 1, "state",
          "`d` down, `w` waiting for its time, `s` starting, `u` up, `e` draining, `p` its stop "
          "command runs, `t` stopping, "
          "`k` killing, `f` its finish command runs, `-` supervision ended in order",
          write_state, read_state},
    Field{105, 1, "version", "of this form: 2; a field that is appended does not change it",
          [](const Record&, Bytes bytes) { constant(bytes, version); }, read_nothing},
    Field{106, 2, "history_at", "where the history begins in the file",
          [](const Record&, Bytes bytes) { constant(bytes, our_history.at); },
          [](View bytes, Draft& draft) { load(bytes, draft.history.at); }},
    Field{108, 2, "history_slots", "how many slots it has",
          [](const Record&, Bytes bytes) { constant(bytes, our_history.slots); },
          [](View bytes, Draft& draft) { load(bytes, draft.history.slots); }},
    field(
        110, 2, "streak", "failures in a row", [](auto& r) -> auto& { return r.service.streak; }),
    field(
        112, 8, "ready_since", "since when this process is ready, if it says that; 0: not",
        [](auto& r) -> auto& { return r.service.ready_since; }),
    Field{120, 1, "replaced",
          "why another process is to take the place of this one: `-` it is not, `s` not ready in "
          "time, `n` it lost what it needs, `a` somebody asked for it",
          write_replaced, read_replaced},
    field(
        121, 1, "stop_step",
        "stopping: how many signals but the first were sent; finishing: whether KILL was",
        [](auto& r) -> auto& { return r.service.stop_step; }),
    field(
        122, 8, "asked_until",
        "so long this process has asked for: to become ready or, while it stops, to exit; 0: it "
        "has not",
        [](auto& r) -> auto& { return r.service.asked_until; }),
};

constexpr bool is_without_gaps() {
    size_t at = 0;
    for (const Field& each : table) {
        if (each.at != at) return false;
        at += each.width;
    }
    return at == record_size && record_size <= our_history.at;
}
static_assert(is_without_gaps());

}  // namespace

std::span<const Field> fields() {
    return table;
}

}  // namespace hf::format
