// SPDX-License-Identifier: MIT
// What others have written (log lines, names of processes and files, answers of servers), made fit
// for a terminal. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hf::text {

// The text with each control character and whatever else could move, hide or reorder what a
// terminal shows made visible: ^[ for ESC, \x9b for a byte that is no UTF-8, \u202e for a letter
// that turns the direction. A tab stays; `text` is one line, so a newline is ^J.
std::string visible(std::string_view text);

// The same for several lines: newlines stay.
std::string visible_lines(std::string_view text);

// visible(), cut between two letters if it has more than `most` bytes: then ... follows.
std::string visible_within(std::string_view text, std::size_t most);

// How many bytes the UTF-8 letter at the beginning has; 0 where none is, or it is not well-formed.
std::size_t letter_size(std::string_view text);

}  // namespace hf::text
