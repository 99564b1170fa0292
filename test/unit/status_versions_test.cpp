// SPDX-License-Identifier: MIT
// Records and histories of other versions, earlier and later: each is read, none is taken for none.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "format/bytes.h"
#include "format/fields.h"
#include "format/history.h"
#include "format/status.h"

using namespace hf::format;
using namespace hf::core;
using namespace std::chrono_literals;

namespace {

using Bytes = std::vector<std::byte>;

constexpr size_t at_exit_result = 23;

Record a_record(State state = State::up, Want want = Want::up) {
    Record record;
    record.service.state = state;
    record.service.want = want;
    if (has_process(record.service)) record.service.process.pid = Pid(4711);
    record.service.changed = {Time(4'567s), WallTime(1'700'000'000s + 500ns)};
    record.service.started = Time(4'567s);
    record.service.last = {ExitResult::Kind::exited, 7};
    record.service.process.spawn_began = Time(4'566s);
    record.last_note = 3;
    return record;
}

Bytes bytes_of(const Record& record) {
    RecordBytes bytes = encode(record);
    return {bytes.begin(), bytes.end()};
}

// With the size and the checksum that a version of this size would have written.
Bytes sealed(Bytes bytes) {
    put(bytes, at_size, static_cast<std::uint16_t>(bytes.size()));
    std::span<const std::byte> all(bytes);
    auto before = fnv1a(all.first(at_checksum));
    put(bytes, at_checksum, fnv1a(all.subspan(at_checksum + 4), before));
    return bytes;
}

Bytes with(Bytes bytes, size_t at, char letter) {
    put_char(bytes, at, letter);
    return sealed(bytes);
}

Bytes content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST(StatusVersions, ALongerRecordIsReadAsFarAsItIsKnown) {
    for (size_t more : {1, 8, 48, 400, 3000}) {
        Bytes longer = bytes_of(a_record());
        longer.resize(longer.size() + more, std::byte{0xee});
        longer = sealed(longer);
        EXPECT_EQ(decode(longer), a_record()) << more;
        longer.resize(longer.size() + 32, std::byte{0x11});
        EXPECT_EQ(decode(longer), a_record()) << "what is behind the stated size is not its own";
    }
}

// A version that has not yet had the fields at the end.
TEST(StatusVersions, AShorterRecordHasDefaultsForWhatItLacks) {
    for (State state : {State::up, State::down, State::waiting}) {
        Want want = state == State::down ? Want::down : Want::up;
        for (size_t size = shortest_record; size < record_size; ++size) {
            Bytes shorter = bytes_of(a_record(state, want));
            shorter.resize(size);
            EXPECT_EQ(decode(sealed(shorter)), a_record(state, want)) << size;
        }
    }
    Bytes too_short = bytes_of(a_record());
    too_short.resize(shortest_record - 1);
    EXPECT_FALSE(decode(sealed(too_short)));
}

TEST(StatusVersions, AnUnknownStateIsUpWithAPid) {
    for (State state : {State::up, State::stopping, State::killing, State::draining}) {
        auto record = decode(with(bytes_of(a_record(state, Want::down)), at_state, 'Z'));
        ASSERT_TRUE(record);
        EXPECT_EQ(*record, a_record(State::up, Want::down));
    }
}

TEST(StatusVersions, AnUnknownStateWithoutAPidIsWhatIsWanted) {
    const std::map<Want, State> expected{
        {Want::up, State::waiting}, {Want::down, State::down}, {Want::once, State::down}};
    for (auto [want, state] : expected) {
        auto record = decode(with(bytes_of(a_record(State::down, want)), at_state, 'Z'));
        ASSERT_TRUE(record);
        EXPECT_EQ(*record, a_record(state, want));
    }
}

TEST(StatusVersions, AnUnknownWishIsUpButOfWhatIsDown) {
    for (State state : {State::up, State::waiting, State::stopping, State::down}) {
        auto record = decode(with(bytes_of(a_record(state)), at_want, 'Z'));
        ASSERT_TRUE(record);
        EXPECT_EQ(*record, a_record(state, state == State::down ? Want::down : Want::up));
    }
}

TEST(StatusVersions, OfAnUnknownEndingNothingIsKnown) {
    auto record = decode(with(bytes_of(a_record()), at_exit_result, 'Z'));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->service.last.kind, ExitResult::Kind::unknown);
    EXPECT_EQ(record->service.process.pid, Pid(4711));
}

// But those that say that there is none: with a pid they make no sense.
TEST(StatusVersions, EveryLetterOfEveryByteKeepsTheProcess) {
    for (size_t at : {at_want + 0, at_exit_result, at_state + 0}) {
        for (int byte = 0; byte < 256; ++byte) {
            const char letter = static_cast<char>(byte);
            if (at == at_state && std::string_view("-dws").contains(letter)) continue;
            auto record = decode(with(bytes_of(a_record()), at, letter));
            ASSERT_TRUE(record) << at << ' ' << byte;
            EXPECT_TRUE(has_any_process(record->service)) << at << ' ' << byte;
        }
    }
}

// The whole file of a version that puts the history elsewhere.
TEST(StatusVersions, TheHistoryIsWhereTheRecordSays) {
    for (HistoryArea area : {first_history, HistoryArea{1024, 96}, HistoryArea{160, 5}}) {
        Bytes file = bytes_of(a_record());
        file.resize(std::min<size_t>(file.size(), area.at));
        put(file, 106, area.at);
        put(file, 108, area.slots);
        file = sealed(file);
        file.resize(status_file_size);
        constexpr std::uint32_t last = 300;
        for (std::uint32_t number = 1; number <= last; ++number) {
            auto note = encode(Note{.number = number, .kind = Note::Kind('Z'), .letter = 'q'});
            std::ranges::copy(note, file.begin() + static_cast<long>(place_of(number, area)));
        }
        EXPECT_EQ(history_area(file), area);
        auto before = history(file);
        ASSERT_EQ(before.size(), area.slots);
        EXPECT_EQ(before.back().number, last);

        auto anew = laid_out_anew(file);
        ASSERT_TRUE(anew);
        EXPECT_EQ(anew->size(), status_file_size);
        EXPECT_EQ(decode(*anew), a_record());
        EXPECT_FALSE(laid_out_anew(*anew));
        if (before.size() > our_history.slots)
            before.erase(before.begin(), before.end() - our_history.slots);
        EXPECT_EQ(history(*anew), before);
    }
}

TEST(StatusVersions, WhatIsNoRecordIsNotLaidOutAnew) {
    EXPECT_FALSE(laid_out_anew(Bytes{}));
    EXPECT_FALSE(laid_out_anew(Bytes(18)));
    EXPECT_FALSE(laid_out_anew(Bytes(20)));  // runit's
    EXPECT_FALSE(laid_out_anew(Bytes(status_file_size)));
    EXPECT_FALSE(laid_out_anew(bytes_of(a_record())));
}

// Files that builds of each form have written, by what they show.
TEST(StatusVersions, GoldenFilesOfEveryFormAreRead) {
    struct Shown {
        State state;
        Want want;
        bool term_sent = false;
        bool paused = false;
        bool released = false;
    };
    const std::map<std::string, Shown> expected{
        {"up", {State::up, Want::up}},
        {"down", {State::down, Want::down}},
        {"waiting", {State::waiting, Want::up}},
        {"paused", {State::up, Want::up, false, true}},
        {"stopping", {State::stopping, Want::down, true}},
        {"once", {State::up, Want::once}},
        {"reloaded", {State::up, Want::up}},
        {"killed", {State::up, Want::up}},
        {"full", {State::up, Want::up}},
        {"released", {State::down, Want::down, false, false, true}},
    };
    for (const char* form : {"1", "2"}) {
        for (const auto& [name, shown] : expected) {
            SCOPED_TRACE(std::string(form) + " " + name);
            auto file =
                content(std::string(HF_SOURCE_DIR "/test/golden/status-") + form + "/" + name);
            auto record = decode(file);
            ASSERT_TRUE(record);
            const Service& service = record->service;
            EXPECT_EQ(service.state, shown.state);
            EXPECT_EQ(service.want, shown.want);
            EXPECT_EQ(service.paused, shown.paused);
            EXPECT_EQ(record->released, shown.released);
            EXPECT_EQ(service.process.pid != Pid::none, has_process(service));
            EXPECT_EQ(service.term_sent, shown.term_sent);
            auto notes = history(file);
            ASSERT_FALSE(notes.empty());
            EXPECT_EQ(notes.back().number, record->last_note);
            EXPECT_EQ(notes.front().number, record->last_note - notes.size() + 1);
            auto anew = laid_out_anew(file).value_or(file);
            EXPECT_EQ(decode(anew), record);
            EXPECT_EQ(history(anew).size(), std::min<size_t>(notes.size(), our_history.slots));
            EXPECT_EQ(history(anew).back(), notes.back());
        }
    }
}
