// SPDX-License-Identifier: MIT
#include "config/toml_cursor.h"

#include <algorithm>
#include <cstdint>

#include "text/visible.h"

namespace hf::config {

namespace {

constexpr std::string_view hexadecimal = "0123456789abcdefABCDEF";

// \u00e9, \U0001f600: `digits` of them. The backslash is at `offset`.
void skip_code(TomlCursor& cursor, size_t offset, size_t digits) {
    const std::string_view found = cursor.rest().substr(0, digits);
    const size_t right = std::min(found.find_first_not_of(hexadecimal), found.size());
    if (right < digits) {
        cursor.fail(offset, digits == 4
                                ? "\\u is followed by four hexadecimal digits: \\u00e9"
                                : "\\U is followed by eight hexadecimal digits: \\U000000e9");
    }
    const unsigned long code = std::stoul(std::string(found), nullptr, 16);
    cursor.skip(digits);
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        cursor.fail(offset, std::string(cursor.since(offset)) + ": there is no such character");
}

// What to write instead of a backslash that means nothing before `rest`.
std::string instead_of_escape(std::string_view rest) {
    if (rest.starts_with('e')) return "write \\u001b";
    const bool is_byte = rest.starts_with('x') && rest.size() > 2 &&
                         rest.substr(1, 2).find_first_not_of(hexadecimal) == rest.npos;
    if (is_byte) return "write \\u00" + std::string(rest.substr(1, 2));
    const std::string letter = shown(rest.substr(0, std::max<size_t>(text::letter_size(rest), 1)));
    return "write \\\\" + letter + ", or the string in single quotes";
}

// What a backslash means in a string with double quotes.
void skip_escape(TomlCursor& cursor, bool has_lines) {
    const size_t offset = cursor.offset();
    cursor.skip(1);
    const char what = cursor.next();
    if (cursor.is_line_done()) return;
    if (has_lines && (what == ' ' || what == '\t')) {
        cursor.skip_blanks();
        if (cursor.is_line_done()) return;
        cursor.fail(offset,
                    "a \\ before a blank joins two lines, and nothing may follow it: write \\\\");
    }
    const std::string_view rest = cursor.rest();
    const size_t size = std::max<size_t>(text::letter_size(rest), 1);
    if (std::string_view("btnfr\"\\uU").find(what) == rest.npos) {
        cursor.fail(offset, "\\" + shown(rest.substr(0, size)) +
                                " has no meaning in a string: " + instead_of_escape(rest));
    }
    cursor.skip(size);
    if (what == 'u') skip_code(cursor, offset, 4);
    if (what == 'U') skip_code(cursor, offset, 8);
}

}  // namespace

std::string_view TomlCursor::rest_of_line() const {
    std::string_view line = rest().substr(0, rest().find('\n'));
    if (line.ends_with('\r') && line.size() < rest().size()) line.remove_suffix(1);
    return line;
}

Position TomlCursor::position(size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    const size_t newline = before.rfind('\n');
    const std::string_view line = before.substr(newline == before.npos ? 0 : newline + 1);
    const auto begins_letter = [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    };
    return {static_cast<unsigned>(std::ranges::count(before, '\n')) + 1,
            static_cast<unsigned>(std::ranges::count_if(line, begins_letter)) + 1};
}

bool TomlCursor::take(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    skip(word.size());
    return true;
}

void TomlCursor::skip_blanks() {
    while (next() == ' ' || next() == '\t') skip(1);
}

void TomlCursor::skip_comment() {
    if (next() == '#') skip(rest_of_line().size());
}

void TomlCursor::skip_lines() {
    do {
        skip_blanks();
        skip_comment();
    } while (take("\n") || take("\r\n"));
}

void TomlCursor::fail(size_t offset, std::string text) const {
    throw Fault{position(offset), std::move(text)};
}

void check_bytes(std::string_view text) {
    const TomlCursor cursor(text);
    for (size_t at = 0; at < text.size();) {
        const size_t size = text::letter_size(text.substr(at));
        const char c = text[at];
        if (size == 0 && at == 0 && (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")))
            cursor.fail(0, "the file is in UTF-16: save it as UTF-8");
        if (size == 0) {
            cursor.fail(at, "the byte " + shown(text.substr(at, 1)) +
                                " is not UTF-8: save the file as UTF-8");
        }
        const bool ends_line = c == '\n' || text.substr(at).starts_with("\r\n");
        if (c == '\r' && !ends_line)
            cursor.fail(at,
                        "a carriage return that ends no line: remove it; in a string it is \\r");
        const auto code = static_cast<unsigned char>(c);
        if ((code < ' ' && c != '\t' && !ends_line) || code == 0x7f) {
            cursor.fail(at, "a control character (" + shown(text.substr(at, 1)) +
                                "): remove it; in a string it is \\u00" + hexadecimal[code >> 4] +
                                hexadecimal[code & 0xF]);
        }
        at += size;
    }
}

void skip_string(TomlCursor& cursor) {
    const size_t begin = cursor.offset();
    const std::string quote(1, cursor.next());
    const std::string three = quote + quote + quote;
    const bool has_lines = cursor.take(three);
    if (!has_lines) cursor.skip(1);
    const std::string& end = has_lines ? three : quote;
    while (!cursor.take(end)) {
        if (cursor.is_done() || (!has_lines && cursor.is_line_done())) {
            const std::string how = has_lines ? "is never closed: end it with " + three
                                              : "does not end on its line: end it with " + quote +
                                                    ", or use " + three + " for several lines";
            cursor.fail(begin, "the string that begins here " + how);
        }
        if (cursor.next() == '\\' && quote == "\"")
            skip_escape(cursor, has_lines);
        else
            cursor.skip(1);
    }
    // Of up to five quotes the last three are the end.
    if (has_lines && cursor.take(quote)) cursor.take(quote);
}

std::string shown(std::string_view text) {
    constexpr size_t most = 80;
    if (text.size() <= most) return text::visible(text);
    size_t size = most;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text::visible(text.substr(0, size)) + "...";
}

}  // namespace hf::config
