// SPDX-License-Identifier: MIT
// What the engine keeps of a service.toml in supervise/rules, and what it makes of it. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/graph.h"
#include "core/hooks.h"
#include "core/rules.h"
#include "format/checks.h"
#include "format/rules_file.h"

namespace hf::format {

inline constexpr const char* service_file = "service.toml";

// In `supervise`: what was accepted last, what is wrong with the present file, and what was read
// and is to become one of the two.
inline constexpr const char* accepted_rules = "rules";
inline constexpr const char* refused_rules = "rules.refused";
inline constexpr const char* new_rules = "rules.new";

// What tells a file from another one, or from the same one after an edit.
struct FileStamp {
    std::uint64_t inode = 0;
    std::int64_t modified = 0;  // nanoseconds since 1970
    std::int64_t changed = 0;
    std::uint64_t size = 0;
    bool operator==(const FileStamp&) const = default;
};

// Of a struct stat.
template <typename Status>
FileStamp stamp_of(const Status& status) {
    auto nanoseconds = [](const auto& time) {
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    };
    return {status.st_ino, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim),
            static_cast<std::uint64_t>(status.st_size)};
}

// What came of reading one service.toml: its lines, or what is wrong with it.
struct ReadRules {
    FileStamp source{};
    std::vector<RulesLine> lines{};
    std::vector<std::string> faults{};  // "LINE:COLUMN: TEXT", or without a place ": TEXT"
    bool operator==(const ReadRules&) const = default;
};

// As a file, see rules_file.h. A fault is one line.
std::string encode(const ReadRules& read);
std::optional<ReadRules> decode_read_rules(std::string_view bytes);

// Whether this version acts on such a line, or on all of them.
bool is_obeyed(std::string_view key, std::string_view value);
bool are_obeyed(const std::vector<RulesLine>& lines);

// The rules that such lines set; what is not obeyed, or has no meaning, stays as it is by default.
core::Rules rules_of(const std::vector<RulesLine>& lines, std::uint32_t salt);

// Those of the service called `service`.
core::Rules rules_of(const ReadRules& read, std::string_view service);

// What the service called `service` is to wait for.
core::Waits waits_of(const std::vector<RulesLine>& lines, std::string_view service);

// A command of a service that has only so long.
struct TimedCommand {
    std::chrono::milliseconds timeout;
    std::vector<std::string> words;
    bool operator==(const TimedCommand&) const = default;
};

// What shows whether a service is ready: an answer of somebody whom holdfast-checker asks (without
// an ID), or that a command succeeds.
using ReadyCheck = std::variant<Check, TimedCommand>;

// That of the service called `service`; none if that is shown otherwise, or the lines make no
// sense.
std::optional<ReadyCheck> ready_check_of(const std::vector<RulesLine>& lines,
                                         std::string_view service);

// The stop command of the service called `service`, if it has one; its time is that of `rules`.
std::optional<TimedCommand> stop_command_of(const std::vector<RulesLine>& lines,
                                            const core::Rules& rules, std::string_view service);

// Their names in service.toml, by core::Hook.
inline constexpr std::array<const char*, core::hook_kinds> hook_names{"trouble", "well", "ready",
                                                                      "down"};

// Those of the service called `service`, by core::Hook.
using Hooks = std::array<std::optional<TimedCommand>, core::hook_kinds>;
Hooks hooks_of(const std::vector<RulesLine>& lines, std::string_view service);

// The pattern of the line of its output by which it shows that it is ready; empty: it does not.
std::string ready_pattern_of(const std::vector<RulesLine>& lines, std::string_view service);

// "web/service.toml:7:1: TEXT" of one of the faults of the file in `directory`.
std::string fault_words(const std::string& directory, const std::string& fault);

}  // namespace hf::format
