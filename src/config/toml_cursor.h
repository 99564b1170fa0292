// SPDX-License-Identifier: MIT
// Where one stands in a TOML text that is gone through from its beginning. Pure.
#pragma once

#include <string>
#include <string_view>

#include "config/node.h"

namespace hf::config {

class TomlCursor {
  public:
    explicit TomlCursor(std::string_view text) : text_(text) {}

    std::string_view rest() const { return text_.substr(at_); }
    std::string_view rest_of_line() const;  // without what ends it
    char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool is_done() const { return at_ == text_.size(); }
    bool is_line_done() const { return is_done() || next() == '\n' || rest().starts_with("\r\n"); }

    // A place in the text, and back.
    size_t offset() const { return at_; }
    Position position(size_t offset) const;
    std::string_view since(size_t offset) const { return text_.substr(offset, at_ - offset); }

    void skip(size_t bytes) { at_ += bytes; }
    bool take(std::string_view word);  // and whether it stood there
    void skip_blanks();                // in the line
    void skip_comment();
    void skip_lines();  // blanks, comments and the ends of lines

    // Throws the Fault.
    [[noreturn]] void fail(size_t offset, std::string text) const;

  private:
    std::string_view text_;
    size_t at_ = 0;
};

// Throws the first Fault of the bytes: what is no UTF-8, or a control character.
void check_bytes(std::string_view text);

// The string that begins here, to behind its end. Throws a Fault.
void skip_string(TomlCursor& cursor);

// What is in the file, fit for a message: one line, and the beginning only of what is long.
std::string shown(std::string_view text);

}  // namespace hf::config
