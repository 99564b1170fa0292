// SPDX-License-Identifier: MIT
// How a service ended, and what it said before. The files that judge it share it.
#pragma once

#include <vector>

#include "control/output.h"
#include "diagnose/findings.h"
#include "diagnose/subject.h"
#include "diagnose/symptoms.h"

namespace hf::diagnose {

struct Crash {
    const Subject& subject;
    core::ExitResult exit_result;
    std::vector<inspect::LogLine> last_lines;
    std::optional<control::OutputPlace> location =
        {};  // where those stand; none where there are none
};

Crash crash_of(const Subject& subject);

// Whether its error messages go where its output goes, as far as run tells.
bool joins_errors(const Subject& subject);

// The line that is its error, see error_among(); null if none looks like one.
const inspect::LogLine* error_line(const Crash& crash);

// How it ended, how often, and what it said: the line that looks like its error, else its last
// ones.
void add_evidence(const Crash& crash, Finding& finding);

// ... the last lines alone, if there are any.
void add_last_lines(const Crash& crash, Finding& finding);

// The last of its lines that speaks of this; null if none does.
const inspect::LogLine* line_with(const Crash& crash, Symptom symptom);

// The cause that its last words, its limits or the kernel tell. True if they told any.
bool check_log_hints(const Crash& crash, Findings& findings);

// A limit of memory, threads or descriptors that is too small.
bool check_limits(const Crash& crash, Findings& findings);

// More than this limit gives: of the memory that it uses, and not of the address space that it
// reserves.
std::string more_memory(const inspect::Limit& limit);

// A runtime that limits its heap by itself may be given a larger one.
bool add_heap_remedy(const inspect::LogLine& line, Finding& finding);

// The kernel, or the limit of its memory group, ended it because memory had run out.
bool check_memory(const Crash& crash, Findings& findings);

// Who outside the service listens on `port`, where that is taken.
bool check_port(const Subject& subject, std::uint16_t port, Findings& findings);

// The address in use is a socket that is a file: one that a dead server left, or that another has.
bool check_socket_file(const Crash& crash, Findings& findings);

// The first that not only root may listen on.
unsigned first_open_port();

// `port`, 0 where it is not known, is below that, and it does not run as root.
Finding& add_privileged_port(const Subject& subject, unsigned port, Findings& findings);
bool check_right_to_port(const Subject& subject, Findings& findings);

}  // namespace hf::diagnose
