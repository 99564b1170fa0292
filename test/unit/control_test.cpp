// SPDX-License-Identifier: MIT
// How the commands reach a supervision that is between two engines, or that does not read.
#include "control/control.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "format/status.h"
#include "sys/directory.h"
#include "sys/process.h"

using namespace hf;
using namespace hf::control;
using namespace std::chrono_literals;

namespace {

// A service of which this process is the supervisor, whatever else is there.
class ControlTest : public ::testing::Test {
  protected:
    ControlTest() {
        std::string pattern = std::filesystem::temp_directory_path() / "holdfast-test.XXXXXX";
        path = ::mkdtemp(pattern.data());
        ::mkdir((path + "/supervise").c_str(), 0700);
        pipe = path + "/supervise/control";
        ::mkfifo(pipe.c_str(), 0600);
        directory = sys::open_searchable(AT_FDCWD, path.c_str());
    }
    ~ControlTest() override { std::filesystem::remove_all(path); }

    void write_record(pid_t supervisor) const {
        format::Record record;
        record.session.boot = sys::boot_id();
        record.session.supervisor = static_cast<std::uint32_t>(supervisor);
        auto bytes = format::encode(record);
        sys::Fd file = sys::open((path + "/supervise/status").c_str(), O_WRONLY | O_CREAT, 0644);
        ASSERT_EQ(::write(file.get(), bytes.data(), bytes.size()),
                  static_cast<ssize_t>(bytes.size()));
    }

    sys::Fd reader() const { return sys::open(pipe.c_str(), O_RDONLY | O_NONBLOCK); }

    // The writing end of a pipe without room.
    sys::Fd full() const {
        sys::Fd end = sys::open(pipe.c_str(), O_WRONLY | O_NONBLOCK);
        const std::string block(4096, 'x');
        while (::write(end.get(), block.data(), block.size()) > 0) {
        }
        return end;
    }

    std::string path;
    std::string pipe;
    sys::Fd directory;
};

TEST_F(ControlTest, is_waited_for_between_two_engines) {
    write_record(::getpid());
    sys::Fd engine;
    std::thread next([&] { engine = reader(); });
    Control control(10s);
    EXPECT_TRUE(control.open(directory, "control"));
    next.join();
}

TEST_F(ControlTest, is_waited_for_no_longer_than_the_timeout_in_all_calls) {
    write_record(::getpid());
    Control control(20ms);
    for (int i = 0; i < 100; ++i) {
        errno = 0;
        EXPECT_FALSE(control.open(directory, "control"));
        EXPECT_EQ(errno, ENXIO);
    }
}

TEST_F(ControlTest, is_not_waited_for_after_the_supervisor) {
    const pid_t nobody = 0x3fffffff;
    write_record(nobody);
    Control control(std::chrono::hours(1));
    EXPECT_FALSE(control.open(directory, "control"));
    EXPECT_EQ(errno, ENXIO);
}

TEST_F(ControlTest, a_pipe_without_room_is_waited_for_up_to_the_timeout) {
    sys::Fd engine = reader();
    sys::Fd end = full();
    Control with_stop_timeout(0ms);
    EXPECT_FALSE(with_stop_timeout.send(end, "d", true));
    EXPECT_EQ(errno, EAGAIN);
    // What one has waited in vain is not the next one's loss.
    std::thread reads([&] {
        std::vector<char> block(1 << 20);
        EXPECT_GT(::read(engine.get(), block.data(), block.size()), 0);
    });
    Control control(10s);
    EXPECT_TRUE(control.send(end, "d", true));
    reads.join();
}

TEST_F(ControlTest, one_whose_reader_dies_before_the_write_waits_for_the_next) {
    Control control(10s);
    std::signal(SIGPIPE, SIG_IGN);
    sys::Fd first = reader();
    sys::Fd end = control.open(directory, "control");
    ASSERT_TRUE(end);
    first.reset();
    sys::Fd next;
    std::thread engine([&] { next = reader(); });
    EXPECT_TRUE(control.send(end, "d", true));
    engine.join();
}

TEST_F(ControlTest, nobody_who_reads_is_told_where_no_engine_follows) {
    std::signal(SIGPIPE, SIG_IGN);
    Control control(10ms);
    sys::Fd first = reader();
    sys::Fd end = control.open(directory, "control");
    first.reset();
    for (bool follows : {false, true}) {
        EXPECT_FALSE(control.send(end, "d", follows));
        EXPECT_EQ(errno, EPIPE);
    }
}

TEST_F(ControlTest, an_engine_that_reads_slowly_has_the_timeout_after_each_read) {
    sys::Fd engine = reader();
    sys::Fd end = sys::open(pipe.c_str(), O_WRONLY | O_NONBLOCK);
    const std::string letters(25, 'u');
    ASSERT_EQ(::write(end.get(), letters.data(), letters.size()), 25);
    // Longer than the timeout for all, and far from it for each.
    std::thread reads([&] {
        for (int i = 0; i < 25; ++i) {
            std::this_thread::sleep_for(100ms);
            char letter = 0;
            EXPECT_EQ(::read(engine.get(), &letter, 1), 1);
        }
    });
    Control control(2s);
    EXPECT_TRUE(control.is_read(end, true));
    reads.join();
}

TEST_F(ControlTest, what_nobody_reads_is_waited_for_no_longer_than_the_timeout_in_all_calls) {
    sys::Fd engine = reader();
    sys::Fd end = sys::open(pipe.c_str(), O_WRONLY | O_NONBLOCK);
    ASSERT_EQ(::write(end.get(), "d", 1), 1);
    Control control(20ms);
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(control.is_read(end, true));
}

TEST_F(ControlTest, what_nobody_will_read_is_not_waited_for) {
    sys::Fd engine = reader();
    sys::Fd end = sys::open(pipe.c_str(), O_WRONLY | O_NONBLOCK);
    ASSERT_EQ(::write(end.get(), "dx", 2), 2);
    engine.reset();
    Control control(std::chrono::hours(1));
    EXPECT_FALSE(control.is_read(end, false));
}

// A relative path, and no current directory that matters.
TEST_F(ControlTest, a_directory_is_taken_as_chdir_takes_it) {
    EXPECT_FALSE(sys::open_searchable(AT_FDCWD, ""));
    EXPECT_EQ(errno, ENOENT);
    EXPECT_FALSE(sys::open_searchable(directory.get(), "supervise/control"));
    EXPECT_EQ(errno, ENOTDIR);
    EXPECT_TRUE(sys::open_searchable(directory.get(), "supervise"));
    if (::geteuid() == 0) return;
    ::chmod((path + "/supervise").c_str(), 0600);
    EXPECT_FALSE(sys::open_searchable(directory.get(), "supervise"));
    EXPECT_EQ(errno, EACCES);
    ::chmod((path + "/supervise").c_str(), 0700);
}

}  // namespace
