// SPDX-License-Identifier: MIT
// When a log file is too old: so many seconds after its first line, or at local midnight. Pure but
// for the calendar of the C library; both clocks are told.
#pragma once

#include <chrono>
#include <ctime>
#include <optional>

#include "log/script.h"

namespace hf::log {

class Ageing {
  public:
    using Moment = std::chrono::steady_clock::time_point;

    explicit Ageing(const DirectoryRules& rules)
        : most_(rules.age), at_midnight_(rules.at_midnight) {}

    // Nothing here applies to any file.
    bool never() const { return most_.count() == 0 && !at_midnight_; }

    void begin(Moment now, time_t wall);  // the first line
    void end() { begun_.reset(); }        // the file is finished
    bool begun() const { return begun_.has_value(); }

    bool due(Moment now, time_t wall) const;

    // When to look again; the wall clock may be set, so at least every minute if it matters.
    std::optional<Moment> deadline(Moment now, time_t wall) const;

  private:
    std::chrono::seconds most_;
    bool at_midnight_;
    std::optional<Moment> begun_;
    time_t midnight_ = 0;  // the first after the first line
};

// The first local midnight after `wall`.
time_t next_midnight(time_t wall);

}  // namespace hf::log
