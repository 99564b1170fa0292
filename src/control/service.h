// SPDX-License-Identifier: MIT
// What can be seen of a service from outside, by anybody who may read its directory: ours or one of
// the original daemontools'. Nothing is changed by looking.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "control/rules.h"
#include "control/said.h"
#include "format/quarantine_list.h"
#include "format/status.h"
#include "inspect/crash_loop.h"

namespace hf::control {

struct ServiceView {
    std::string name;  // as people call it
    std::string path;  // its directory, as it was found
    bool supervised = false;
    bool readable = true;  // false: this user may not look into `supervise`
    bool answers = true;   // false: the file system that it is on does not; nothing else is known
    bool normally_down = false;
    bool has_log = false;
    std::optional<format::ClassicStatus> status;
    std::optional<format::Record> record;  // only of our engine, in this boot
    RulesView rules;
    Said said;                   // while it is up, if it says when it is ready by sd_notify(3)
    std::chrono::seconds age{};  // since the last start or end
    std::optional<inspect::CrashLoop> crash_loop;   // it exits soon after each restart
    std::optional<format::Quarantined> quarantine;  // svscan has set its directory aside
    pid_t orphan = 0;  // its process, which runs on although nobody supervises it; 0: there is none

    bool up() const { return supervised && status && status->pid != 0 && !finishing(); }
    // Its process has ended, and its finish command runs, or is about to.
    bool finishing() const {
        return supervised && record && record->service.state == core::State::finishing;
    }
    pid_t pid() const { return up() ? static_cast<pid_t>(status->pid) : 0; }
    // From now until its next start, if it waits for that and it is known when.
    std::optional<std::chrono::nanoseconds> next_start() const;
    bool wants_up() const { return status && status->want == 'u'; }
};

ServiceView inspect_service(const std::string& name, const std::string& path);

// The scan directory: `given`, else $SVDIR, else that of /service and /etc/service which a svscan
// supervises, else the first that is there.
std::string scan_directory(const std::string& given);

// The other of these two, where the choice was between both; else empty.
std::string other_scan_directory(const std::string& given);

// Whether a svscan that can be seen runs on this directory.
bool has_svscan(const std::string& scan_dir);

// The names in it, sorted, without those that svscan ignores. Throws "unable to read".
std::vector<std::string> services_in(const std::string& scan_dir);

// What to look at for a word of the command line: a directory if it has a slash, else a service.
std::string path_for(const std::string& scan_dir, const std::string& word);

// "down", "up", "paused", "crash-loop" and so on, for tables and JSON.
std::string state_word(const ServiceView& view);

// It is up, and has said that it is ready if it is to say so.
bool is_ready(const ServiceView& view);

// It is a oneshot, and has succeeded.
bool is_done(const ServiceView& view);

// It was told to stop, and still runs, or its finish command does.
bool is_stopping(const ServiceView& view);

}  // namespace hf::control
