// SPDX-License-Identifier: MIT
#include "sys/process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace hf::sys;

namespace {

// A child that has ended and is not reaped yet; it first does what `life` says.
class Zombie {
  public:
    template <typename Life>
    explicit Zombie(Life life) : pid_(::fork()) {
        if (pid_ == 0) {
            life();
            ::_exit(111);
        }
        siginfo_t info{};
        ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
    }
    ~Zombie() { ::waitpid(pid_, nullptr, 0); }
    Zombie(const Zombie&) = delete;
    Zombie& operator=(const Zombie&) = delete;
    pid_t pid() const { return pid_; }

  private:
    pid_t pid_;
};

}  // namespace

TEST(Process, AZombieTellsWhetherItEverExecutedAProgram) {
    Zombie killed([] { ::raise(SIGKILL); });
    EXPECT_FALSE(may_have_executed(killed.pid()));
    Zombie failed([] { ::execl("/nowhere/at/all", "all", nullptr); });
    EXPECT_FALSE(may_have_executed(failed.pid()));
    Zombie ran([] { ::execl("/bin/sh", "sh", "-c", "exit 111", nullptr); });
    EXPECT_TRUE(may_have_executed(ran.pid()));
    Zombie killed_later([] { ::execl("/bin/sh", "sh", "-c", "kill -9 $$", nullptr); });
    EXPECT_TRUE(may_have_executed(killed_later.pid()));
}

TEST(Process, WhatCannotBeLookedAtMayHave) {
    EXPECT_TRUE(may_have_executed(1 << 30));
}
