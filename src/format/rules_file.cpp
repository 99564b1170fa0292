// SPDX-License-Identifier: MIT
#include "format/rules_file.h"

#include <array>
#include <cstdio>
#include <span>

#include "format/bytes.h"

namespace hf::format {

namespace {

constexpr std::string_view title = "holdfast-rules 1 ";

std::string body(const std::vector<RulesLine>& lines) {
    std::string text;
    for (const RulesLine& line : lines) text += line.key + " " + line.value + "\n";
    return text;
}

std::string head(std::string_view body) {
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", fnv1a(std::as_bytes(std::span(body))));
    return std::string(title) + digits.data() + "\n";
}

}  // namespace

std::string encode_rules(const std::vector<RulesLine>& lines) {
    const std::string text = body(lines);
    return head(text) + text;
}

std::optional<std::vector<RulesLine>> decode_rules(std::string_view text) {
    const size_t newline = text.find('\n');
    if (newline == text.npos || text.size() > longest_rules_file) return std::nullopt;
    std::string_view rest = text.substr(newline + 1);
    if (text.substr(0, newline + 1) != head(rest)) return std::nullopt;
    std::vector<RulesLine> lines;
    while (!rest.empty()) {
        const size_t end = rest.find('\n');
        const size_t space = rest.find(' ');
        if (end == rest.npos || space == 0 || space >= end) return std::nullopt;
        lines.push_back({std::string(rest.substr(0, space)),
                         std::string(rest.substr(space + 1, end - space - 1))});
        rest.remove_prefix(end + 1);
    }
    return lines;
}

}  // namespace hf::format
