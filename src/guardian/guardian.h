// SPDX-License-Identifier: MIT
// svscan: the parent that never changes. It waits, reaps, and restarts the engine. Nothing else.
//
// Whatever the engine makes is this process's child, so the death of an engine changes no
// parentage. The guardian peeks at a death, tells the engine, and reaps only when the engine has
// recorded it: the kernel's list of zombies is the queue, and it survives any engine.
//
// Its constructor prepares everything; from then on it allocates nothing.
#pragma once

#include <sys/types.h>
#include <sys/wait.h>

#include <array>

#include "guard/protocol.h"
#include "guardian/engine_link.h"
#include "guardian/handover.h"
#include "guardian/kept.h"
#include "guardian/lifecycle.h"
#include "guardian/notify.h"
#include "guardian/programs.h"

namespace hf::guardian {

struct Options {
    const char* main_service = nullptr;  // the service whose end ends everything
    bool prefix_output = false;  // what services without a log write gets the time and the name
};

// The engine that runs, if one does.
struct Engine {
    pid_t pid = 0;  // 0: there is none
    Program program = Program::on_disk;
    int file = -1;  // what it executes, until it has got ready
    Clock::time_point started{};
    bool ready = false;        // it wants to be told of deaths
    bool ended_by_us = false;  // it was stuck
};

class Guardian {
  public:
    // Guards the current directory. `name` is what the user calls it, `self` this program's path.
    // Ends the process with a message and 111 if that cannot be done.
    Guardian(const char* name, const Options& options, const char* self, const Handover& handover);

    // Returns the exit code, when everything has been stopped, or when told to leave.
    int run();

  private:
    void turn();
    std::optional<milliseconds> timeout() const;
    void obey(int signal);
    void halt();
    void leave();
    void end(int exit_code);

    void hear();
    void obey(const guard::Packet& received);
    void ask_for_life();
    void watch_engine();

    void start_engine();
    void engine_ended(int code, int status);
    void give_up_halting() const;
    void blame(int code, int status, bool stuck);
    void warn_of_death(int code, int status, bool stuck, milliseconds pause);

    void look_at_children();
    bool find_dead(siginfo_t& info);
    guard::Child whose(pid_t pid) const;
    void await_last_lines() const;

    void upgrade();
    void become_the_newer_one();

    const char* name_;
    const char* main_service_;
    Paths paths_;
    int lock_ = -1;
    int memory_ = -1;
    int signals_ = -1;
    guard::SharedPage* page_ = nullptr;
    Kept kept_;

    Engine engine_;
    EngineLink link_;
    int last_good_ = -1;  // the program that last got ready; it can be run when a newer cannot
    Programs programs_;   // what the next engine is chosen by
    Clock::time_point start_engine_at_{};
    milliseconds pause_{};
    int failures_ = 0;             // engines in a row that did not get ready
    Clock::time_point said_at_{};  // the last death of an engine
    int said_ = 0;                 // in a row, each soon after the one before
    int unsaid_ = 0;

    std::array<char, sizeof(guard::SharedPage::busy)> died_at_{};  // the engine before, last

    bool child_exited_ = true;  // since the children were looked at
    pid_t exited_pid_ = 0;      // one of them, if it is known
    Clock::time_point ask_at_{};
    bool halting_ = false;
    bool leaving_ = false;
    bool upgrading_ = false;
    Notify notify_;
    bool done_ = false;
    int exit_code_ = 0;
};

}  // namespace hf::guardian
