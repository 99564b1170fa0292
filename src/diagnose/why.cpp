// SPDX-License-Identifier: MIT
#include "diagnose/why.h"

#include "diagnose/chain.h"
#include "diagnose/crash.h"
#include "diagnose/restarts.h"

namespace hf::diagnose {

namespace {

// Whether it could start, from its files alone.
void check_files_of_start(const Subject& subject, Findings& findings) {
    check_run(subject, findings);
    if (findings.cause() != nullptr && about(findings.cause()->cause).kind == Class::run) return;
    check_account(subject, findings);
    if (findings.has(Cause::user_missing)) return;
    check_program(subject, findings);
    check_files(subject, findings);
    note_replaceable(subject, findings);
}

// The directory that run changes to was not there, and it lives where it was started.
bool is_elsewhere(const Subject& subject) {
    const auto& launch = subject.launch;
    return launch && launch->directory.known && !launch->directory.text.empty() &&
           !inspect::same_file(subject.working_directory(), subject.path) &&
           inspect::directory_of(subject.view.pid()) == subject.path;
}

// Up, and stays up. That it lives, and is reached, is a fact; what its files look like is a
// suspicion, of which it is only said that it might be in the way of the next start.
void check_life(const Subject& subject, Findings& findings) {
    check_process(subject, findings);
    if (findings.has(Cause::blocked)) return;  // so might be who looks at its files
    check_ready(subject, findings);
    check_logger(subject, findings);
    bool proves_nothing =
        subject.is_in_run() || has_not_proved_itself(subject) || is_elsewhere(subject);
    if (proves_nothing) check_files_of_start(subject, findings);
    if (findings.cause() == nullptr) check_network(subject, findings);
    if (proves_nothing) return;
    bool is_well = findings.cause() == nullptr;
    size_t facts = findings.all().size();
    check_files_of_start(subject, findings);
    if (is_well) findings.make_notes_from(facts);
}

bool looks_again(Subject& subject) {
    subject = diagnose::subject(subject.scan_dir, subject.name,
                                subject.port_was_asked ? subject.port : std::uint16_t{0});
    return subject.view.up();
}

// It ended again and again until now. If what it complained of is no more so, it may be that
// somebody has just repaired it: then the next life decides.
bool lives_now(Subject& subject) {
    return outlives_the_last(subject) && looks_again(subject);
}

// It answers where it listens. Those that ended may have done so, too, before they ended: not
// those that did not get their port, and else it has to live longer.
bool serves_now(Subject& subject) {
    if (!subject.view.up() || !answers(subject)) return false;
    bool had_no_port = line_with(crash_of(subject), Symptom::port_taken) != nullptr;
    return (had_no_port || outlives_the_last_serving(subject)) && looks_again(subject);
}

}  // namespace

Findings why(Subject& subject) {
    Findings findings;
    check_link(subject, findings);
    if (findings.cause() != nullptr) return findings;
    check_quarantine(subject, findings);
    if (findings.cause() != nullptr) return findings;
    check_supervision(subject, findings);
    if (findings.cause() != nullptr) return findings;
    check_rules(subject, findings);
    if (subject.view.rules.accepted || subject.view.up()) findings.make_notes_from(0);
    if (findings.cause() != nullptr) return findings;
    check_finish(subject, findings);
    if (findings.has(Cause::finishing)) return findings;
    check_commands(subject, findings);
    if (findings.has(Cause::paused)) return findings;
    check_needs(subject, findings);
    if (findings.cause() != nullptr && about(findings.cause()->cause).kind == Class::needs)
        return findings;
    // What fails for good is told by how it fails, too.
    const bool gave_up = findings.has(Cause::gave_up);
    subject.restarting = gave_up || (is_restarting(subject) && !serves_now(subject));
    if (subject.view.up() && !subject.restarting) {
        check_life(subject, findings);
    } else {
        check_files_of_start(subject, findings);
        if (findings.cause() == nullptr && subject.restarting && lives_now(subject)) {
            subject.restarting = false;
            check_life(subject, findings);
        } else {
            if (findings.cause() == nullptr || gave_up) check_exit(subject, findings);
            if (subject.restarting) lead_with_copy(subject, findings);
            check_logger(subject, findings);
        }
    }
    note_survivors(subject, findings);
    check_clock(subject, findings);
    return findings;
}

Findings check(const Subject& subject) {
    Findings findings;
    check_link(subject, findings);
    if (findings.cause() != nullptr) return findings;
    check_rules(subject, findings);
    foresee_needs(subject, findings);
    check_files_of_start(subject, findings);
    if (!subject.view.up()) {
        check_port(subject, findings);
        check_foreground(subject, findings);
    }
    check_logger(subject, findings);
    return findings;
}

}  // namespace hf::diagnose
