// SPDX-License-Identifier: MIT
#include "format/named_lines.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace hf::format {

NamedLines::NamedLines(std::string name, size_t longest)
    : name_(std::move(name)), longest_(longest) {
    std::ranges::replace_if(
        name_, [](unsigned char c) { return c < ' ' || c == 127; }, '?');
}

void NamedLines::take(std::string_view bytes, std::chrono::nanoseconds now, std::string& out) {
    while (!bytes.empty()) {
        if (line_.empty()) begin(now);
        const size_t room = longest_ - 1 - line_.size();
        const size_t length = std::min(bytes.find('\n'), bytes.size());
        line_.append(bytes.substr(0, std::min(length, room)));
        if (length > room) {
            bytes.remove_prefix(room);
        } else if (length == bytes.size()) {
            return;
        } else {
            bytes.remove_prefix(length + 1);
        }
        finish(out);
    }
}

void NamedLines::finish(std::string& out) {
    if (line_.empty()) return;
    out.append(line_).push_back('\n');
    line_.clear();
}

void NamedLines::begin(std::chrono::nanoseconds now) {
    using namespace std::chrono;
    const auto micros = floor<microseconds>(now);
    const sys_days today(floor<days>(micros));
    const year_month_day date(today);
    const hh_mm_ss time(micros - today.time_since_epoch());
    std::array<char, 64> text;
    const int size = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ ",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
        static_cast<int>(time.subseconds().count()));
    line_.assign(text.data(), static_cast<size_t>(size)).append(name_).append(": ");
}

}  // namespace hf::format
