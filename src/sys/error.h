// SPDX-License-Identifier: MIT
// The one way by which a system call's failure becomes an exception. Outcomes that a caller
// branches on (no such file, would block, already locked) are return values, not errors.
#pragma once

#include <exception>
#include <string>

namespace hf::sys {

// "What was tried, on what" and the errno. Turned into "PROG: fatal: TEXT: E" by the shared main().
class Error : public std::exception {
  public:
    Error(std::string text, int code) : text_(std::move(text)), code_(code) {}
    const char* what() const noexcept override { return text_.c_str(); }
    const std::string& text() const noexcept { return text_; }
    int code() const noexcept { return code_; }

  private:
    std::string text_;
    int code_;
};

// Throws Error with the current errno. `text` reads "unable to open ./supervise/control".
[[noreturn]] void fail(std::string text);

}  // namespace hf::sys
