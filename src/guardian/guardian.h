// SPDX-License-Identifier: MIT
// svscan: the parent that never changes. It waits, buries, and restarts the engine. Nothing else.
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
#include <climits>
#include <cstdint>

#include "guardian/notify.h"
#include "sys/guard.h"

namespace hf::guardian {

// What a guardian that was replaced by a newer one on disk hands to it, beside its children.
struct Legacy {
    int lock = -1;
    int memory = -1;
    int engine_file = -1;
    bool halting = false;
    int exit_code = 0;
    Notify notify{};
};

struct Options {
    const char* main = nullptr;  // the service whose end ends everything
    bool prefix_output = false;  // what services without a log write gets the time and the name
};

class Guardian {
  public:
    // Guards the current directory. `name` is what the user calls it, `self` this program's path.
    // Ends the process with a message and 111 if that cannot be done.
    Guardian(const char* name, const Options& options, const char* self, const Legacy& legacy);

    // Returns the exit code, when everything has been stopped, or when told to leave.
    int run();

  private:
    void turn();
    void leave(int exit_code);
    void await_last_lines() const;
    void obey(int signal);
    void halt();
    void hear();
    void tell(sys::GuardMessage::Kind kind);
    void start_engine();
    [[noreturn]] void become_engine(int socket, int file) const;
    void engine_ended(int code, int status);
    void look_after_children();
    bool find_dead(siginfo_t& info);
    void ask_engine();
    void watch_engine();
    void upgrade();
    bool probe() const;
    int timeout_ms() const;

    const char* name_;
    const char* main_;
    std::array<char, PATH_MAX> self_{};
    std::array<char, PATH_MAX> engine_path_{};
    int lock_ = -1;
    int memory_ = -1;
    int signals_ = -1;
    sys::GuardPage* page_ = nullptr;

    pid_t engine_ = 0;  // 0: there is none
    int socket_ = -1;
    int engine_file_ = -1;     // the program that last got ready; it can be run when a newer cannot
    int candidate_file_ = -1;  // the program that runs and has not got ready yet
    bool ready_ = false;       // the engine wants to be told of deaths
    std::int64_t engine_started_ms_ = 0;
    std::int64_t start_engine_at_ms_ = 0;
    int backoff_ms_ = 0;
    bool distrust_disk_ = false;  // the engine on disk did not get ready: run engine_file_

    bool someone_died_ = true;  // since the children were looked at
    pid_t who_ = 0;             // one of them, if it is known
    pid_t owed_ = 0;  // a death that was told and is not yet recorded; 0: none; or whether it lives
    std::int64_t owed_since_ms_ = 0;
    std::int64_t ask_at_ms_ = 0;
    int failures_ = 0;          // engines in a row that did not get ready
    bool ended_by_us_ = false;  // the engine was stuck
    bool halting_ = false;
    Notify notify_;
    bool done_ = false;
    int exit_code_ = 0;
};

}  // namespace hf::guardian
