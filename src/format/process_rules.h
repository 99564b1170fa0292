// SPDX-License-Identifier: MIT
// What the table [process] of a service.toml says, as it stands in the lines of supervise/rules:
// what a process is to be before it becomes ./run. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/rules_file.h"

namespace hf::format {

struct ProcessRules {
    std::string user;  // "USER", or "USER:GROUP..."; empty: whoever starts it
    std::vector<std::pair<std::string, std::string>> env;
    std::string env_file;
    std::string env_dir;
    bool clean_env = false;
    std::string cwd;  // empty: the service directory
    std::optional<unsigned> umask;
    std::optional<int> nice;
    std::optional<int> oom_score;
    bool notifies = false;  // not of [process]: it says by sd_notify(3) when it is ready
    bool operator==(const ProcessRules&) const = default;
};

// Whether that key of a RulesLine is one of [process], and whether this version knows it.
bool is_process_key(std::string_view key);
bool is_known_process_key(std::string_view key);

// The lines of [process], summed up; 0 if there are none.
std::uint32_t process_sum(const std::vector<RulesLine>& lines);

// The same of them and of [finish]; 0 if there is no finish command.
std::uint32_t finish_sum(const std::vector<RulesLine>& lines);

// The command of [finish], of the service called `service`, and with what it is called: how the
// process before it ended stands in `exit`, as "exit 1", "signal 9" or "unknown". None if there is
// no command.
std::vector<std::string> finish_command(const std::vector<RulesLine>& lines,
                                        std::string_view service, std::string_view exit);

// Those of the service called `service`, with its name in place of %n and so on. None if there is
// one that this version does not know, or whose value has no meaning: what is not understood must
// not be ignored.
std::optional<ProcessRules> process_rules(const std::vector<RulesLine>& lines,
                                          std::string_view service);

// `text` with the service's name for %n, what follows its @ for %i, and % for %%. The name of a
// logger, "web/log", is that of its service.
std::string expanded(std::string_view text, std::string_view service);

// The words of a command as it stands in a line, each with the service's name in it.
std::vector<std::string> command_words(std::string_view line, std::string_view service);

// The parts of "USER:GROUP...".
std::vector<std::string> user_and_groups(std::string_view user);

}  // namespace hf::format
