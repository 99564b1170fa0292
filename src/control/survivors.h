// SPDX-License-Identifier: MIT
// What a service leaves behind when its process ends: a run script that does not say exec is the
// process that gets the signal, and what it has started goes on without it.
//
// Each start begins a session, whose number is its pid. Which pids those were, the record and the
// history tell. Others than this user may be able to write both: then only processes of the user
// who can are looked at, since he can signal those himself.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "control/service.h"
#include "inspect/processes.h"

namespace hf::control {

// Whether what the record and the history say of this process counts, as told above.
bool may_be_told_of(const ServiceView& view, pid_t pid);

// The session that its process leads; 0 if it is not up, or is not known to lead one as a child of
// the svscan or supervise that has the service.
pid_t session_of(const ServiceView& view);

// What still lives of a session of this service whose leader has ended, and of its earlier starts
// as far as its history reaches; by pid. `session`: 0 where it is not known.
std::vector<inspect::Process> survivors_of(const ServiceView& view, pid_t session);

// Ends what still lives of a session whose leader has ended: SIGTERM, and after `timeout` SIGKILL.
// False if something is left even so. 0: nothing is known of.
bool end_survivors(const ServiceView& view, pid_t session, std::chrono::nanoseconds timeout);

// survivors_of(), when what is ending just then has had a moment for it.
std::vector<inspect::Process> lasting_survivors_of(const ServiceView& view, pid_t session);

// "pid 12 (sleep), pid 13 (sleep)", of many the first; "kill 12 13".
std::string words_for(const std::vector<inspect::Process>& processes);
std::string kill_command(const std::vector<inspect::Process>& processes);

}  // namespace hf::control
