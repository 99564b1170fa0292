// SPDX-License-Identifier: MIT
// mN/S: how many lines may pass in a stretch of time, and how many did not. Pure; the clock is
// told.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "log/script.h"

namespace hf::log {

class RateLimit {
  public:
    using Moment = std::chrono::steady_clock::time_point;

    explicit RateLimit(const AtMost& rule) : rule_(rule) {}

    bool pass(Moment now);

    // The line that tells of what was dropped, once the stretch is over; or at once, at the end.
    std::optional<std::string> note(Moment now, bool at_end);
    std::optional<Moment> deadline() const;

  private:
    AtMost rule_;
    Moment began_{};  // of this stretch
    uint64_t passed_ = 0;
    uint64_t dropped_ = 0;
};

}  // namespace hf::log
