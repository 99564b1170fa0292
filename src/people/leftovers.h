// SPDX-License-Identifier: MIT
// What a service leaves behind when its process ends: a run script that does not say exec is the
// process that gets the signal, and what it has started goes on without it.
#pragma once

#include <sys/types.h>

#include <string>

#include "people/look/service.h"

namespace hf::people {

// The session that its process leads; 0 if it is not up, or is not known to lead one.
pid_t session_of(const Seen& seen);

// Warns of what still lives of a session whose leader has ended. What is ending just then has a
// moment for it. 0: says nothing.
void warn_of_leftovers(const std::string& name, pid_t session);

}  // namespace hf::people
