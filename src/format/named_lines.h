// SPDX-License-Identifier: MIT
// Puts the time and a name before each line of a stream:
// "2026-01-31T23:59:59.123456Z web: text". Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace hf::format {

class NamedLines {
  public:
    // No line comes out longer than `longest` bytes, its end included: what is longer comes in
    // pieces, each with the time and the name. `longest` must leave room for these. Control
    // characters in `name` become question marks: no name can make a line.
    NamedLines(std::string name, size_t longest);

    // Appends to `out` the lines that end in the next bytes of the stream. A line has the time
    // when its first byte came, `now` being that of these bytes, since 1970.
    void take(std::string_view bytes, std::chrono::nanoseconds now, std::string& out);

    // The stream has ended: what still waits for its end is a line.
    void finish(std::string& out);

  private:
    void begin(std::chrono::nanoseconds now);

    std::string name_;
    size_t longest_;
    std::string line_;  // begun and not ended; else empty
};

}  // namespace hf::format
