// SPDX-License-Identifier: MIT
#include "text/arguments.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>

namespace hf::text {

namespace {

// The whole text as a number; none if it is none, or too great for its type.
template <typename Number>
std::optional<Number> number(const std::string& text) {
    Number value{};
    const char* end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

}  // namespace

std::string wrong_name(const std::string& text) {
    return text.empty() ? "a name must not be empty" : "";
}

std::string wrong_seconds(const std::string& text) {
    constexpr double most = 1e9;  // some 30 years; and what is no number (nan) is not below it
    auto seconds = number<double>(text);
    if (seconds && *seconds >= 0 && *seconds <= most) return "";
    return "not a number of seconds, 0 or more: " + text;
}

std::string wrong_seconds_if_any(const std::string& text) {
    return text.empty() ? "" : wrong_seconds(text);
}

std::string wrong_port(const std::string& text) {
    auto port = number<std::uint16_t>(text);
    if (port && *port > 0) return "";
    return "a port is a number from 1 to 65535, not " + text;
}

std::string wrong_count(const std::string& text) {
    return number<std::uint64_t>(text) ? "" : "not a number of lines, 0 or more: " + text;
}

}  // namespace hf::text
