// SPDX-License-Identifier: MIT
// Whose a process is that has what a service wants.
#pragma once

#include <string>

#include "people/why/subject.h"

namespace hf::people {

struct Holder {
    std::string service;     // the one of the same folder that it belongs to; empty: to none
    bool left_over = false;  // it is from an earlier start of the subject, and nobody's any more
};

Holder holder_of(const Subject& subject, const Process& process, const Processes& processes);

// How the copies that are left over come about, as a remedy.
std::string stay_in_front(const Launch& launch);

}  // namespace hf::people
