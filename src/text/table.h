// SPDX-License-Identifier: MIT
// A table for people: columns as wide as they must be. Pure.
#pragma once

#include <string>
#include <vector>

namespace hf::text {

struct Cell {
    std::string text;
    std::string colour;  // an escape sequence, or nothing
};

using Rows = std::vector<std::vector<Cell>>;

// The first row is the head. No blanks at the ends of lines. What is no text for a terminal is made
// visible.
std::string table(const Rows& rows);

// The table as it fits on a screen of so many columns: if it is wider, columns in which nothing
// stands (but `-`) are left out, and then what is too long is cut.
std::string table_within(Rows rows, size_t columns);

}  // namespace hf::text
