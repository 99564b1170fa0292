// SPDX-License-Identifier: MIT
#include "text/words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "text/decimal.h"
#include "text/error_text.h"

namespace hf::text {

std::string counted(std::int64_t number, const char* unit) {
    return std::to_string(number) + " " + unit + (number == 1 ? "" : "s");
}

namespace {

std::string two_units(std::int64_t large, const char* large_unit, std::int64_t small,
                      const char* small_unit) {
    std::string text = counted(large, large_unit);
    if (small != 0) text += " " + counted(small, small_unit);
    return text;
}

template <typename... Values>
std::string printed(const char* format, Values... values) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

}  // namespace

std::string duration_words(std::chrono::seconds time) {
    std::int64_t seconds = time.count();
    if (seconds < 60) return counted(seconds, "second");
    if (seconds < 3600) return counted(seconds / 60, "minute");
    if (seconds < 86400) return two_units(seconds / 3600, "hour", seconds / 60 % 60, "minute");
    return two_units(seconds / 86400, "day", seconds / 3600 % 24, "hour");
}

std::string ago_words(std::chrono::seconds time) {
    return time < std::chrono::seconds(2) ? "just now" : duration_words(time) + " ago";
}

std::string life_words(std::chrono::nanoseconds time) {
    if (time >= std::chrono::seconds(10))
        return duration_words(std::chrono::floor<std::chrono::seconds>(time));
    double number = std::chrono::duration<double>(time).count();
    if (number < 0.01) return "less than 0.01 seconds";
    return printed(number < 1 ? "%.2g seconds" : "%.1f seconds", number);
}

std::string duration_short(std::chrono::seconds time) {
    long seconds = time.count();
    if (seconds < 60) return printed("%lds", seconds);
    if (seconds < 3600) return printed("%ldm%02lds", seconds / 60, seconds % 60);
    if (seconds < 86400) return printed("%ldh%02ldm", seconds / 3600, seconds / 60 % 60);
    return printed("%ldd%02ldh", seconds / 86400, seconds / 3600 % 24);
}

std::string size_words(std::uint64_t bytes) {
    constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    size_t unit = 0;
    while (value >= 1000 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return printed(unit == 0 || value >= 10 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

std::string signal_name(int number) {
    const char* name = ::sigabbrev_np(number);
    return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(number);
}

std::string_view signal_meaning(int number) {
    switch (number) {
        case SIGSEGV: return "invalid memory access";
        case SIGBUS: return "access to memory that does not exist, or to a truncated file";
        case SIGABRT: return "it called abort()";
        case SIGILL: return "an instruction this processor does not have";
        case SIGFPE: return "division by zero or a similar error";
        case SIGKILL: return "by a user or by the kernel";
        case SIGTERM: return "asked to exit";
        case SIGINT: return "interrupted";
        case SIGHUP: return "asked to reload, which it does not handle";
        case SIGPIPE: return "it wrote to a connection that was closed";
        case SIGSYS: return "a forbidden system call";
        case SIGXCPU: return "its limit of processor time was reached";
        case SIGXFSZ: return "its limit of file size was reached";
        case SIGALRM: return "an alarm that it does not handle";
        default: return "";
    }
}

int signal_number(std::string_view name) {
    if (!name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos) {
        auto value = text::decimal(name);
        return value && *value < NSIG ? static_cast<int>(*value) : 0;
    }
    std::string upper;
    for (char c : name) upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (upper.starts_with("SIG")) upper.erase(0, 3);
    for (int number = 1; number < NSIG; ++number) {
        const char* known = ::sigabbrev_np(number);
        if (known != nullptr && upper == known) return number;
    }
    return 0;
}

std::string exit_words(const core::ExitResult& exit_result) {
    using Kind = core::ExitResult::Kind;
    switch (exit_result.kind) {
        case Kind::none: return "never exited";
        case Kind::unknown: return "exit status unknown";
        case Kind::exited: return "exit code " + std::to_string(exit_result.value);
        case Kind::not_started:
            return "could not be started: " + std::string(text::error_text(exit_result.value));
        case Kind::signaled:
        case Kind::dumped: break;
    }
    std::string text = "killed by " + signal_name(exit_result.value);
    std::string_view meaning = signal_meaning(exit_result.value);
    if (!meaning.empty()) text.append(" (").append(meaning).append(")");
    if (exit_result.kind == Kind::dumped) text += ", dumped core";
    return text;
}

std::string shell_word(std::string_view word) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos)
        return std::string(word);
    std::string text = "'";
    for (char c : word) {
        if (c == '\'')
            text += "'\\''";
        else
            text += c;
    }
    return text + "'";
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

std::string advice_why(std::string_view service) {
    return "holdfast why " + shell_word(service) + " explains why";
}

bool has_one_of(std::string_view text, std::span<const std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](auto word) { return text.find(word) != std::string_view::npos; });
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& each : words) text += (text.empty() ? "" : " ") + each;
    return text;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

}  // namespace hf::text
