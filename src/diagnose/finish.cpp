// SPDX-License-Identifier: MIT
// What follows on the end of its process: that runs, or has failed the last time.
#include <algorithm>

#include "diagnose/chain.h"
#include "diagnose/restarts.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace control;
using namespace inspect;
using namespace text;

namespace {

// What the supervisor does next.
std::string next_of_finish(const ServiceView& view) {
    const auto due = core::next_due(view.record->service, view.rules.in_force);
    if (!due) return "it was sent KILL, and has not exited";
    return "it gets KILL in " + time_until(due->at) + " ([finish] timeout)";
}

void add_finishing(const Subject& subject, Findings& findings) {
    const core::Service& service = subject.view.record->service;
    Finding& finding = findings.add(
        Cause::finishing, "its process has ended, and its finish command has been running for " +
                              duration_words(subject.view.age));
    finding.because("pid " + std::to_string(static_cast<int>(service.process.pid)))
        .because("the process before it: " + exit_words(service.last))
        .because(next_of_finish(subject.view))
        .remedy("holdfast logs " + shell_word(subject.name) + "   # what does it do?");
}

}  // namespace

void check_finish(const Subject& subject, Findings& findings) {
    if (subject.view.finishing()) return add_finishing(subject, findings);
    const auto is_end = [](const auto& note) { return note.kind == format::Note::Kind::finished; };
    const auto last = std::ranges::find_if(subject.notes.rbegin(), subject.notes.rend(), is_end);
    if (last == subject.notes.rend() || last->value == 0) return;
    findings.add(Cause::finish_failed, "its finish command failed when it ran last, " + when(*last))
        .because(exit_words(end_of_finish(*last)))
        .at(subject.file("service.toml"));
}

}  // namespace hf::diagnose
