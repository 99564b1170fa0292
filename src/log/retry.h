// SPDX-License-Identifier: MIT
// What a logger does about trouble: says so, waits, tries again, for ever; until it is told to
// stop.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>

#include "log/signals.h"

namespace hf::log {

constexpr std::chrono::seconds pause_time{5};

// "multilog: warning: TEXT" on standard error. Trouble there is nobody's business.
void warn(std::string_view text);

// The daemontools sentence: "TEXT, pausing: E".
void warn_pausing(const std::string& text, int code);

class Retry {
  public:
    explicit Retry(Signals& signals) : signals_(signals) {}

    // Warns with the current errno and waits. False if TERM came: give up.
    bool pause(const std::string& text);

    // Calls until it succeeds (true), pausing in between; false if TERM came. `call` returns
    // whether it succeeded, with errno set if not.
    template <typename Call>
    bool insist(const std::string& text, Call call) {
        while (!call()) {
            if (!pause(text)) return false;
        }
        return true;
    }

    Signals& signals() { return signals_; }

  private:
    Signals& signals_;
};

}  // namespace hf::log
