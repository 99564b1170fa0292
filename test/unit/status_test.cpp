// SPDX-License-Identifier: MIT
#include "format/status.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

using namespace hf::format;
using namespace hf::core;
using namespace std::chrono_literals;

namespace {

Record a_record() {
    Record record;
    Service& service = record.service;
    service.state = State::up;
    service.process.pid = Pid(0x01020304);
    service.changed = {Time(4'567s + 89ns), WallTime(1'700'000'000s + 123'456'500ns)};
    service.started = Time(4'567s);
    service.stop_requested_at = Time(4'000s);
    service.last = {ExitResult::Kind::signaled, 9};
    service.starts = 70'000;
    service.exits = 69'999;
    record.service.process.spawn_began = Time(4'566s);
    for (size_t i = 0; i < 16; ++i) record.session.boot[i] = std::byte(i + 1);
    record.session.number = 0x1122334455667788;
    record.session.supervisor = 4321;
    record.last_note = 140'000;
    return record;
}

std::vector<std::byte> bytes_of(const Record& record) {
    RecordBytes bytes = encode(record);
    return {bytes.begin(), bytes.end()};
}

std::vector<int> classic(const Record& record) {
    std::vector<int> result;
    for (std::byte byte : encode(record)) {
        if (result.size() < classic_size) result.push_back(std::to_integer<int>(byte));
    }
    return result;
}

void expect_round_trip(const Record& record) {
    auto back = decode(encode(record));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, record);
}

}  // namespace

TEST(Status, TheFirstEighteenBytesAreDaemontools) {
    std::vector<int> expected{0x40, 0,    0,    0,  // 2^62 + 10 + 1700000000, big-endian
                              0x65, 0x53, 0xf1, 0x0a,
                              0x07, 0x5b, 0xcb, 0xf4,  // 123456500, big-endian
                              4,    3,    2,    1,     // the pid, little-endian
                              0,    'u'};
    EXPECT_EQ(classic(a_record()), expected);
}

TEST(Status, TheWantIsALetter) {
    Record record = a_record();
    record.service.want = Want::down;
    EXPECT_EQ(classic(record)[17], 'd');
    record.service.want = Want::once;
    EXPECT_EQ(classic(record)[17], 0);
}

TEST(Status, PausedIsSaidOfAProcessOnly) {
    Record record = a_record();
    record.service.paused = true;
    EXPECT_EQ(classic(record)[16], 1);
    record.service.state = State::down;
    record.service.process.pid = Pid::none;
    EXPECT_EQ(classic(record)[16], 0);
}

TEST(Status, EveryFieldComesBack) {
    expect_round_trip(a_record());
    Record fresh;
    fresh.service.changed.wall = WallTime(500ns);
    expect_round_trip(fresh);
}

TEST(Status, EveryValueOfEveryFieldComesBack) {
    for (int state = 0; state <= static_cast<int>(State::finishing); ++state) {
        for (int want = 0; want <= static_cast<int>(Want::once); ++want) {
            for (int exit_result = 0;
                 exit_result <= static_cast<int>(ExitResult::Kind::not_started); ++exit_result) {
                for (unsigned flags = 0; flags < 64; ++flags) {
                    Record record = a_record();
                    Service& service = record.service;
                    service.state = State(state);
                    if (!has_process(service) && service.state != State::finishing)
                        service.process.pid = Pid::none;
                    service.want = Want(want);
                    service.last = {ExitResult::Kind(exit_result), -exit_result};
                    service.exit_requested = (flags & 1) != 0;
                    service.linked = (flags & 2) != 0;
                    service.signalled = (flags & 4) != 0;
                    service.shutting_down = (flags & 16) != 0;
                    service.term_sent = (flags & 32) != 0;
                    service.paused = (flags & 8) != 0 && has_process(service);
                    expect_round_trip(record);
                }
            }
        }
    }
}

// Byte 18: TERM was sent; 19: whether there is a process, or a finish command.
TEST(Status, TheNextTwoBytesAreRunits) {
    for (int state = 0; state <= static_cast<int>(State::finishing); ++state) {
        for (bool term_sent : {false, true}) {
            Record record = a_record();
            record.service.state = State(state);
            record.service.term_sent = term_sent;
            RecordBytes bytes = encode(record);
            EXPECT_EQ(std::to_integer<int>(bytes[18]), term_sent ? 1 : 0);
            const int finishing = record.service.state == State::finishing ? 2 : 0;
            EXPECT_EQ(std::to_integer<int>(bytes[19]), has_process(record.service) ? 1 : finishing);
        }
    }
}

// Its finish command is not the start of ./run; one that is still to be started has no pid.
TEST(Status, AFinishCommandWritesOfItself) {
    Record record = a_record();
    record.service.state = State::finishing;
    RecordBytes bytes = encode(record);
    const Moment born{Time(77s), WallTime(88s)};
    stamp(bytes, Pid(4711), born);
    const auto back = decode(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->service.process.pid, Pid(4711));
    EXPECT_EQ(back->service.changed.boot, born.boot);
    EXPECT_EQ(back->service.started, record.service.started);
    EXPECT_EQ(role_of(back->service, Pid(4711)), Role::finish);
    record.service.process = {};
    EXPECT_TRUE(decode(encode(record)));
}

TEST(Status, AReleasedRecordSaysSo) {
    Record record = a_record();
    record.service.state = State::down;
    record.service.process.pid = Pid::none;
    record.released = true;
    expect_round_trip(record);
}

TEST(Status, WhatAProcessHasAskedForOutlivesTheEngine) {
    Record record = a_record();
    record.service.says_ready = true;
    record.service.asked_until = Time(4'600s);
    expect_round_trip(record);
    record.service.asked_until = Time(std::chrono::years(200));
    EXPECT_FALSE(decode(encode(record)));
}

TEST(Status, TheWallClockIsKeptToTheMicrosecond) {
    Record record = a_record();
    record.service.changed.wall = WallTime(5s + 123'456'789ns);
    EXPECT_EQ(decode(encode(record))->service.changed.wall, WallTime(5s + 123'456'500ns));
}

TEST(Status, AFileOfDaemontoolsHasNoCheckpoint) {
    auto bytes = bytes_of(a_record());
    bytes.resize(classic_size);
    EXPECT_FALSE(decode(bytes));
    auto classic = decode_classic(bytes);
    ASSERT_TRUE(classic);
    EXPECT_EQ(classic->pid, 0x01020304u);
    EXPECT_EQ(classic->want, 'u');
    EXPECT_FALSE(classic->paused);
    EXPECT_EQ(classic->since, tai64n(1'700'000'000s + 123'456us));
}

TEST(Status, WhatIsCutOffIsNone) {
    auto bytes = bytes_of(a_record());
    for (size_t size = 0; size < bytes.size(); ++size) {
        std::span<const std::byte> part(bytes.data(), size);
        EXPECT_FALSE(decode(part)) << size;
        EXPECT_EQ(decode_classic(part).has_value(), size >= classic_size) << size;
    }
}

TEST(Status, ALongerFileIsReadAsFarAsItIsKnown) {
    auto bytes = bytes_of(a_record());
    bytes.resize(300, std::byte{0xee});
    EXPECT_EQ(decode(bytes), a_record());
}

TEST(Status, ADamagedByteIsNoticed) {
    const auto whole = bytes_of(a_record());
    for (size_t i = 0; i < whole.size(); ++i) {
        auto bytes = whole;
        bytes[i] ^= std::byte{0x10};
        EXPECT_FALSE(decode(bytes)) << i;
    }
}

// A child writes over the record of the one before it: any mixture of the two is none.
TEST(Status, ATornRecordIsNone) {
    Record later = a_record();
    later.service.changed.wall += 2s;
    later.service.process.pid = Pid(77);
    later.service.starts += 1;
    const auto old = bytes_of(a_record());
    const auto now = bytes_of(later);
    for (size_t cut = 1; cut < old.size(); ++cut) {
        auto bytes = old;
        std::copy_n(now.begin(), cut, bytes.begin());
        if (bytes == old || bytes == now) continue;
        EXPECT_FALSE(decode(bytes)) << cut;
    }
}

TEST(Status, StampCompletesARecord) {
    Record record = a_record();
    RecordBytes expected = encode(record);
    record.service.process.pid = Pid::none;
    record.service.changed = {};
    record.service.started = {};
    RecordBytes bytes = encode(record);
    stamp(bytes, Pid(0x01020304), a_record().service.changed);
    EXPECT_TRUE(decode(bytes));
    EXPECT_EQ(decode(bytes)->service.started, a_record().service.changed.boot);
    stamp(expected, Pid(0x01020304), a_record().service.changed);
    EXPECT_EQ(bytes, expected);
}

// A record is also what decides who is signalled: nonsense must not come through.
TEST(Status, APidIsSaidOfAProcessOnlyAndIsPositive) {
    Record record = a_record();
    for (int pid : {0, -1, -77}) {
        record.service.process.pid = Pid(pid);
        EXPECT_FALSE(decode(encode(record))) << pid;
    }
    record.service.state = State::waiting;
    record.service.process.pid = Pid(77);
    EXPECT_FALSE(decode(encode(record)));
}

TEST(Status, ATimeThatNoClockCanShowIsNonsense) {
    for (Time time : {Time::max(), Time::min(), Time(-1ns)}) {
        Record record = a_record();
        record.service.started = time;
        EXPECT_FALSE(decode(encode(record)));
        record = a_record();
        record.service.stop_requested_at = time;
        EXPECT_FALSE(decode(encode(record)));
        record = a_record();
        record.service.process.spawn_began = time;
        EXPECT_FALSE(decode(encode(record)));
    }
}
