// SPDX-License-Identifier: MIT
#include "text/environment.h"

#include <algorithm>

namespace hf::text {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view without_blanks(std::string_view text) {
    const size_t first = std::min(text.find_first_not_of(blanks), text.size());
    return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

bool is_name(std::string_view text) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    return !text.empty() && text.find_first_not_of(letters) == text.npos &&
           (text[0] < '0' || text[0] > '9');
}

// What stands between quotes; none if they do not end with the text.
std::optional<std::string> unquoted(std::string_view text) {
    const char quote = text[0];
    std::string value;
    for (size_t at = 1; at < text.size(); ++at) {
        if (text[at] == quote) return at + 1 == text.size() ? std::optional(value) : std::nullopt;
        constexpr std::string_view escapable = "\"\\$`";
        const bool escapes = quote == '"' && text[at] == '\\' && at + 1 < text.size() &&
                             escapable.contains(text[at + 1]);
        if (escapes) ++at;
        value += text[at];
    }
    return std::nullopt;
}

// Empty, or what is wrong with the line.
std::string_view set_by_line(std::string_view line, Environment& environment) {
    if (line.find('\0') != line.npos) return "a null character cannot be in it";
    if (line.ends_with('\r')) return "it ends with a carriage return, as lines of DOS do";
    line = without_blanks(line);
    if (line.empty() || line[0] == '#' || line[0] == ';') return "";
    constexpr std::string_view word = "export ";
    if (line.starts_with(word)) line = without_blanks(line.substr(word.size()));
    const size_t equals = line.find('=');
    if (equals == line.npos || !is_name(line.substr(0, equals))) return "NAME=VALUE is expected";
    const std::string_view value = without_blanks(line.substr(equals + 1));
    const bool is_quoted = value.starts_with('"') || value.starts_with('\'');
    const auto text = is_quoted ? unquoted(value) : std::string(value);
    if (!text) return "the quote that ends the value is missing, or something follows it";
    environment.set(line.substr(0, equals), *text);
    return "";
}

}  // namespace

Environment::Environment(const char* const* inherited) {
    for (; *inherited != nullptr; ++inherited) entries_.emplace_back(*inherited);
}

void Environment::set(std::string_view name, std::string_view value) {
    remove(name);
    entries_.emplace_back(name).append("=").append(value);
}

void Environment::remove(std::string_view name) {
    std::erase_if(entries_, [name](const std::string& entry) {
        return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
    });
}

std::vector<char*> Environment::block() {
    std::vector<char*> pointers;
    for (std::string& entry : entries_) pointers.push_back(entry.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::optional<std::string> variable_value(std::string_view file) {
    if (file.empty()) return std::nullopt;
    std::string_view line = file.substr(0, file.find('\n'));
    std::string value(line.substr(0, line.find_last_not_of(" \t") + 1));
    std::ranges::replace(value, '\0', '\n');
    return value;
}

std::string set_by_lines(std::string_view file, Environment& environment) {
    for (int number = 1; !file.empty(); ++number) {
        const size_t end = std::min(file.find('\n'), file.size());
        const std::string_view trouble = set_by_line(file.substr(0, end), environment);
        if (!trouble.empty()) return "line " + std::to_string(number) + ": " + std::string(trouble);
        file.remove_prefix(std::min(end + 1, file.size()));
    }
    return "";
}

}  // namespace hf::text
