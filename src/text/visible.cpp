// SPDX-License-Identifier: MIT
#include "text/visible.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace hf::text {

namespace {

struct Letter {
    std::uint32_t code;
    size_t size;
};

// The UTF-8 letter at the beginning of `text`; none if there is no well-formed one.
std::optional<Letter> letter_at(std::string_view text) {
    auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return Letter{first, 1};
    const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < size) return std::nullopt;
    std::uint32_t code = first & (0xFFU >> (size + 1));
    for (size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
        code = code << 6 | (byte(i) & 0x3FU);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < least[size] || code > 0x10FFFF || surrogate) return std::nullopt;
    return Letter{code, size};
}

// Those that are not seen, but change how others are: directions, separators, joiners, tags.
bool is_invisible(std::uint32_t code) {
    return (code >= 0x80 && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
           code == 0x061C || code == 0xFEFF || (code >= 0xE0000 && code <= 0xE007F);
}

void append_hexadecimal(std::string& into, std::uint32_t number, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        into += "0123456789abcdef"[number >> shift & 0xF];
}

std::string made_visible(std::string_view text, bool lines) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto letter = letter_at(text);
        if (!letter) {
            result += "\\x";
            append_hexadecimal(result, static_cast<unsigned char>(text[0]), 2);
            text.remove_prefix(1);
            continue;
        }
        const bool plain = letter->code == '\t' || (lines && letter->code == '\n');
        if (!plain && (letter->code < 0x20 || letter->code == 0x7F)) {
            result += '^';
            result += static_cast<char>(letter->code ^ 0x40);
        } else if (is_invisible(letter->code)) {
            result += letter->code > 0xFFFF ? "\\U" : "\\u";
            append_hexadecimal(result, letter->code, letter->code > 0xFFFF ? 8 : 4);
        } else {
            result += text.substr(0, letter->size);
        }
        text.remove_prefix(letter->size);
    }
    return result;
}

}  // namespace

std::string visible(std::string_view text) {
    return made_visible(text, false);
}

std::string visible_lines(std::string_view text) {
    return made_visible(text, true);
}

std::string visible_within(std::string_view text, std::size_t most) {
    constexpr std::string_view ellipsis = "...";
    const std::string whole = visible(text);
    if (whole.size() <= most) return whole;
    std::string shown;
    for (;;) {
        const std::size_t size = std::max<std::size_t>(letter_size(text), 1);
        const std::string letter = visible(text.substr(0, size));
        if (shown.size() + letter.size() + ellipsis.size() > most) return shown.append(ellipsis);
        shown += letter;
        text.remove_prefix(size);
    }
}

std::size_t letter_size(std::string_view text) {
    if (text.empty()) return 0;
    const auto letter = letter_at(text);
    return letter ? letter->size : 0;
}

}  // namespace hf::text
