// SPDX-License-Identifier: MIT
// A directory's processor, beside the writing. Each finished file waits under its archive name
// (@LABEL.u, mode 0744); the oldest is linked to `previous` and fed to the command; its output
// becomes @LABEL.s, and the waiting name goes. One runs at a time, so the order of files stays.
// Nothing here blocks: a failure is retried after a pause that others do not feel.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "log/archives.h"

namespace hf::log {

// So many finished files may wait for a processor that fails or is slow; then reading pauses.
constexpr size_t most_waiting = 16;

class Processor {
  public:
    Processor(Archives& archives, const std::string& command)
        : archives_(archives), command_(command) {}

    // Starts the next waiting file if there is one, nothing runs and no pause is on.
    void start();

    // A child has ended. False if it is not ours.
    bool reap(pid_t child, int status);

    bool all_done() const { return child_ < 0 && !next_try_ && archives_.waiting().empty(); }
    std::optional<Clock::time_point> next_try() const { return next_try_; }

    // Stops what runs and puts its file back among the waiting.
    void give_up();

  private:
    bool name_previous();
    bool put_back();
    bool spawn();
    bool finish();  // makes the output an archive; false: failed and said so
    bool trouble(const std::string& text);
    void failed(const std::string& text);
    bool sync(const char* file, unsigned mode);

    Archives& archives_;
    const std::string& command_;
    std::string source_;      // the waiting name of `previous`
    bool only_name_ = false;  // the file is not there by that name as well
    pid_t child_ = -1;
    bool succeeded_ = false;  // the command did its work; finish() has not
    std::optional<Clock::time_point> next_try_;
};

}  // namespace hf::log
