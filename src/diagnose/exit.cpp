// SPDX-License-Identifier: MIT
// A service that starts, and ends again: how, and as far as its last words and the system tell,
// why.
#include <cerrno>

#include "diagnose/chain.h"
#include "diagnose/crash.h"
#include "diagnose/foreground.h"
#include "diagnose/port_owner.h"
#include "diagnose/remedy.h"
#include "diagnose/restarts.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

using Kind = core::ExitResult::Kind;

std::string background_words(const Launch& launch) {
    if (launch.background)
        return "run starts the program in the background (with &) and exits, so the service counts "
               "as exited";
    if (launch.forks)
        return "setsid --fork in run starts the program as another process and exits, so the "
               "service counts as exited, and svscan starts another one";
    return "the program puts itself into the background: it leaves a copy of itself behind and "
           "exits, so the service counts as exited";
}

bool check_background(const Crash& crash, Findings& findings) {
    const Subject& subject = crash.subject;
    const auto& launch = subject.launch;
    bool gently = crash.exit_result.kind == Kind::exited || crash.exit_result.kind == Kind::none;
    if (!launch || !gently || (crash.exit_result.value != 0 && !launch->background)) {
        // Without exec it is the shell that ended before its program: see check_port().
        if (!launch || !launch->exec || line_with(crash, Symptom::port_taken) == nullptr)
            return false;
    }
    if (is_told_to_stay(*launch)) return false;
    Processes processes;
    const Process* left = copy_left_behind(subject, processes);
    bool leaves = launch->background || leaves_foreground(*launch) == Leaves::yes;
    if (left == nullptr && !leaves) return false;
    Finding& finding = findings.add(Cause::background, background_words(*launch));
    finding.at(subject.run_line(launch->line));
    if (left != nullptr)
        finding.because("left behind: " + left->name + " (pid " + std::to_string(left->pid) + ")");
    add_evidence(crash, finding);
    if (left != nullptr)
        add_copy_remedies(subject, left->pid, finding);
    else
        finding.remedy(stay_in_front(*launch));
    return true;
}

// What the kernel means when it does not execute a file that all may execute.
std::string_view refusal(int error) {
    switch (error) {
        case ETXTBSY:
            return "a process has the file open for writing, so the kernel does not execute it";
        case ENOEXEC:
            return "the kernel does not recognise it as a program: it is damaged, or truncated";
        case E2BIG: return "its arguments and its environment are larger than the kernel allows";
        case ENOMEM:
        case EAGAIN: return "the machine is out of memory or processes, or a limit is reached";
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

void add_refusal(const Crash& crash, Finding& finding) {
    const Subject& subject = crash.subject;
    finding.because(std::string(refusal(crash.exit_result.value)));
    if (crash.exit_result.value == ETXTBSY) add_writers(subject.file("run"), finding);
    if (crash.exit_result.value == ENOEXEC)
        finding.remedy("file " + shell_word(subject.file("run")) + "   # what is it?");
}

// The kernel's rule for what becomes of the memory of a crashed program: see core(5).
void add_core(const Crash& crash, Finding& finding) {
    std::string rule = contents("/proc/sys/kernel/core_pattern");
    rule = rule.substr(0, rule.find('\n'));
    std::string program = shell_word(crash.subject.program());
    if (rule.find("systemd-coredump") != std::string::npos) {
        finding.remedy("coredumpctl info " + program + "   # where it crashed");
    } else if (rule.starts_with('|')) {
        finding.because("the kernel gives its memory at that moment to: " + rule.substr(1));
    } else {
        std::string place = rule.starts_with('/') ? "" : crash.subject.working_directory() + "/";
        finding.because(
            "its memory at that moment was written to " + place + rule +
            (rule.find('%') == std::string::npos ? " or, with its pid, " + rule + ".*" : ""));
        finding.remedy("gdb " + program + " " + shell_word(place) +
                       "core* -batch -ex bt   # where it crashed");
    }
}

void add_limit(const Crash& crash, Finding& finding) {
    const auto& launch = crash.subject.launch;
    bool violent =
        crash.exit_result.kind == Kind::signaled || crash.exit_result.kind == Kind::dumped;
    if (!violent || !launch || !launch->memory) return;
    finding
        .because(launch->memory->option + " in run gives it " + size_words(launch->memory->value) +
                 " of memory: a program that needs more may exit like this")
        .remedy(more_memory(*launch->memory));
}

// What a program says of its error goes to descriptor 2, of which a logger gets nothing by itself.
void add_unlogged(const Crash& crash, Finding& finding) {
    const Subject& subject = crash.subject;
    bool is_error = crash.exit_result.kind == Kind::exited && crash.exit_result.value != 0;
    if (!is_error || !subject.script.is_shell || joins_errors(subject)) return;
    bool in_its_log = crash.location && crash.location->sink == control::Sink::log;
    if (!subject.view.has_log || in_its_log) return;
    finding.because("its log has nothing about it: its error messages do not go into its log")
        .remedy("sed -i '1a exec 2>&1' " + shell_word(subject.file("run")) +
                "   # then its log has the errors, too");
}

// A signal that somebody sent by order is no riddle.
void add_command(const Crash& crash, Finding& finding) {
    const Notes& notes = crash.subject.notes;
    size_t death = last_death(notes);
    if (death == notes.size() || !was_ordered(notes, death)) return;
    for (const std::string& line :
         last_events(Notes(notes.begin(), notes.begin() + static_cast<std::ptrdiff_t>(death)), 2))
        finding.because(line);
}

// ": Error: Cannot find module 'express'", without which a code tells nothing.
std::string error_words(const Crash& crash) {
    constexpr size_t enough = 200;
    const LogLine* line = error_line(crash);
    if (line == nullptr) return "";
    std::string text = line->text.substr(line->text.find_first_not_of(" \t"));
    return ": " + (text.size() > enough ? text.substr(0, enough) + "..." : text);
}

void name_the_end(const Crash& crash, Findings& findings) {
    const core::ExitResult& exit_result = crash.exit_result;
    Cause cause = Cause::ends_at_once;
    std::string text = "it exits again and again";
    switch (exit_result.kind) {
        case Kind::exited:
            cause = exit_result.value == 0 ? Cause::ends_at_once : Cause::exits;
            text =
                exit_result.value == 0
                    ? "it exits with code 0 right after its start; a service must keep running in "
                      "the foreground"
                    : "it exits with code " + std::to_string(exit_result.value) +
                          error_words(crash);
            break;
        case Kind::signaled:
            cause = Cause::killed;
            text = "it was " + exit_words(exit_result);
            break;
        case Kind::dumped:
            cause = Cause::dumped_core;
            text = "it crashed: " + exit_words(exit_result);
            break;
        case Kind::not_started:
            cause = Cause::not_started;
            text = "it " + exit_words(exit_result);
            break;
        case Kind::none:
        case Kind::unknown: break;
    }
    Finding& finding = findings.add(cause, text);
    if (cause == Cause::not_started) add_refusal(crash, finding);
    if (cause == Cause::dumped_core) add_core(crash, finding);
    add_evidence(crash, finding);
    finding.because(delay_words(crash.subject));
    add_limit(crash, finding);
    add_command(crash, finding);
    add_unlogged(crash, finding);
    if (cause == Cause::ends_at_once)
        finding.remedy("for a job that is to run once: touch " +
                       shell_word(crash.subject.file("down")) + " && " +
                       command_for(crash.subject, "once"));
    bool is_its_own = crash.location && !crash.location->shared;
    if (!crash.subject.view.has_log && !is_its_own) add_log_remedy(crash.subject, "", finding);
    const std::string go = "try it by hand: cd " + shell_word(crash.subject.path);
    if (crash.subject.process == format::ProcessRules{})
        finding.remedy(go + " && ./run");
    else
        finding.remedy(go + " && holdfast-enter " + shell_word(crash.subject.name) + " ./run");
}

}  // namespace

void check_exit(const Subject& subject, Findings& findings) {
    if (!subject.view.supervised || !subject.restarting) return;
    Crash crash = crash_of(subject);
    if (crash.exit_result.kind == Kind::not_started) return name_the_end(crash, findings);
    if (check_background(crash, findings) || check_port(subject, subject.port, findings) ||
        check_log_hints(crash, findings) || check_memory(crash, findings) ||
        check_right_to_port(subject, findings))
        return;
    name_the_end(crash, findings);
}

}  // namespace hf::diagnose
