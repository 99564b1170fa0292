// SPDX-License-Identifier: MIT
// What can be told from run alone, before the first start, of who will be there afterwards: the
// program, a shell in front of it, or nobody.
#include "diagnose/chain.h"
#include "diagnose/foreground.h"
#include "diagnose/port_owner.h"

namespace hf::diagnose {

namespace {

void add_background(const Subject& subject, const std::string& sentence, bool is_sure,
                    Findings& findings) {
    Finding& finding = findings.add(Cause::background, sentence);
    finding.only_notes = !is_sure;
    finding.at(subject.run_line(subject.launch->line)).remedy(stay_in_front(*subject.launch));
}

// The shell gets the signals, and leaves what it has started behind.
void note_shell(const Subject& subject, Findings& findings) {
    const auto& launch = *subject.launch;
    if (launch.waits_for_background) return;
    if (!launch.piped && launch.exec) return;
    const char* how =
        launch.piped ? "run starts its program in a pipe" : "run does not exec its program";
    Finding& finding = findings.add(
        Cause::no_exec, std::string(how) +
                            ": the shell stays in front of it, gets the signals, and leaves the "
                            "program behind when it is told to end");
    finding.at(subject.run_line(launch.line));
    if (launch.piped)
        finding.remedy("give it a log directory in place of the pipe: man multilog");
    else
        finding.remedy("write exec in front of the last command of run");
}

}  // namespace

void check_foreground(const Subject& subject, Findings& findings) {
    const auto& launch = subject.launch;
    if (!launch || findings.cause() != nullptr) return;
    if (launch->background)
        return add_background(subject,
                              "run starts the program in the background (with &) and ends, so it "
                              "will be taken for ended",
                              true, findings);
    if (launch->forks)
        return add_background(subject,
                              "setsid --fork starts the program as another process and exits, so "
                              "the service will be taken for exited",
                              true, findings);
    if (launch->words.empty() || !launch->words[0].known) return;
    const std::string& path = launch->words[0].text;
    std::string name = path.substr(path.rfind('/') + 1);
    switch (leaves_foreground(*launch)) {
        case Leaves::yes:
            return add_background(
                subject,
                name +
                    " puts the program into the background, so it will be taken for "
                    "ended",
                true, findings);
        case Leaves::perhaps:
            add_background(subject,
                           name +
                               " puts itself into the background, unless its configuration says "
                               "otherwise; it would then be taken for ended",
                           false, findings);
            break;
        case Leaves::no: break;
    }
    note_shell(subject, findings);
}

}  // namespace hf::diagnose
