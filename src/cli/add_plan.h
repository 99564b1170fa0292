// SPDX-License-Identifier: MIT
// What `holdfast add` is going to make, link and start.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/add_rules.h"
#include "cli/commands.h"
#include "text/run_template.h"

namespace hf::cli {

struct AddOptions {
    Where where;
    std::string name;
    std::string user;
    std::string directory;
    std::vector<std::string> environment;
    std::string env_dir;
    std::string memory;
    std::uint16_t port = 0;
    std::string like;
    std::string work_dir;
    std::string data;
    std::string run_dir;
    std::string log_size;
    std::string log_keep;
    std::vector<std::string> needs;
    std::string ready;
    std::string stop_timeout;
    bool no_log = false;
    bool down = false;
    bool dry_run = false;
    std::chrono::nanoseconds timeout = std::chrono::seconds(15);
    std::vector<std::string> command;
};

struct Plan {
    text::RunTemplate run_template;
    std::string directory;
    std::string data;  // a directory to make; may be empty
    NewRules rules;
    std::string rules_path;  // of the service.toml to make
    std::string link;
    bool keeps_rules = false;  // there is one
    bool asks_rules = false;   // an option says what stands in it
    bool with_log = true;
    bool down = false;
    bool exists = false;  // the service directory: it is only checked and linked
};

// Of the options. Throws Usage where they do not fit together. Changes nothing.
Plan plan_of(const AddOptions& options);

// Throws Fatal for what is there already: nothing is overwritten.
void refuse_what_is_there(const Plan& plan);

// What it is to need, and is no service yet.
std::vector<std::string> missing_needs(const Plan& plan);

// For people: the files, and the command that links it.
std::string plan_text(const Plan& plan);
std::string link_text(const Plan& plan);

}  // namespace hf::cli
