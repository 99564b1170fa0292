// SPDX-License-Identifier: MIT
// Many services at one time: their status, and what their processes use.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "people/look/service.h"

namespace hf::people {

// One service, and the whole tree of its processes.
struct Glance {
    Seen seen;
    std::uint64_t memory = 0;  // resident bytes
    std::chrono::nanoseconds cpu{};
    size_t processes = 0;
    std::string user;
    std::vector<std::string> listens;  // "*:8080"
    std::string logger;                // its state; empty without one
};

// Reads /proc once for all of them.
std::vector<Glance> glance(const std::string& folder, const std::vector<std::string>& names);

// The services that words of a command line mean: names, directories, and shell patterns (`web*`);
// none means all where `all` is true. Throws Fatal for a name that is not there, with the nearest
// that is.
std::vector<std::string> chosen(const std::string& folder, const std::vector<std::string>& words,
                                bool all);

// Throws Usage for a pattern, where one service is meant: for what has * ? [ in it and is not
// there.
void refuse_pattern(const std::string& folder, const std::string& word);

}  // namespace hf::people
