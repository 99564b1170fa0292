// SPDX-License-Identifier: MIT
// A service that starts, and ends again: how, and as far as its last words and the system tell,
// why.
#include <cerrno>

#include "people/look/words.h"
#include "people/why/chain.h"
#include "people/why/holder.h"
#include "people/why/past.h"
#include "people/why/story.h"

namespace hf::people {

namespace {

using Kind = core::Ending::Kind;

// A process of the same program that is not below the service's, but whose parent is gone.
const Process* runaway(const Subject& subject, const Processes& processes) {
    std::string program = subject.program();
    pid_t supervisor =
        subject.seen.record ? static_cast<pid_t>(subject.seen.record->session.supervisor) : 1;
    for (const auto& [pid, each] : processes.all()) {
        bool adopted = each.parent == 1 || each.parent == supervisor;
        if (!adopted || pid == subject.seen.pid() || each.state == 'Z') continue;
        bool same_program =
            !program.empty() && same_file("/proc/" + std::to_string(pid) + "/exe", program);
        std::string place = "/proc/" + std::to_string(pid) + "/cwd/";
        bool same_script = false;
        for (const std::string& word : arguments_of(pid)) {
            bool is_path = !program.empty() && word.find('/') != std::string::npos;
            if (is_path && same_file(word.starts_with('/') ? word : place + word, program))
                same_script = true;
        }
        bool same_place = directory_of(pid) == subject.path;
        if (same_script || (same_program && same_place)) return &each;
    }
    return nullptr;
}

bool look_at_background(const Story& story, Findings& findings) {
    const Subject& subject = story.subject;
    const auto& launch = subject.launch;
    bool gently = story.ending.kind == Kind::exited || story.ending.kind == Kind::none;
    if (!launch || !gently || (story.ending.value != 0 && !launch->background)) {
        // Without exec it is the shell that ended before its program: see look_at_port().
        if (!launch || !launch->exec || line_with(story, Symptom::port_taken) == nullptr)
            return false;
    }
    Processes processes;
    const Process* left = runaway(subject, processes);
    // Another service may well run the same program.
    if (left != nullptr && !holder_of(subject, *left, processes).service.empty()) left = nullptr;
    if (left == nullptr && !launch->background) return false;
    Finding& finding = findings.add(
        Cause::background,
        launch->background ? "run starts the program in the background (with &) and ends, so it "
                             "is taken for ended"
                           : "the program puts itself into the background: it leaves a copy of "
                             "itself behind and ends, so it is taken for ended");
    finding.at(subject.run_line(launch->line));
    if (left != nullptr)
        finding.because("left behind: " + left->name + " (pid " + std::to_string(left->pid) + ")")
            .remedy("kill " + std::to_string(left->pid) + "   # the copy that nobody looks after");
    add_evidence(story, finding);
    finding.remedy(stay_in_front(*launch));
    return true;
}

// What the kernel means when it does not execute a file that all may execute.
std::string_view refusal(int error) {
    switch (error) {
        case ETXTBSY:
            return "somebody has the file open for writing, and so it may not be executed";
        case ENOEXEC: return "the kernel does not know it as a program: it is damaged, or cut off";
        case E2BIG: return "its arguments and its environment are larger than the kernel allows";
        case ENOMEM:
        case EAGAIN: return "the machine, or a limit, has no more memory or processes to give";
        case ELOOP: return "run names a script as its interpreter, and that another one, and so on";
        case EACCES:
        case EPERM: return "the kernel does not allow it: a security module (SELinux, AppArmor)?";
        case ENOENT: return "what it needs to be executed (its interpreter, its loader) is missing";
        default: return "";
    }
}

void add_writers(const std::string& path, Finding& finding) {
    Processes processes;
    for (const auto& [pid, each] : processes.all()) {
        if (!has_open(pid, path)) continue;
        finding.because("it is open in " + each.name + " (pid " + std::to_string(pid) + ")");
    }
}

void add_refusal(const Story& story, Finding& finding) {
    const Subject& subject = story.subject;
    finding.because(std::string(refusal(story.ending.value)));
    if (story.ending.value == ETXTBSY) add_writers(subject.file("run"), finding);
    if (story.ending.value == ENOEXEC)
        finding.remedy("file " + shell_word(subject.file("run")) + "   # what is it?");
}

// The kernel's rule for what becomes of the memory of a crashed program: see core(5).
void add_core(const Story& story, Finding& finding) {
    std::string rule = contents("/proc/sys/kernel/core_pattern");
    rule = rule.substr(0, rule.find('\n'));
    std::string program = shell_word(story.subject.program());
    if (rule.find("systemd-coredump") != std::string::npos) {
        finding.remedy("coredumpctl info " + program + "   # where it crashed");
    } else if (rule.starts_with('|')) {
        finding.because("the kernel gives its memory at that moment to: " + rule.substr(1));
    } else {
        std::string place = rule.starts_with('/') ? "" : story.subject.working_directory() + "/";
        finding.because(
            "its memory at that moment was written to " + place + rule +
            (rule.find('%') == std::string::npos ? " or, with its pid, " + rule + ".*" : ""));
        finding.remedy("gdb " + program + " " + shell_word(place) +
                       "core* -batch -ex bt   # where it crashed");
    }
}

void add_limit(const Story& story, Finding& finding) {
    const auto& launch = story.subject.launch;
    bool violent = story.ending.kind == Kind::signaled || story.ending.kind == Kind::dumped;
    if (!violent || !launch || !launch->memory) return;
    finding.because("softlimit in run gives it " + size_words(*launch->memory) +
                    " of memory: what needs more may end like this");
}

// What a program says of its error goes to descriptor 2, of which a logger gets nothing by itself.
void add_unlogged(const Story& story, Finding& finding) {
    const Subject& subject = story.subject;
    bool is_error = story.ending.kind == Kind::exited && story.ending.value != 0;
    bool joins = subject.script_text.find("2>") != std::string::npos ||
                 subject.script_text.find("&>") != std::string::npos;
    if (!is_error || !subject.script.is_shell || joins) return;
    if (!subject.seen.has_log || !story.last_words.empty()) return;
    finding.because("its log has nothing of it: what it says of errors does not go into its log")
        .remedy("sed -i '1a exec 2>&1' " + shell_word(subject.file("run")) +
                "   # then its log has the errors, too");
}

// A signal that somebody sent by order is no riddle.
void add_order(const Story& story, Finding& finding) {
    const Notes& notes = story.subject.notes;
    size_t death = last_death(notes);
    if (death == notes.size() || !was_ordered(notes, death)) return;
    for (const std::string& line :
         last_events(Notes(notes.begin(), notes.begin() + static_cast<std::ptrdiff_t>(death)), 2))
        finding.because(line);
}

void name_the_end(const Story& story, Findings& findings) {
    const core::Ending& ending = story.ending;
    Cause cause = Cause::ends_at_once;
    std::string text = "it ends again and again";
    switch (ending.kind) {
        case Kind::exited:
            cause = ending.value == 0 ? Cause::ends_at_once : Cause::exits;
            text =
                ending.value == 0
                    ? "it ends by itself as if all were done (exit code 0); a service has to stay"
                    : "it gives up by itself, with exit code " + std::to_string(ending.value);
            break;
        case Kind::signaled:
            cause = Cause::killed;
            text = "it was " + ending_words(ending);
            break;
        case Kind::dumped:
            cause = Cause::dumped_core;
            text = "it crashed: " + ending_words(ending);
            break;
        case Kind::not_started:
            cause = Cause::not_started;
            text = "it " + ending_words(ending);
            break;
        case Kind::none:
        case Kind::unknown: break;
    }
    Finding& finding = findings.add(cause, text);
    if (cause == Cause::not_started) add_refusal(story, finding);
    if (cause == Cause::dumped_core) add_core(story, finding);
    add_evidence(story, finding);
    add_limit(story, finding);
    add_order(story, finding);
    add_unlogged(story, finding);
    if (!story.subject.seen.has_log)
        finding.remedy("its words are not kept: make " + shell_word(story.subject.file("log/run")) +
                       " with multilog, or read what svscan prints");
    finding.remedy("try it by hand: cd " + shell_word(story.subject.path) + " && ./run");
}

}  // namespace

void look_at_ending(const Subject& subject, Findings& findings) {
    if (!subject.seen.supervised || !subject.restarting) return;
    Story story = story_of(subject);
    if (story.ending.kind == Kind::not_started) return name_the_end(story, findings);
    if (look_at_background(story, findings) || look_at_port(subject, subject.port, findings) ||
        look_at_last_words(story, findings) || look_at_memory(story, findings) ||
        look_at_right_to_port(subject, findings))
        return;
    name_the_end(story, findings);
}

}  // namespace hf::people
