// SPDX-License-Identifier: MIT
// Where the stream is cut into pieces of lines. Pure. The stream comes in reads that end anywhere;
// what is cut depends on its bytes alone wherever that matters: at newlines, and after the first
// `longest` bytes of a line that is longer.
#pragma once

#include <cstddef>
#include <string_view>

namespace hf::log {

struct LineLimits {
    size_t wait = 0;  // the start of a line that is shorter waits for its end
    size_t longest = std::string_view::npos;  // no piece is longer
    bool characters = false;                  // no piece ends within a UTF-8 character
};

// The next piece of the stream.
struct Piece {
    size_t length = 0;      // 0: what is there waits for more
    bool complete = false;  // it ends a line, with its newline
};

// `bytes` is all that is there of the stream, not empty. `in_line`: a part of the line was a piece.
Piece next_piece(std::string_view bytes, bool in_line, const LineLimits& limits);

// All pieces that next_piece() cuts off `bytes`, at once: their length together, and whether they
// end within a line. For limits without a `longest` and without `characters`.
struct Block {
    size_t length = 0;
    bool in_line = false;
};
Block next_block(std::string_view bytes, bool in_line, size_t wait);

}  // namespace hf::log
