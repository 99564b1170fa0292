// SPDX-License-Identifier: MIT
// Looks for a regular expression in lines that come in pieces.
#pragma once

#include <regex.h>

#include <string>
#include <string_view>

namespace hf::log {

class LineWatch {
  public:
    // Extended, as regex(7) has it. Throws sys::Error if it is none.
    explicit LineWatch(const char* pattern);
    ~LineWatch();
    LineWatch(const LineWatch&) = delete;
    LineWatch& operator=(const LineWatch&) = delete;

    // Whether it is found in a line that ends in these bytes. Of a long line only the beginning is
    // looked at: its first 4096 bytes.
    bool take(std::string_view bytes);

  private:
    bool is_in(std::string_view line) const;

    regex_t pattern_{};
    std::string line_;
};

}  // namespace hf::log
