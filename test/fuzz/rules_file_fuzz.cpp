// SPDX-License-Identifier: MIT
// Any bytes as supervise/rules: they are what would be written again, or nothing. And whatever
// lines say, there are rules by which a service can be started and stopped.
#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/pace.h"
#include "format/process_rules.h"
#include "format/rules.h"
#include "require.h"

using hf::test::require;
using namespace hf;

namespace {

// Each line of the text is one, without what makes it a file.
std::vector<format::RulesLine> lines_in(std::string_view text) {
    std::vector<format::RulesLine> lines;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        const size_t space = line.find(' ');
        if (space != line.npos)
            lines.push_back(
                {std::string(line.substr(0, space)), std::string(line.substr(space + 1))});
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return lines;
}

void try_rules(const core::Rules& rules) {
    constexpr core::Duration none{};
    for (std::uint16_t streak : std::initializer_list<std::uint16_t>{0, 1, 2, 9, 65535}) {
        const core::Duration delay = core::restart_delay(rules, streak, 3);
        require(delay >= none && core::Time{} + delay >= core::Time{});
    }
    require(rules.reset_after >= none && rules.shutdown_timeout >= none);
    require(!rules.stop_timeout || *rules.stop_timeout >= none);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto lines = format::decode_rules(text))
        require(format::encode_rules(*lines) == text);
    if (const auto read = format::decode_read_rules(text)) require(format::encode(*read) == text);
    const auto lines = lines_in(text);
    try_rules(format::rules_of(lines, 7));
    if (format::process_rules(lines, "web@1")) {
        const bool has_some = std::ranges::any_of(
            lines, [](const auto& line) { return format::is_process_key(line.key); });
        require((format::process_sum(lines) != 0) == has_some);
    }
    return 0;
}
