// SPDX-License-Identifier: MIT
// Puts a TAI64N label and a space before each line of a stream. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace hf::format {

class Tai64nLines {
  public:
    // Appends the next bytes of the stream to `out`. Lines that begin in them get the label of
    // `now`: their first byte came with them.
    void take(std::string_view bytes, std::chrono::nanoseconds now, std::string& out);

  private:
    bool in_line_ = false;
};

}  // namespace hf::format
