// SPDX-License-Identifier: MIT
// The links of the chain from a name to an answering service. Each function looks at one, changes
// nothing, and adds what it finds broken.
#pragma once

#include "people/why/findings.h"
#include "people/why/subject.h"

namespace hf::people {

void look_at_link(const Subject& subject, Findings& findings);
void look_at_supervision(const Subject& subject, Findings& findings);
void look_at_run(const Subject& subject, Findings& findings);
void look_at_orders(const Subject& subject, Findings& findings);
void look_at_account(const Subject& subject, Findings& findings);
void look_at_program(const Subject& subject, Findings& findings);
void look_at_files(const Subject& subject, Findings& findings);
void look_at_ending(const Subject& subject, Findings& findings);
void look_at_process(const Subject& subject, Findings& findings);
void look_at_logger(const Subject& subject, Findings& findings);
void look_at_network(const Subject& subject, Findings& findings);
void look_at_clock(const Subject& subject, Findings& findings);

// Whether it may listen on its port, and nobody else does: part of the ending, and of `check`.
void look_at_port(const Subject& subject, Findings& findings);

}  // namespace hf::people
