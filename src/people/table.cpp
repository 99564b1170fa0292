// SPDX-License-Identifier: MIT
#include "people/table.h"

#include <algorithm>

namespace hf::people {

namespace {

// How many columns a terminal takes for UTF-8 text without wide letters.
size_t width_of(const std::string& text) {
    return static_cast<size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string table(const std::vector<std::vector<Cell>>& rows) {
    std::vector<size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i].text));
    }
    std::string text;
    for (const auto& row : rows) {
        size_t blanks = 0;
        for (size_t i = 0; i < row.size(); ++i) {
            const Cell& cell = row[i];
            if (!cell.text.empty()) {
                text.append(blanks, ' ');
                blanks = 0;
                text += cell.colour.empty() ? cell.text : cell.colour + cell.text + "\033[0m";
            }
            blanks += widths[i] - width_of(cell.text) + 2;
        }
        text += '\n';
    }
    return text;
}

}  // namespace hf::people
