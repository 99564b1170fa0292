// SPDX-License-Identifier: MIT
// A table for people: columns as wide as they must be. Pure.
#pragma once

#include <string>
#include <vector>

namespace hf::people {

struct Cell {
    std::string text;
    std::string colour;  // an escape sequence, or nothing
};

// The first row is the head. No blanks at the ends of lines.
std::string table(const std::vector<std::vector<Cell>>& rows);

}  // namespace hf::people
