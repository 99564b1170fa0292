// SPDX-License-Identifier: MIT
// What is remembered of a service's life. It is derived from the state before and after an event:
// nobody announces it, so nobody can forget to.
#pragma once

#include <cstdint>
#include <vector>

#include "core/hooks.h"
#include "core/service.h"

namespace hf::core {

struct Note {
    // A later version may write others: they are kept, though nothing is known of them.
    enum class Kind : char {
        started = 's',      // pid
        exited = 'e',       // pid, value: exit code
        signaled = 'g',     // pid, value: signal
        dumped = 'c',       // the same, with a core file
        ended = '?',        // pid; nobody knows how it ended
        not_started = 'n',  // value: errno
        ordered = 'o',      // letter, value: the user
        halted = 'h',       // everything is told to stop
        linked = 'l',       // it stands in the scan directory (again)
        unlinked = 'r',     // it stands there no more
        ready = 'R',        // pid; it has said that it is ready
        replaced = 'p',     // pid, value: why, see core::Replaced
        finishing = 'f',    // pid of the command that follows on its end
        finished = 'F',     // pid, value: what a shell would say of its end
    };
    std::uint32_t number = 0;  // 1 is the first in the life of the directory
    Kind kind = Kind::started;
    char letter = 0;
    core::WallTime at{};
    core::Pid pid = core::Pid::none;
    std::uint32_t value = 0;
    bool operator==(const Note&) const = default;
};

// What `event` leaves in the history, having led from `before` to `after` at `now`. The numbers
// are given by whoever keeps the history.
std::vector<Note> notes(const Service& before, const Event& event, const Service& after,
                        WallTime now);

// The same of a service that is `taken` over as a former supervision left it in `recorded`.
std::vector<Note> notes_of_taking(const Service& recorded, const Service& taken, WallTime now);

// What comes of an event. This must be on disk before that happens:
//
//   - notes are written before the record, so that what a record counts stands in the history;
//   - a Start's notes and record are written by the child, before it executes its program;
//   - signals are sent before the record says so: sent twice they do no harm, lost they would;
//   - a death is written before it is reaped, and a directory's end before it is given back.
struct Outcome {
    Effects effects;
    std::vector<Note> notes;
    std::vector<Hook> hooks;
};

// step(), what is to be remembered of it, and of what somebody is told.
Outcome happen(Service& service, const Rules& rules, const Event& event, Moment now);

}  // namespace hf::core
