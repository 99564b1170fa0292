// SPDX-License-Identifier: MIT
#include "log/stamper.h"

#include <array>
#include <cstdio>

#include "format/tai64n.h"

namespace hf::log {

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

void Stamper::set_time(std::chrono::nanoseconds since_1970) {
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

std::string_view Stamper::after() const {
    return stamp_ == Stamp::json ? "\"}" : "";
}

void Stamper::escape(std::string_view piece, std::string& out) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (char c : piece) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (byte < 0x20 || byte == 0x7f) {
            out.append("\\u00");
            out.push_back(digits[byte >> 4]);
            out.push_back(digits[byte & 15]);
        } else {
            out.push_back(c);
        }
    }
}

}  // namespace hf::log
