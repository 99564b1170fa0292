// SPDX-License-Identifier: MIT
// Many services at one time: their status, and what their processes use.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "control/service.h"

namespace hf::cli {

// One service, and the whole tree of its processes.
struct Snapshot {
    control::ServiceView view;
    std::uint64_t memory = 0;  // resident bytes
    std::chrono::nanoseconds cpu{};
    size_t processes = 0;
    std::string user;
    std::vector<std::string> listens;      // "*:8080"
    std::string logger;                    // its state; empty without one
    std::vector<std::string> waits_for{};  // services that keep it from starting
};

// The heads of the columns, in status and in top.
struct Head {
    static constexpr const char* name = "NAME";
    static constexpr const char* state = "STATE";
    static constexpr const char* pid = "PID";
    static constexpr const char* since = "SINCE";
    static constexpr const char* restarts = "RESTARTS";
    static constexpr const char* last_exit = "LAST EXIT";
    static constexpr const char* memory = "MEMORY";
    static constexpr const char* cpu = "CPU";
    static constexpr const char* listens = "LISTENS";
    static constexpr const char* user = "USER";
    static constexpr const char* logger = "LOGGER";
};

// What a state means to whoever looks after services.
enum class Mood { good, idle, bad, passing };
Mood mood_of(const std::string& state);

// Since svscan was started; none where nobody counts them.
std::optional<unsigned> restarts_of(const control::ServiceView& view);

// Reads /proc once for all of them.
std::vector<Snapshot> snapshot(const std::string& scan_dir, const std::vector<std::string>& names);

// The words; each that is no service of `where`, but one of the other usual directory, as its path
// there: see control::other_scan_directory().
std::string located(const Where& where, const std::string& word);
std::vector<std::string> located(const Where& where, std::vector<std::string> words);

// The services that words of a command line mean: names, directories, and shell patterns (`web*`);
// none means all where `all` is true. Throws Fatal for a name that is not there, with the nearest
// that is.
std::vector<std::string> chosen(const std::string& scan_dir, const std::vector<std::string>& words,
                                bool all);

// Throws Usage for a pattern, where one service is meant: for what has * ? [ in it and is not
// there.
void refuse_pattern(const std::string& scan_dir, const std::string& word);

}  // namespace hf::cli
