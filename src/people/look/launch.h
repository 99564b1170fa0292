// SPDX-License-Identifier: MIT
// What a run script becomes in the end: through setuidgid, softlimit, envdir and their like, which
// program, as which user, within which limits. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "people/look/script.h"

namespace hf::people {

// A directory of settings, as envdir reads it.
struct EnvDir {
    std::string text;
    bool known = true;
    bool as_user = false;  // it is read by the user of setuidgid, which stands before it
};

struct Launch {
    int line = 0;
    bool exec = false;
    bool background = false;
    bool piped = false;
    bool waits_for_background = false;  // through fghack
    std::optional<Word> user;
    std::vector<EnvDir> env_dirs;
    std::optional<std::uint64_t> memory;         // softlimit -m, -a or -d, the least
    std::optional<std::uint64_t> address_space;  // softlimit -m or -a
    std::optional<std::uint64_t> descriptors;    // softlimit -o
    Word directory;                              // by `cd`; empty: the service directory
    std::vector<Word> words;                     // the program and its arguments
};

// None if the script does not tell: it is no shell script, or what it does last depends.
std::optional<Launch> launch_of(const Script& script);

// The folder that multilog, svlogd or the like of this launch writes to; none if it does not tell.
std::optional<std::string> log_folder(const Launch& launch);

// The port that a service is meant to listen on: PORT=8080, --port 8080, -port=8080, :8080 and so
// on. 0: it does not say.
std::uint16_t port_of(const Script& script, const std::optional<Launch>& launch);

}  // namespace hf::people
