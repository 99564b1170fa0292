// SPDX-License-Identifier: MIT
#include "people/why/why.h"

#include "people/why/chain.h"
#include "people/why/past.h"

namespace hf::people {

namespace {

// Whether it could start, from its files alone.
void look_at_files_of_start(const Subject& subject, Findings& findings) {
    look_at_run(subject, findings);
    if (findings.cause() != nullptr && about(findings.cause()->cause).kind == Class::run) return;
    look_at_account(subject, findings);
    if (findings.has(Cause::user_missing)) return;
    look_at_program(subject, findings);
    look_at_files(subject, findings);
}

// Up, and stays up. What would be in the way of its next start comes last.
void look_at_life(const Subject& subject, Findings& findings) {
    look_at_process(subject, findings);
    if (findings.has(Cause::blocked)) return;  // so might be who looks at its files
    look_at_logger(subject, findings);
    if (findings.cause() == nullptr) look_at_network(subject, findings);
    look_at_files_of_start(subject, findings);
}

}  // namespace

Findings why(Subject& subject) {
    Findings findings;
    look_at_link(subject, findings);
    if (findings.cause() != nullptr) return findings;
    look_at_supervision(subject, findings);
    if (findings.cause() != nullptr) return findings;
    look_at_orders(subject, findings);
    if (findings.has(Cause::paused)) return findings;
    subject.restarting = is_restarting(subject);
    if (subject.seen.up() && !subject.restarting) {
        look_at_life(subject, findings);
    } else {
        look_at_files_of_start(subject, findings);
        if (findings.cause() == nullptr) look_at_ending(subject, findings);
        look_at_logger(subject, findings);
    }
    look_at_clock(subject, findings);
    return findings;
}

Findings check(const Subject& subject) {
    Findings findings;
    look_at_link(subject, findings);
    if (findings.cause() != nullptr) return findings;
    look_at_files_of_start(subject, findings);
    if (!subject.seen.up()) look_at_port(subject, findings);
    look_at_logger(subject, findings);
    return findings;
}

}  // namespace hf::people
