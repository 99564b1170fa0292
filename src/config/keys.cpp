// SPDX-License-Identifier: MIT
#include "config/keys.h"

#include <algorithm>
#include <array>

#include "core/rules.h"

namespace hf::config {

namespace {

constexpr std::string_view a_time = "a time, such as \"5s\"";
constexpr std::string_view a_signal = "a signal, such as \"TERM\"";
constexpr std::string_view a_step = "a step, such as \"TERM 10s\"";
constexpr long most_steps = 1 + static_cast<long>(core::most_later_signals);
constexpr std::string_view a_day_time = "a time of day, such as \"04:00\"";
constexpr std::string_view an_exit_code = "an exit code";

const std::vector<Key> all{
    {"", "type", one_of, "", nullptr, {"service", "oneshot"}},
    {"", "group", one_string, "a name", group_words},
    {"", "needs", strings, "the name of a service", name_words},
    {"", "needs_lost", one_of, "", nullptr, {"keep", "stop", "restart"}},
    {"", "wants", strings, "the name of a service", name_words},
    {"", "wants_wait", time, a_time, time_words},
    {"", "after", strings, "the name of a service", name_words},

    {"ready", "by", one_of, "", nullptr, {"start", "fd", "notify", "check", "log"}},
    {"ready", "fd", whole_number, "a descriptor", nullptr, {}, 1, 1023},
    {"ready", "check", check},
    {"ready", "log", one_string, "a regular expression", pattern_words},
    {"ready", "timeout", time_or_none, a_time, time_words},

    {"stop", "signal", one_string, a_signal, ending_words},
    {"stop", "steps", strings, a_step, step_words, {}, 1, most_steps},
    {"stop", "command", command},
    {"stop", "timeout", time_or_none, a_time, time_words},
    {"stop", "kill", one_of, "", nullptr, {"main", "group", "tree"}},
    {"stop", "signal_to", one_of, "", nullptr, {"main", "group"}},
    {"stop", "reload", one_string, "a signal, such as \"HUP\"", reload_words},

    {"restart", "when", one_of, "", nullptr, {"always", "failure", "never"}},
    {"restart", "good", numbers, an_exit_code, nullptr, {}, 0, 255},
    {"restart", "stop_on", numbers, an_exit_code, nullptr, {}, 0, 255},
    {"restart", "delay", time, a_time, time_words},
    {"restart", "max_delay", time, a_time, time_words},
    {"restart", "reset_after", time, a_time, time_words},
    {"restart", "give_up", whole_number, "a number of restarts", nullptr, {}, 0, 65535},
    {"restart", "at", string_or_strings, a_day_time, schedule_words, {}, 1},
    {"restart", "spread", time, a_time, time_words},
    {"restart", "min_age", time, a_time, time_words},

    {"finish", "command", command},
    {"finish", "arguments", one_of, "", nullptr, {"none", "s6", "runit"}},
    {"finish", "timeout", time, a_time, time_words},

    {"process", "user", one_string, "a user, such as \"www-data\"", user_words},
    {"process", "env", environment},
    {"process", "env_file", one_string, "a path", path_words},
    {"process", "env_dir", one_string, "a path", path_words},
    {"process", "clean_env", yes_or_no},
    {"process", "cwd", one_string, "a path", path_words},
    {"process", "umask", one_string, "a umask, such as \"022\"", mode_words},
    {"process", "nice", whole_number, "a nice value", nullptr, {}, -20, 19},
    {"process", "oom_score", whole_number, "an OOM score", nullptr, {}, -1000, 1000},

    {"hooks", "trouble", command},
    {"hooks", "well", command},
    {"hooks", "ready", command},
    {"hooks", "down", command},
};

}  // namespace

std::span<const Key> keys() {
    return all;
}

std::span<const Key> keys_of(std::string_view table) {
    const auto is_in = [&](const Key& key) { return key.table == table; };
    const auto first = std::ranges::find_if(all, is_in);
    return {first, std::find_if_not(first, all.end(), is_in)};
}

std::vector<std::string_view> tables() {
    std::vector<std::string_view> names;
    for (const Key& key : all) {
        if (!key.table.empty() && (names.empty() || names.back() != key.table))
            names.push_back(key.table);
    }
    return names;
}

bool is_for_log(std::string_view table) {
    constexpr std::array<std::string_view, 4> those{"hooks", "process", "restart", "stop"};
    return std::ranges::find(those, table) != those.end();
}

}  // namespace hf::config
