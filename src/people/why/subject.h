// SPDX-License-Identifier: MIT
// The service that is asked about, and all that is known of it before anything is judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "people/look/access.h"
#include "people/look/history.h"
#include "people/look/launch.h"
#include "people/look/log.h"
#include "people/look/processes.h"
#include "people/look/script.h"
#include "people/look/service.h"

namespace hf::people {

struct Subject {
    std::string name;    // as it was asked for
    std::string folder;  // the service folder
    std::string entry;   // FOLDER/NAME, or the directory that was named
    std::string path;    // without links; `entry` where that leads nowhere
    bool by_name = false;
    Seen seen;
    Notes notes;              // its history
    bool restarting = false;  // see is_restarting() in past.h; only where that was asked
    std::string script_text;
    Script script;
    std::optional<Launch> launch;
    std::optional<Person> person;  // whom its program runs as; none: no such user
    std::optional<Person> keeper;  // who runs svscan, and so executes run; none: not known
    std::uint16_t port = 0;        // which it is meant to listen on
    bool port_was_asked = false;
    std::string search_path;  // PATH as the service gets it

    std::string file(const std::string& below) const { return path + "/" + below; }
    std::string run_line(int line) const { return file("run:") + std::to_string(line); }

    // The pid of svscan; 0 if it is not known.
    pid_t supervisor() const {
        return seen.record ? static_cast<pid_t>(seen.record->session.supervisor) : 0;
    }

    // A path of the launch, seen from where it starts.
    std::string resolved(const std::string& word) const;
    std::string working_directory() const { return resolved("."); }

    // The program of the launch; empty if it is not known, or nowhere in PATH.
    std::string program() const;
};

Subject subject(const std::string& folder, const std::string& word, std::uint16_t port);

// Whether the two names lead to the same file.
bool same_file(const std::string& one, const std::string& other);

// "holdfast start web", or "svc -u /service/web": `command` for this service.
std::string command_for(const Subject& subject, const std::string& command);

}  // namespace hf::people
