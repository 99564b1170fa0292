// SPDX-License-Identifier: MIT
// Rewrites log lines: a TAI64N label at the start of a line becomes the local date and time. Asks
// the C library's calendar once for each second that occurs; knows no files.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hf::format {

class Tai64nLocal {
  public:
    // Appends to `out` what the next bytes of the stream become. A label that is cut off at the end
    // of `bytes` waits for the rest.
    void take(std::string_view bytes, std::string& out);

    // The stream has ended: what still waits.
    void finish(std::string& out);

  private:
    void label(std::string_view digits, std::string& out);
    bool set_second(std::string_view digits);

    std::string waiting_;  // "@" and the digits so far
    std::string second_;   // the digits that date_ was made from
    std::string date_;     // "2026-01-31 23:59:59."
    bool in_line_ = false;
};

}  // namespace hf::format
