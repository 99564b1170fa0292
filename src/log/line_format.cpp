// SPDX-License-Identifier: MIT
#include "log/line_format.h"

#include <array>
#include <cstdio>

#include "format/tai64n.h"

namespace hf::log {

namespace {

// The bytes of the UTF-8 character of more than one byte at the start of `text`; 0 if there is
// none.
size_t utf8_length(std::string_view text) {
    const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
    const size_t length = byte(0) < 0xc2 ? 0 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
    if (length == 0 || byte(0) > 0xf4 || text.size() < length) return 0;
    for (size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    const unsigned char second = byte(1);
    const bool overlong = (byte(0) == 0xe0 && second < 0xa0) || (byte(0) == 0xf0 && second < 0x90);
    const bool surrogate = byte(0) == 0xed && second > 0x9f;
    const bool beyond = byte(0) == 0xf4 && second > 0x8f;
    return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

std::string iso8601(std::chrono::nanoseconds since_1970) {
    using namespace std::chrono;
    const auto day = floor<days>(since_1970);
    const year_month_day date{sys_days(day)};
    const hh_mm_ss time(floor<microseconds>(since_1970 - day));
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()),
                  static_cast<int>(time.subseconds().count()));
    return text.data();
}

void LineFormat::set_time(std::chrono::nanoseconds since_1970) {
    switch (stamp_) {
        case Stamp::none: break;
        case Stamp::tai64n: {
            const auto label = format::label(format::tai64n(since_1970));
            before_.assign(label.data(), label.size()).push_back(' ');
            break;
        }
        case Stamp::iso8601: before_ = iso8601(since_1970) + " "; break;
        case Stamp::json: before_ = R"({"time":")" + iso8601(since_1970) + R"(","line":")"; break;
    }
}

std::string_view LineFormat::after() const {
    return stamp_ == Stamp::json ? "\"}" : "";
}

void LineFormat::escape(std::string_view piece, std::string& out) {
    constexpr std::string_view digits = "0123456789abcdef";
    while (!piece.empty()) {
        const char c = piece.front();
        const auto byte = static_cast<unsigned char>(c);
        size_t length = 1;
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (byte >= 0x20 && byte < 0x7f) {
            out.push_back(c);
        } else if (byte >= 0x80 && utf8_length(piece) > 0) {
            length = utf8_length(piece);
            out.append(piece.substr(0, length));
        } else {
            out.append("\\u00");
            out.push_back(digits[byte >> 4]);
            out.push_back(digits[byte & 15]);
        }
        piece.remove_prefix(length);
    }
}

}  // namespace hf::log
