// SPDX-License-Identifier: MIT
// service.toml: what is wrong with it, and what it has decided.
#include <unistd.h>

#include "config/load.h"
#include "diagnose/chain.h"
#include "diagnose/remedy.h"
#include "diagnose/restarts.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

using Kind = core::ExitResult::Kind;

// The user whom the engine is, or will be.
uid_t engine_user(const Subject& subject) {
    return subject.svscan_user ? subject.svscan_user->account.user : ::geteuid();
}

// "7" of "7:1: TEXT"; empty for what has no place.
std::string line_of(const std::string& fault) {
    return fault.starts_with(':') ? "" : fault.substr(0, fault.find(':'));
}

std::string text_of(const std::string& fault) {
    return fault.substr(fault.find(": ") + 2);
}

// Its last end, if no command asked for that, nor has ordered it down since.
const core::ExitResult* unasked_end(const Subject& subject) {
    const Notes& notes = subject.notes;
    if (!subject.view.record || subject.view.up()) return nullptr;
    for (size_t i = notes.size(); i-- > 0;) {
        if (notes[i].kind == format::Note::Kind::ordered && notes[i].letter == 'd') return nullptr;
        const bool is_end = is_death(notes[i]) || notes[i].kind == format::Note::Kind::not_started;
        if (!is_end) continue;
        const bool is_asked = is_death(notes[i]) && was_ordered(notes, i);
        return is_asked ? nullptr : &subject.view.record->service.last;
    }
    return nullptr;
}

bool was_given_up(const Subject& subject) {
    const core::Rules& rules = subject.view.rules.in_force;
    return unasked_end(subject) != nullptr && rules.give_up != 0 &&
           subject.view.record->service.streak >= rules.give_up;
}

void add_exit(const core::ExitResult& exit_result, Finding& finding) {
    finding.because("its last exit: " + exit_words(exit_result));
}

bool check_given_up(const Subject& subject, Findings& findings) {
    const core::ExitResult* end = unasked_end(subject);
    if (end == nullptr) return false;
    if (was_given_up(subject)) {
        Finding& finding = findings.add(
            Cause::gave_up, "it failed " + std::to_string(subject.view.record->service.streak) +
                                " times in a row, and its rules say to give up then ([restart] "
                                "give_up)");
        add_exit(*end, finding);
        add_start(subject, finding);
        return true;
    }
    const core::ExitCodes& stop_on = subject.view.rules.in_force.stop_on;
    if (end->kind != Kind::exited || !stop_on.contains(end->value)) return false;
    add_start(subject, findings.add(Cause::asked_down,
                                    "it exited with code " + std::to_string(end->value) +
                                        ", by which it asks to stay down ([restart] stop_on)"));
    return true;
}

// It has run, and that was all.
bool check_rest(const Subject& subject, Findings& findings) {
    const core::Restart when = subject.view.rules.in_force.restart;
    const bool never = when == core::Restart::never;
    const bool succeeded = when == core::Restart::on_failure && unasked_end(subject) != nullptr;
    if (!never && !succeeded) return false;
    Finding& finding = findings.add(
        Cause::ran_once, never ? "it has run, and its rules never start it again ([restart] when)"
                               : "it has succeeded, and its rules start it again only after a "
                                 "failure ([restart] when)");
    add_exit(subject.view.record->service.last, finding);
    add_start(subject, finding);
    return true;
}

}  // namespace

void check_rules(const Subject& subject, Findings& findings) {
    const auto read = config::load(subject.path, engine_user(subject));
    if (!read || read->faults.empty()) return;
    const std::string path = subject.file(format::service_file);
    const std::string line = line_of(read->faults.front());
    Finding& finding = findings.add(Cause::rules_refused,
                                    "service.toml is refused: " + text_of(read->faults.front()));
    finding.at(path + (line.empty() ? "" : ":" + line));
    for (size_t i = 1; i < read->faults.size(); ++i) finding.because(read->faults[i]);
    const bool accepted = subject.view.rules.accepted;
    const char* consequence =
        accepted            ? "the rules that were accepted before stay in force"
        : subject.view.up() ? "its process runs on; another is not started until this is mended"
                            : "it is not started until this is mended";
    finding.because(consequence);
    finding.remedy("mend " + path + ": man service.toml")
        .remedy("holdfast-rules " + shell_word(subject.path) + "   # is it right now?");
}

bool check_decisions(const Subject& subject, Findings& findings) {
    const core::Rules& rules = subject.view.rules.in_force;
    const bool wants_down = subject.view.status->want == 'd';
    if (subject.view.wants_up() || !subject.view.record || rules == core::default_rules)
        return false;
    return wants_down ? check_given_up(subject, findings) : check_rest(subject, findings);
}

std::string delay_words(const Subject& subject) {
    constexpr std::chrono::seconds worth_telling(3);
    const auto next = subject.view.next_start();
    if (!next || *next < worth_telling) return "";
    const unsigned streak = subject.view.record->service.streak;
    return (streak > 1 ? "after " + std::to_string(streak) + " failures in a row " : "") +
           "its next start is in " +
           duration_words(std::chrono::ceil<std::chrono::seconds>(*next)) + " ([restart])";
}

}  // namespace hf::diagnose
