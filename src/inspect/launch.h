// SPDX-License-Identifier: MIT
// What a run script becomes in the end: through setuidgid, softlimit, envdir and their like, which
// program, as which user, within which limits. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inspect/script.h"

namespace hf::inspect {

// A directory of settings, as envdir reads it.
struct EnvDir {
    std::string text;
    bool known = true;
    bool as_user = false;  // it is read by the user of setuidgid, which stands before it
};

// A limit that run sets.
struct Limit {
    std::uint64_t value = 0;  // in bytes, where it is one of memory
    std::string option;       // "softlimit -m", "ulimit -v"
    int line = 0;
};

struct Launch {
    int line = 0;
    bool exec = false;
    bool background = false;  // run ends before its program
    bool piped = false;
    bool waits_for_background = false;  // through fghack, or the shell waits
    bool forks = false;                 // by setsid --fork
    std::optional<Word> user;
    bool with_groups = false;  // it gets all groups of the user, not one alone
    bool may_bind = false;     // it keeps the right to listen on any port
    std::vector<EnvDir> env_dirs;
    // Of softlimit, chpst and ulimit; of several the least.
    std::optional<Limit> memory;         // of address space or of data
    std::optional<Limit> address_space;  // softlimit -m or -a, ulimit -v
    std::optional<Limit> descriptors;    // softlimit -o, ulimit -n
    std::optional<Limit> processes;      // softlimit -p, ulimit -u: threads, too
    Word directory;                      // by `cd`; empty: the service directory
    std::vector<std::string> tools;      // setuidgid, envdir ...: what starts the program
    Word search_path;                    // PATH as env(1) sets it; empty: not set there
    std::vector<Word> words;             // the program and its arguments
    Word output;                         // the file that its output goes to; empty: none
    std::vector<std::string> made;       // what run may make before: from `directory`
    bool may_make_anything = false;      // it executes what is not known before
};

// None if the script does not tell: it is no shell script, or what it does last depends.
std::optional<Launch> launch_of(const Script& script);

// Whether it is multilog, svlogd or the like, which write to a directory.
bool writes_log_directory(const Launch& launch);

// The directory that multilog, svlogd or the like of this launch writes to; none if it does not
// tell.
std::optional<std::string> log_directory(const Launch& launch);

// The port that a service is meant to listen on: PORT=8080, --port 8080, -port=8080, :8080 and so
// on. 0: it does not say.
std::uint16_t port_of(const Script& script, const std::optional<Launch>& launch);

}  // namespace hf::inspect
