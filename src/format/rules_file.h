// SPDX-License-Identifier: MIT
// supervise/rules: what a service.toml said when it was accepted, in lines that the engine obeys.
// The first line is "holdfast-rules 1 FINGERPRINT"; each other is a key, a space and its value, and
// a key that has many values has many lines. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hf::format {

struct RulesLine {
    std::string key;
    std::string value;
    bool operator==(const RulesLine&) const = default;
};

inline constexpr std::size_t longest_rules_file = 256 * 1024;

// No key may have a space, and neither may have a newline.
std::string encode_rules(const std::vector<RulesLine>& lines);

// None if it is not what encode_rules() makes, all of it.
std::optional<std::vector<RulesLine>> decode_rules(std::string_view text);

}  // namespace hf::format
