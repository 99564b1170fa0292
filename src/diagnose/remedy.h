// SPDX-License-Identifier: MIT
// What to do about rights. Nothing that is proposed here deletes anything, gives away what root
// executes or what another program owns, or opens to all what only this service needs.
#pragma once

#include "diagnose/findings.h"
#include "diagnose/subject.h"

namespace hf::diagnose {

// What starts it, and keeps it up.
void add_start(const Subject& subject, Finding& finding);

// Makes the user `name`, if the name is no typing error; else it is to be corrected at `place`.
void add_account(const std::string& name, const std::string& place, Finding& finding);

// Takes out of the way what keeps `user` from `access`.
void add_remedy(const Subject& subject, const inspect::AccessProblem& problem,
                const inspect::User& user, inspect::Access access, Finding& finding);

// A directory of its own for what the program writes: `beside`/data, or where that is not ours
// somewhere below /var/lib.
void add_own_directory(const Subject& subject, const std::string& beside, Finding& finding);

// Gives the user of the logger a directory to write its log to: `log_dir`, if that can only be one.
std::string log_directory_for(const Subject& logger, const std::string& log_dir);

// Makes a logger for a service that has none. Can be pasted.
std::string make_logger(const Subject& subject);

// Its last lines in its log, or how it gets a log.
void add_log_remedy(const Subject& subject, const std::string& question, Finding& finding);

}  // namespace hf::diagnose
