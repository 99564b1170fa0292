// SPDX-License-Identifier: MIT
// The links of the chain from a name to an answering service. Each function looks at one, changes
// nothing, and adds what it finds broken.
#pragma once

#include "diagnose/findings.h"
#include "diagnose/subject.h"

namespace hf::diagnose {

void check_link(const Subject& subject, Findings& findings);
void check_quarantine(const Subject& subject, Findings& findings);
void check_supervision(const Subject& subject, Findings& findings);
void check_run(const Subject& subject, Findings& findings);
void check_commands(const Subject& subject, Findings& findings);
void check_rules(const Subject& subject, Findings& findings);
void check_needs(const Subject& subject, Findings& findings);
void foresee_needs(const Subject& subject, Findings& findings);  // of `check` alone
void check_ready(const Subject& subject, Findings& findings);
void check_finish(const Subject& subject, Findings& findings);
void check_foreground(const Subject& subject, Findings& findings);  // of `check` alone
void check_account(const Subject& subject, Findings& findings);
void check_program(const Subject& subject, Findings& findings);
void check_files(const Subject& subject, Findings& findings);
void check_exit(const Subject& subject, Findings& findings);
void check_process(const Subject& subject, Findings& findings);
void check_logger(const Subject& subject, Findings& findings);
void check_listening(const Subject& subject, Findings& findings);  // part of the next
void check_network(const Subject& subject, Findings& findings);
void check_clock(const Subject& subject, Findings& findings);

// Whether the user of its program may replace the run script, which root executes.
void note_replaceable(const Subject& subject, Findings& findings);

// It is down because of its rules, and not by a command: true if that is so.
bool check_decisions(const Subject& subject, Findings& findings);

// When its rules start it again, if that is not soon.
std::string delay_words(const Subject& subject);

// What lives on of earlier starts.
void note_survivors(const Subject& subject, Findings& findings);

// It is up, and that says little: for a moment only, or a Smalltalk image, which is there to serve;
// and it listens on nothing.
bool has_not_proved_itself(const Subject& subject);

// Where it listens, for one that a check does not find.
void add_places(const Subject& subject, Finding& finding);

// It listens on its port, and answers there: what it shows now, whatever it did before.
bool answers(const Subject& subject);

// A copy of an earlier start that has a port is named before what this start complains of: the
// clients have that copy.
void lead_with_copy(const Subject& subject, Findings& findings);

// Whether it may listen on its port, and nobody else does: part of the ending, and of `check`.
void check_port(const Subject& subject, Findings& findings);

}  // namespace hf::diagnose
