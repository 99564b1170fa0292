// SPDX-License-Identifier: MIT
// A status file that is read while it is written, or that is nothing of the kind.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "control/reader.h"
#include "inspect/history.h"
#include "sys/fd.h"
#include "sys/process.h"

using namespace hf;
using namespace hf::control;
using namespace std::chrono_literals;

namespace {

class StatusReader : public ::testing::Test {
  protected:
    StatusReader() {
        std::string pattern = std::filesystem::temp_directory_path() / "holdfast-test.XXXXXX";
        directory = ::mkdtemp(pattern.data());
        ::mkdir((directory + "/supervise").c_str(), 0700);
        file = directory + "/supervise/status";
    }
    ~StatusReader() override { std::filesystem::remove_all(directory); }

    void write(std::span<const std::byte> bytes, off_t at = 0) const {
        sys::Fd status = sys::open(file.c_str(), O_WRONLY | O_CREAT, 0644);
        ASSERT_EQ(::pwrite(status.get(), bytes.data(), bytes.size(), at),
                  static_cast<ssize_t>(bytes.size()));
    }

    std::string directory;
    std::string file;
};

format::Record a_record(int pid) {
    format::Record record;
    record.service.state = core::State::up;
    record.service.process.pid = core::Pid(pid);
    record.service.started = core::Time(1s);
    record.service.changed.wall = core::WallTime(500ns);  // as labels are rounded
    record.session.boot = sys::boot_id();
    record.session.supervisor = static_cast<std::uint32_t>(::getpid());
    return record;
}

// The pid of one, the checksum of another.
format::RecordBytes torn() {
    auto bytes = format::encode(a_record(1));
    auto other = format::encode(a_record(2));
    std::copy_n(other.begin(), 20, bytes.begin());
    return bytes;
}

}  // namespace

TEST_F(StatusReader, WhatIsTornIsReadAgainUntilItIsWhole) {
    write(torn());
    sys::Fd events(::inotify_init1(IN_CLOEXEC));
    ASSERT_GE(::inotify_add_watch(events.get(), file.c_str(), IN_ACCESS), 0);
    std::thread writer([&] {
        std::array<char, 4096> event{};
        EXPECT_GT(::read(events.get(), event.data(), event.size()), 0) << "it has been read once";
        write(format::encode(a_record(2)));
    });
    Status status = read_status(directory);
    writer.join();
    EXPECT_EQ(status.record, a_record(2));
    EXPECT_TRUE(is_current(status));
}

TEST_F(StatusReader, TheHistoryOfATornRecordIsReadAgainToo) {
    auto whole = format::encode(a_record(2));
    auto note = format::encode(format::Note{.number = 5});
    write(torn());
    write(note, static_cast<off_t>(format::place_of(5)));
    sys::Fd events(::inotify_init1(IN_CLOEXEC));
    ASSERT_GE(::inotify_add_watch(events.get(), file.c_str(), IN_ACCESS), 0);
    std::thread writer([&] {
        std::array<char, 4096> event{};
        EXPECT_GT(::read(events.get(), event.data(), event.size()), 0);
        note = format::encode(format::Note{.number = 6});
        write(note, static_cast<off_t>(format::place_of(6)));
        write(whole);
    });
    auto notes = inspect::history_of(directory);
    writer.join();
    ASSERT_TRUE(notes);
    EXPECT_EQ(notes->size(), 2U);
}

TEST_F(StatusReader, WhatStaysTornHasNoRecord) {
    write(torn());
    Status status = read_status(directory);
    EXPECT_FALSE(status.record);
    EXPECT_TRUE(status.classic);
    EXPECT_FALSE(is_current(status));
}

TEST_F(StatusReader, AFileOfTheOriginalHasNoRecord) {
    auto bytes = torn();
    write(std::span(bytes).first(format::classic_size));
    Status status = read_status(directory);
    EXPECT_TRUE(status.classic);
    EXPECT_FALSE(status.record);
}

TEST_F(StatusReader, SaysWhyThereIsNothing) {
    EXPECT_EQ(read_status(directory).open_error, ENOENT);
    ::mkdir(file.c_str(), 0700);
    EXPECT_EQ(read_status(directory).read_error, EISDIR);
    ::rmdir(file.c_str());
    ::mkfifo(file.c_str(), 0600);
    EXPECT_FALSE(read_status(directory).classic);
}

// Whoever may write there must not hang who looks.
TEST_F(StatusReader, AFileWithoutAnEndIsReadToTheLengthOfAStatus) {
    ASSERT_EQ(::symlink("/dev/zero", file.c_str()), 0);
    Status status = read_status(directory);
    EXPECT_FALSE(status.record);
    EXPECT_TRUE(inspect::history_of(directory)->empty());
}

TEST_F(StatusReader, ASupervisionThatHasEndedIsNotCurrent) {
    auto record = a_record(2);
    record.service.state = core::State::down;
    record.service.process.pid = core::Pid::none;
    write(format::encode(record));
    EXPECT_TRUE(is_current(read_status(directory)));
    record.released = true;
    write(format::encode(record));
    EXPECT_FALSE(is_current(read_status(directory)));
    record.released = false;
    record.session.boot[0] ^= std::byte{1};
    write(format::encode(record));
    EXPECT_FALSE(is_current(read_status(directory)));
}
