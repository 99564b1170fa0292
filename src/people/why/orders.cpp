// SPDX-License-Identifier: MIT
// Down, or paused, because somebody wants so.
#include "people/look/words.h"
#include "people/why/chain.h"
#include "people/why/past.h"

namespace hf::people {

namespace {

// "by ana, at 14:30:05 (3 minutes ago)"; without a history all that is known is since when it is
// so.
std::string whose(const Subject& subject, std::string_view letters) {
    std::string known = who_and_when(subject.notes, letters);
    return known.empty() ? "by somebody, " + ago_words(subject.seen.age) : known;
}

void look_at_down(const Subject& subject, Findings& findings) {
    const Seen& seen = subject.seen;
    bool never_started = !seen.record || seen.record->service.starts == 0;
    if (seen.normally_down && never_started) {
        findings.add(Cause::down_file, "it has a file called down, so it is not started by itself")
            .at(subject.file("down"))
            .remedy(command_for(subject, "start") + "   # now: svc -u " + shell_word(subject.entry))
            .remedy("rm " + shell_word(subject.file("down")) + "   # and at every boot");
        return;
    }
    Finding& finding =
        findings.add(Cause::ordered_down, "it was ordered down (svc -d) " + whose(subject, "d"));
    if (seen.record && seen.record->service.last.kind != core::Ending::Kind::none)
        finding.because("its last process: " + ending_words(seen.record->service.last));
    if (seen.normally_down)
        finding.because("it also has a file called down, so it does not start at boot");
    finding.remedy(command_for(subject, "start") + "   # that is: svc -u " +
                   shell_word(subject.entry));
}

}  // namespace

void look_at_orders(const Subject& subject, Findings& findings) {
    const Seen& seen = subject.seen;
    if (!seen.status || !seen.supervised) return;
    if (seen.up()) {
        if (!seen.status->paused) return;
        std::string by = who_and_when(subject.notes, "p");
        if (!by.empty()) by = " " + by;
        findings
            .add(Cause::paused, "it was paused (svc -p)" + by +
                                    ": it is there, and does nothing until it is told "
                                    "to continue")
            .remedy(command_for(subject, "continue") + "   # that is: svc -c " +
                    shell_word(subject.entry));
        return;
    }
    if (seen.status->want == 'd') return look_at_down(subject, findings);
    if (seen.status->want == 'u') return;
    Finding& finding = findings.add(Cause::ran_once, "it was started to run once (svc -o) " +
                                                         whose(subject, "o") + ", and ended");
    if (seen.record) finding.because("its end: " + ending_words(seen.record->service.last));
    finding.remedy(command_for(subject, "start") + "   # to keep it up: svc -u " +
                   shell_word(subject.entry));
}

}  // namespace hf::people
