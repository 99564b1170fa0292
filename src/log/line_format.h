// SPDX-License-Identifier: MIT
// What is put around a line: nothing, a TAI64N label, an ISO 8601 time, a JSON object. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "log/script.h"

namespace hf::log {

class LineFormat {
  public:
    explicit LineFormat(Stamp stamp) : stamp_(stamp) {}

    // All lines that begin from now on carry this wall-clock time.
    void set_time(std::chrono::nanoseconds since_1970);

    // What comes before a line, and after it in front of its newline.
    std::string_view before() const { return before_; }
    std::string_view after() const;

    // Whether the line itself must be escaped, and that. A byte that is not UTF-8 becomes the
    // character of its number.
    bool escapes() const { return stamp_ == Stamp::json; }
    static void escape(std::string_view piece, std::string& out);

    // Whether patterns see what is put before the line.
    bool patterns_see_it() const { return stamp_ != Stamp::json; }

    // Whether lines go out as they came in.
    bool nothing() const { return stamp_ == Stamp::none; }

  private:
    Stamp stamp_;
    std::string before_;
};

// "2026-01-31T23:59:59.123456Z"
std::string iso8601(std::chrono::nanoseconds since_1970);

}  // namespace hf::log
