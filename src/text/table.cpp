// SPDX-License-Identifier: MIT
#include "text/table.h"

#include <algorithm>

#include "text/visible.h"

namespace hf::text {

namespace {

constexpr size_t gap = 2;

bool begins_letter(char c) {
    return (c & 0xC0) != 0x80;
}

// How many columns a terminal takes for UTF-8 text without wide letters.
size_t width_of(const std::string& text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), begins_letter));
}

std::string cut(const std::string& text, size_t columns) {
    size_t at = 0;
    while (at < text.size() && (columns > 0 || !begins_letter(text[at]))) {
        if (begins_letter(text[at])) --columns;
        ++at;
    }
    return text.substr(0, at);
}

std::vector<size_t> widths_of(const Rows& rows) {
    std::vector<size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i].text));
    }
    return widths;
}

size_t sum(const std::vector<size_t>& widths) {
    size_t total = 0;
    for (size_t each : widths) total += each + gap;
    return total - std::min(total, gap);
}

bool is_empty(const Rows& rows, size_t column) {
    return std::all_of(rows.begin() + 1, rows.end(), [&](const auto& row) {
        return row[column].text.empty() || row[column].text == "-";
    });
}

void leave_out_empty_columns(Rows& rows) {
    for (size_t column = rows[0].size(); column-- > 0;) {
        if (!is_empty(rows, column)) continue;
        for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
    }
}

void append_row(const std::vector<Cell>& row, const std::vector<size_t>& widths, size_t columns,
                std::string& text) {
    size_t at = 0;  // where the cell begins
    size_t written = 0;
    for (size_t i = 0; i < row.size() && at < columns; ++i) {
        std::string shown = cut(row[i].text, columns - at);
        if (!shown.empty()) {
            text.append(at - written, ' ');
            written = at + width_of(shown);
            text += row[i].colour.empty() ? shown : row[i].colour + shown + "\033[0m";
        }
        at += widths[i] + gap;
    }
    text += '\n';
}

}  // namespace

std::string table(const Rows& rows) {
    return table_within(rows, static_cast<size_t>(-1));
}

std::string table_within(Rows rows, size_t columns) {
    if (rows.empty()) return "";
    for (auto& row : rows)
        for (Cell& cell : row) cell.text = visible(cell.text);
    if (sum(widths_of(rows)) > columns && rows.size() > 1) leave_out_empty_columns(rows);
    auto widths = widths_of(rows);
    std::string text;
    for (const auto& row : rows) append_row(row, widths, columns, text);
    return text;
}

}  // namespace hf::text
