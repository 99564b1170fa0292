// SPDX-License-Identifier: MIT
// The service that is asked about, and all that is known of it before anything is judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/service.h"
#include "format/process_rules.h"
#include "inspect/access.h"
#include "inspect/files.h"
#include "inspect/history.h"
#include "inspect/launch.h"
#include "inspect/log.h"
#include "inspect/processes.h"
#include "inspect/script.h"

namespace hf::diagnose {

struct Subject {
    std::string name;      // as it was asked for
    std::string scan_dir;  // the scan directory
    std::string entry;     // DIR/NAME, or the directory that was named
    std::string path;      // without links; `entry` where that leads nowhere
    bool by_name = false;
    control::ServiceView view;
    inspect::Notes notes;     // its history
    bool restarting = false;  // see is_restarting() in past.h; only where that was asked
    std::string script_text;
    inspect::Script script;
    std::optional<inspect::Launch> launch;
    std::optional<inspect::User> user;         // its program runs as it; none: no such user
    std::optional<inspect::User> svscan_user;  // runs svscan; none: not known
    format::ProcessRules process;              // what run is executed as
    std::optional<inspect::User> runner;       // executes run; none: not known, or no such user
    std::uint16_t port = 0;                    // which it is meant to listen on
    bool port_was_asked = false;
    std::string inherited_path;  // PATH of run
    std::string search_path;     // PATH of its program

    std::string file(const std::string& below) const { return path + "/" + below; }
    // "DIR/service.toml:7", where [process] sets `key`.
    std::string setting(const std::string& key) const;
    std::string run_line(int line) const { return file("run:") + std::to_string(line); }

    // The pid of svscan; 0 if it is not known.
    pid_t supervisor() const {
        return view.record ? static_cast<pid_t>(view.record->session.supervisor) : 0;
    }

    // A path of the launch, seen from where it starts.
    std::string resolved(const std::string& word) const;
    std::string working_directory() const { return resolved("."); }

    // Run has not executed its program yet: it still does what comes before.
    bool is_in_run() const;

    // It may well be that run makes this file before it uses it.
    bool may_make(const std::string& missing) const;

    // The program of the launch; empty if it is not known, or nowhere in PATH.
    std::string program() const;
};

Subject subject(const std::string& scan_dir, const std::string& word, std::uint16_t port);

// "holdfast start web", or "svc -u /service/web": `command` for this service.
std::string command_for(const Subject& subject, const std::string& command);

}  // namespace hf::diagnose
