// SPDX-License-Identifier: MIT
#include "text/times.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace hf::text {

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

// The seconds of a unit: "m", "min", "minute", "minutes"; 0: there is none of this name.
long seconds_in(std::string_view unit) {
    struct Unit {
        std::string_view name;
        long seconds;
    };
    constexpr std::array units{Unit{"second", 1}, Unit{"minute", 60}, Unit{"hour", 3600},
                               Unit{"day", 86400}, Unit{"week", 604800}};
    for (const Unit& each : units) {
        std::string_view name = each.name;
        if (unit == name.substr(0, 1) || unit == name.substr(0, 3) || unit == name)
            return each.seconds;
        if (unit.ends_with('s') && unit.substr(0, unit.size() - 1) == name) return each.seconds;
    }
    return 0;
}

std::string_view without_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text;
}

// "10m", "1h30m", "10 minutes", with "ago" or without: so long before now.
std::optional<format::Tai64n> before(std::string_view text, long now) {
    constexpr std::string_view ago = " ago";
    if (text.ends_with(ago)) text.remove_suffix(ago.size());
    if (text.empty()) return std::nullopt;
    long length = 0;
    while (!text.empty()) {
        long number = 0;
        size_t digits = 0;
        while (digits < text.size() && digits < 9 && text[digits] >= '0' && text[digits] <= '9')
            number = number * 10 + (text[digits++] - '0');
        text = without_blanks(text.substr(digits));
        size_t end = std::min(text.find_first_of(" 0123456789"), text.size());
        long unit = seconds_in(text.substr(0, end));
        if (digits == 0 || unit == 0) return std::nullopt;
        length += number * unit;
        text = without_blanks(text.substr(end));
    }
    return moment(now - length);
}

// "now", "today", "yesterday": the latter two from midnight on.
std::optional<format::Tai64n> named(std::string_view text, long now, bool utc) {
    if (text == "now") return moment(now);
    bool yesterday = text == "yesterday";
    if (!yesterday && text != "today") return std::nullopt;
    std::tm parts = broken_down(now, utc);
    parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
    parts.tm_mday -= yesterday ? 1 : 0;
    parts.tm_isdst = -1;
    return moment(utc ? ::timegm(&parts) : ::mktime(&parts));
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
    if (auto found = named(text, now, utc)) return found;
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

}  // namespace hf::text
