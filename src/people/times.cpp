// SPDX-License-Identifier: MIT
#include "people/times.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "sys/clock.h"
#include "tools/tool.h"

namespace hf::people {

namespace {

format::Tai64n moment(long seconds) {
    return {format::tai64_epoch + static_cast<std::uint64_t>(seconds), 0};
}

std::tm broken_down(long seconds, bool utc) {
    std::tm parts{};
    std::time_t time = seconds;
    if (utc)
        ::gmtime_r(&time, &parts);
    else
        ::localtime_r(&time, &parts);
    return parts;
}

std::optional<format::Tai64n> before(std::string_view text, long now) {
    long number = 0;
    size_t digits = 0;
    while (digits < text.size() && digits < 9 && text[digits] >= '0' && text[digits] <= '9')
        number = number * 10 + (text[digits++] - '0');
    if (digits == 0 || digits + 1 != text.size()) return std::nullopt;
    switch (text.back()) {
        case 's': return moment(now - number);
        case 'm': return moment(now - number * 60);
        case 'h': return moment(now - number * 3600);
        case 'd': return moment(now - number * 86400);
        default: return std::nullopt;
    }
}

// What strptime(3) takes for a date, and no calendar has: the 30th of February.
bool is_of_no_calendar(const std::tm& parts) {
    std::tm date{};
    date.tm_year = parts.tm_year;
    date.tm_mon = parts.tm_mon;
    date.tm_mday = parts.tm_mday;
    ::timegm(&date);  // makes it the 2nd of March
    return date.tm_mday != parts.tm_mday || date.tm_mon != parts.tm_mon;
}

}  // namespace

std::optional<format::Tai64n> time_from(std::string_view text, long now, bool utc) {
    if (auto label = format::parse_label(text)) return label;
    if (auto found = before(text, now)) return found;
    std::tm parts = broken_down(now, utc);
    parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
    parts.tm_isdst = -1;
    std::string copy(text);
    for (char& c : copy) c = c == 'T' ? ' ' : c;
    bool known = false;
    for (const char* shape :
         {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%H:%M:%S", "%H:%M"}) {
        std::tm attempt = parts;
        const char* end = ::strptime(copy.c_str(), shape, &attempt);
        if (end == nullptr || *end != '\0') continue;
        attempt.tm_isdst = -1;
        parts = attempt;
        known = true;
        break;
    }
    if (!known || is_of_no_calendar(parts)) return std::nullopt;
    return moment(utc ? ::timegm(&parts) : ::mktime(&parts));
}

std::optional<format::Tai64n> option_time(const char* option, const std::string& text, bool utc) {
    if (text.empty()) return std::nullopt;
    auto now = std::chrono::floor<std::chrono::seconds>(sys::wall_time()).count();
    auto time = time_from(text, now, utc);
    if (!time)
        throw Usage{std::string("holdfast: ") + option + ": not a time: " + text +
                    "\nuse 10m, 2h, 3d, 14:30, 2026-01-31 or '2026-01-31 14:30:05'"};
    return time;
}

std::string clock_words(format::Tai64n time, long now) {
    std::string text = time_text(time, false);
    text.resize(text.find('.'));
    bool today = text.substr(0, 10) == time_text(moment(now), false).substr(0, 10);
    return today ? text.substr(11) : text;
}

std::string time_text(format::Tai64n time, bool utc) {
    std::tm parts =
        broken_down(static_cast<long>(time.seconds) - static_cast<long>(format::tai64_epoch), utc);
    std::array<char, 64> date{};
    std::strftime(date.data(), date.size(), "%Y-%m-%d %H:%M:%S", &parts);
    std::array<char, 16> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%06u", time.nanoseconds / 1000 % 1000000);
    return std::string(date.data()) + fraction.data();
}

}  // namespace hf::people
