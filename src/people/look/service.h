// SPDX-License-Identifier: MIT
// What can be seen of a service from outside, by anybody who may read its directory: ours or one of
// the original daemontools'. Nothing is changed by looking.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "format/status.h"

namespace hf::people {

struct Seen {
    std::string name;  // as people call it
    std::string path;  // its directory, as it was found
    bool supervised = false;
    bool readable = true;  // false: this user may not look into `supervise`
    bool answers = true;   // false: the file system that it is on does not; nothing else is known
    bool normally_down = false;
    bool has_log = false;
    std::optional<format::ClassicStatus> status;
    std::optional<format::Record> record;  // only of our engine, in this boot
    std::chrono::seconds age{};            // since the last start or end

    bool up() const { return supervised && status && status->pid != 0; }
    pid_t pid() const { return up() ? static_cast<pid_t>(status->pid) : 0; }
    bool wants_up() const { return status && status->want == 'u'; }
};

Seen look_at(const std::string& name, const std::string& path);

// The service folder: `given`, else $SVDIR, else /service, else /etc/service.
std::string service_folder(const std::string& given);

// The names in it, sorted, without those that svscan ignores. Throws "unable to read".
std::vector<std::string> services_in(const std::string& folder);

// What to look at for a word of the command line: a directory if it has a slash, else a service.
std::string path_for(const std::string& folder, const std::string& word);

// "down", "up", "paused", "restarting" and so on, for tables and JSON.
std::string state_word(const Seen& seen);

}  // namespace hf::people
