// SPDX-License-Identifier: MIT
// What a child finds: its descriptors, its record, its directory; and how far one came that failed.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "sys/spawn.h"

using namespace hf::sys;

namespace {

Fd scratch(const std::string& content) {
    Fd file(::memfd_create("scratch", MFD_CLOEXEC));
    EXPECT_EQ(::pwrite(file.get(), content.data(), content.size(), 0),
              static_cast<ssize_t>(content.size()));
    return file;
}

std::string contents(const Fd& file) {
    std::array<char, 4096> buffer{};
    ssize_t size = ::pread(file.get(), buffer.data(), buffer.size(), 0);
    return {buffer.data(), size > 0 ? static_cast<size_t>(size) : 0};
}

void complete(void* context, pid_t pid) noexcept {
    *static_cast<pid_t*>(context) = pid;
}

class Spawn : public testing::Test {
  protected:
    // What whoever runs the tests has left open, this process does not hand on, as the engine.
    void SetUp() override {
        ASSERT_EQ(::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC), 0);
        reserve_descriptors();
    }

    // Runs `script` by a shell in /, and waits for it.
    SpawnResult run(std::string script, std::vector<Redirection> redirections,
                    const char* program = "/bin/sh") {
        char name[] = "sh", option[] = "-c";
        std::array<char*, 4> argv{name, option, script.data(), nullptr};
        std::array<char*, 1> environment{nullptr};
        std::array pieces{Piece{std::as_bytes(std::span(&pid_in_record_, 1)), 0}};
        SpawnPlan plan{};
        plan.directory = root_.get();
        plan.program = program;
        plan.argv = argv.data();
        plan.environment = environment.data();
        plan.record_file = record_.get();
        plan.record = pieces;
        plan.complete = complete;
        plan.context = &pid_in_record_;
        plan.redirections = redirections;
        ::getrlimit(RLIMIT_NOFILE, &plan.open_files);
        plan.spawning_pid = &unborn_;
        SpawnResult result = spawn(plan);
        int status = 0;
        ::waitpid(result.pid != 0 ? result.pid : -1, &status, 0);
        exit_code_ = WEXITSTATUS(status);
        return result;
    }

    Fd root_{::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)};
    Fd record_ = scratch("");
    pid_t pid_in_record_ = 0;
    std::atomic<pid_t> unborn_{0};
    int exit_code_ = 0;
};

TEST_F(Spawn, ReadsAndWritesWhatIsRedirectedAndHasNothingElse) {
    Fd input = scratch("hello\n");
    Fd output = scratch("");
    ::lseek(input.get(), 0, SEEK_SET);
    auto result =
        run("cat; pwd; for i in 3 4 5 6 7 8 9; do [ ! -e /proc/$$/fd/$i ] || echo $i; done",
            {{input.get(), STDIN_FILENO}, {output.get(), STDOUT_FILENO}});
    EXPECT_NE(result.pid, 0);
    EXPECT_EQ(contents(output), "hello\n/\n");
    EXPECT_EQ(exit_code_, 0);
    pid_t recorded = 0;
    EXPECT_EQ(::pread(record_.get(), &recorded, sizeof recorded, 0),
              static_cast<ssize_t>(sizeof recorded));
    EXPECT_EQ(recorded, result.pid);
    EXPECT_EQ(unborn_, 0);
}

// Wherever they lead, also where something stands that the child still needs itself.
TEST_F(Spawn, RedirectsToAnyDescriptor) {
    const Fd one = scratch("1"), two = scratch("2"), three = scratch("3");
    for (int first = 3; first < 20; ++first) {
        const Fd output = scratch("");
        std::set<std::string> open{"0", "1", "2"};
        std::string script = "cd /proc/self/fd; cat";
        for (int number : {first, first + 1, first + 2}) {
            open.insert(std::to_string(number));
            script += " /proc/self/fd/" + std::to_string(number);
        }
        auto result = run(script + "; for i in *; do [ ! -e $i ] || echo $i; done",
                          {{one.get(), first},
                           {three.get(), first + 2},
                           {output.get(), STDOUT_FILENO},
                           {two.get(), first + 1}});
        EXPECT_NE(result.pid, 0);
        std::string expected = "123";
        for (const std::string& each : open) expected += each + "\n";
        EXPECT_EQ(contents(output), expected);
        pid_t recorded = 0;
        EXPECT_EQ(::pread(record_.get(), &recorded, sizeof recorded, 0),
                  static_cast<ssize_t>(sizeof recorded));
        EXPECT_EQ(recorded, result.pid);
    }
}

TEST_F(Spawn, TellsHowFarItCame) {
    auto result = run("", {}, "/nonexistent");
    EXPECT_EQ(result.pid, 0);
    EXPECT_EQ(result.stage, Stage::program);
    EXPECT_EQ(result.error, ENOENT);
    EXPECT_EQ(exit_code_, 111);
    result = run("", {{record_.get(), -1}});
    EXPECT_EQ(result.stage, Stage::redirection);
    EXPECT_EQ(result.error, EBADF);
}

}  // namespace
