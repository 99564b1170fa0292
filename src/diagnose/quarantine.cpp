// SPDX-License-Identifier: MIT
// A service directory that svscan has put in quarantine.
#include "diagnose/chain.h"
#include "sys/clock.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace text;

namespace {

std::chrono::seconds since_1970() {
    return std::chrono::floor<std::chrono::seconds>(sys::wall_time());
}

std::string next_try_words(std::chrono::seconds left) {
    if (left.count() <= 0) return "svscan is trying it again now";
    return "svscan tries it again in " + duration_words(left) +
           "; the time doubles whenever that fails";
}

void add_killer(const Subject& subject, const format::Quarantined& quarantine, Findings& findings) {
    Finding& finding =
        findings
            .add(Cause::quarantined, "svscan's engine was killed twice at " + subject.path +
                                         ", which is in quarantine: it is not supervised")
            .because("in quarantine for " + duration_words(since_1970() - quarantine.since) +
                     "; svscan's own output names the signal")
            .because(next_try_words(quarantine.next_try - since_1970()));
    const pid_t pid = subject.view.pid();
    if (pid != 0)  // without its record a second one would be started
        finding.remedy("kill " + std::to_string(pid) +
                       "   # its process is still running, and must exit first");
    finding.remedy("mv " + shell_word(subject.path + "/supervise") + " " +
                   shell_word(subject.path + "/supervise.old") +
                   "   # svscan makes it anew when it tries the service again");
}

}  // namespace

void check_quarantine(const Subject& subject, Findings& findings) {
    const auto& quarantine = subject.view.quarantine;
    if (!quarantine) return;
    if (quarantine->killed) return add_killer(subject, *quarantine, findings);
    findings
        .add(Cause::quarantined, "svscan's engine got no answer at " + subject.path +
                                     ", which is in quarantine: it is not supervised")
        .because("in quarantine for " + duration_words(since_1970() - quarantine->since) +
                 "; svscan keeps trying")
        .remedy("df " + shell_word(subject.path) + "   # does its file system answer now?");
}

}  // namespace hf::diagnose
