// SPDX-License-Identifier: MIT
// Whose a process is that has what a service wants.
#pragma once

#include <string>

#include "diagnose/findings.h"
#include "diagnose/subject.h"

namespace hf::diagnose {

struct PortOwner {
    std::string service;  // the one of the same scan directory that it belongs to; empty: to none
    bool left_over = false;  // it is from an earlier start of the subject, and nobody's any more
};

// Null where nobody is seen to have it: it is another user's, and only root may look.
const inspect::Process* owner_of_socket(std::uint64_t inode, const inspect::Processes& processes);

PortOwner port_owner_of(const Subject& subject, const inspect::Process& process,
                        const inspect::Processes& processes);

// A process that the program of the run script has left behind, and that nobody supervises; null
// where none is known for sure.
const inspect::Process* copy_left_behind(const Subject& subject,
                                         const inspect::Processes& processes);

// Run first, else the next copy does the same; then the copy.
void add_copy_remedies(const Subject& subject, pid_t copy, Finding& finding);

// Whether run itself is the reason for that: its program is not the process that is supervised.
bool leaves_copies(const inspect::Launch& launch);

// How the copies that are left over come about, as a remedy.
std::string stay_in_front(const inspect::Launch& launch);

}  // namespace hf::diagnose
