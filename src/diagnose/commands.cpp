// SPDX-License-Identifier: MIT
// Down, or paused, because somebody wants so.
#include "diagnose/chain.h"
#include "diagnose/remedy.h"
#include "diagnose/restarts.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace control;
using namespace text;

namespace {

// "by ana, at 14:30:05 (3 minutes ago)"; without a history all that is known is since when it is
// so.
std::string whose(const Subject& subject, std::string_view letters) {
    std::string known = who_and_when(subject.notes, letters);
    return known.empty() ? "by an unknown user, " + ago_words(subject.view.age) : known;
}

void check_down(const Subject& subject, Findings& findings) {
    const ServiceView& view = subject.view;
    bool never_started = !view.record || view.record->service.starts == 0;
    if (view.normally_down && never_started) {
        findings
            .add(Cause::down_file, "it has a file called down, so it is not started automatically")
            .at(subject.file("down"))
            .remedy(command_for(subject, "start") + "   # now: svc -u " + shell_word(subject.entry))
            .remedy("rm " + shell_word(subject.file("down")) + "   # and at every boot");
        return;
    }
    Finding& finding =
        findings.add(Cause::ordered_down, "it was stopped (svc -d) " + whose(subject, "d"));
    if (view.record && view.record->service.last.kind != core::ExitResult::Kind::none)
        finding.because("its last process: " + exit_words(view.record->service.last));
    if (view.normally_down)
        finding.because("it also has a file called down, so it does not start at boot");
    add_start(subject, finding);
}

}  // namespace

void check_commands(const Subject& subject, Findings& findings) {
    const ServiceView& view = subject.view;
    if (!view.status || !view.supervised) return;
    if (view.up()) {
        if (!view.status->paused) return;
        std::string by = who_and_when(subject.notes, "p");
        if (!by.empty()) by = " " + by;
        findings
            .add(Cause::paused,
                 "it was paused (svc -p)" + by + ": it does nothing until it is continued")
            .remedy(command_for(subject, "continue") + "   # that is: svc -c " +
                    shell_word(subject.entry));
        return;
    }
    if (check_decisions(subject, findings)) return;
    if (view.status->want == 'd') return check_down(subject, findings);
    if (view.status->want == 'u') return;
    Finding& finding = findings.add(
        Cause::ran_once, "it was started once (svc -o) " + whose(subject, "o") + ", and exited");
    if (view.record) finding.because("its exit: " + exit_words(view.record->service.last));
    finding.remedy(command_for(subject, "start") + "   # to keep it up: svc -u " +
                   shell_word(subject.entry));
}

}  // namespace hf::diagnose
