// SPDX-License-Identifier: MIT
// How a service ended, and what it said before. The files that judge it share it.
#pragma once

#include <vector>

#include "people/why/findings.h"
#include "people/why/subject.h"
#include "people/why/symptoms.h"

namespace hf::people {

struct Story {
    const Subject& subject;
    core::Ending ending;
    std::vector<LogLine> last_words;
};

Story story_of(const Subject& subject);

// How it ended, how often, and the last lines of its log.
void add_evidence(const Story& story, Finding& finding);

// The last of its lines that speaks of this; null if none does.
const LogLine* line_with(const Story& story, Symptom symptom);

// The cause that its last words, its limits or the kernel tell. True if they told any.
bool look_at_last_words(const Story& story, Findings& findings);

// The kernel, or the limit of its memory group, ended it because memory had run out.
bool look_at_memory(const Story& story, Findings& findings);

// Who outside the service listens on `port`, where that is taken.
bool look_at_port(const Subject& subject, std::uint16_t port, Findings& findings);

// The first that not only root may listen on.
unsigned first_open_port();

// `port`, 0 where it is not known, is below that, and it does not run as root.
Finding& add_privileged_port(const Subject& subject, unsigned port, Findings& findings);
bool look_at_right_to_port(const Subject& subject, Findings& findings);

}  // namespace hf::people
