// SPDX-License-Identifier: MIT
// The run script itself: whether the kernel can execute it, and its interpreter read it.
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <regex>

#include "diagnose/chain.h"
#include "diagnose/remedy.h"
#include "inspect/files.h"
#include "inspect/program.h"
#include "sys/safe_open.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

// What stands under this name in a directory that has no run: often it is only called otherwise.
std::string lookalike(const Subject& subject) {
    for (const char* name : {"run.sh", "Run", "RUN", "run.txt", "start", "start.sh", "run.bash"}) {
        if (exists(subject.file(name))) return name;
    }
    return "";
}

// A run to begin with.
std::string to_write(const Subject& subject) {
    std::string run = shell_word(subject.file("run"));
    std::string rest = subject.path.ends_with("/log") ? "exec multilog t ./main"
                                                      : "exec 2>&1\\nexec /path/to/program";
    return "printf '#!/bin/sh\\n" + rest + "\\n' >" + run + " && chmod +x " + run;
}

void check_absence(const Subject& subject, const std::string& run, Findings& findings) {
    auto in_the_way = access_problem(run, Access::existence);
    if (in_the_way && in_the_way->error == EACCES) {
        findings.add(Cause::unreachable, sentence(*in_the_way, "you", Access::reading));
        return;
    }
    std::string leads_to = link_of(run);
    bool elsewhere = in_the_way && (in_the_way->path != run || !leads_to.empty());
    Finding& finding = findings.add(
        Cause::run_missing, elsewhere ? sentence(*in_the_way, "you", Access::reading)
                                      : run + " does not exist: it is the program that is started");
    std::string other = lookalike(subject);
    if (!other.empty())
        finding.because("there is " + subject.file(other))
            .remedy("mv " + shell_word(subject.file(other)) + " " + shell_word(run));
    else if (!leads_to.empty())
        finding.because("it leads to " + leads_to)
            .remedy("ln -sfn /the/right/program " + shell_word(run));
    else
        finding.remedy(to_write(subject));
}

bool check_file(const Subject& subject, Findings& findings) {
    std::string run = subject.file("run");
    struct stat found {};
    if (::stat(run.c_str(), &found) != 0) {
        check_absence(subject, run, findings);
        return false;
    }
    if (S_ISDIR(found.st_mode)) {
        findings.add(Cause::run_missing, run + " is a directory; it has to be a program")
            .remedy("mv " + shell_word(run) + " " + shell_word(run + ".old") +
                    "   # then write it:")
            .remedy(to_write(subject));
        return false;
    }
    if (on_noexec(run)) {
        findings
            .add(Cause::noexec, "the file system of " + run +
                                    " is mounted so that no program on it "
                                    "may be executed (noexec)")
            .remedy("move the directory to another file system, and link it from there: ln -sfn");
        return false;
    }
    if ((found.st_mode & 0111U) == 0) {
        findings.add(Cause::run_not_executable, run + " is not executable")
            .remedy("chmod +x " + shell_word(run));
        return false;
    }
    return true;
}

// It is svscan that executes run, and the interpreter that reads it, as the user whose svscan is,
// or who its rules say.
bool check_rights(const Subject& subject, Access access, Findings& findings) {
    if (!subject.runner || !can_act_as(*subject.runner)) return true;
    const std::string& who = subject.runner->name;
    auto in_the_way = access_problem_for(*subject.runner, subject.file("run"), access);
    if (!in_the_way) return true;
    Cause cause = in_the_way->above             ? Cause::directory_closed
                  : access == Access::executing ? Cause::run_not_executable
                                                : Cause::run_unreadable;
    Finding& finding = findings.add(
        cause, (subject.process.user.empty() ? "svscan runs as " : "run is executed as ") + who +
                   ", and " + sentence(*in_the_way, who, access));
    add_remedy(subject, *in_the_way, *subject.runner, access, finding);
    return false;
}

// Nothing can be said of it; which is no fault of a service that is up.
void check_unreadable(const Subject& subject, Findings& findings) {
    if (!check_rights(subject, Access::reading, findings) || subject.view.up()) return;
    findings.add(Cause::unreachable, "you may not read " + subject.file("run"))
        .remedy("sudo " + command_for(subject, "why"));
}

std::string interpreter_remedy(const std::string& name) {
    return "correct the first line of run, or install " + name;
}

// A fault of the line with #!.
Finding& add_in_first_line(const Subject& subject, Cause cause, std::string sentence,
                           Findings& findings) {
    return findings.add(cause, std::move(sentence)).at(subject.run_line(1));
}

// The kernel does not take it for a script.
void check_beginning(const Subject& subject, const Executable& run, Findings& findings) {
    const std::string path = shell_word(subject.file("run"));
    if (run.byte_order_mark)
        add_in_first_line(subject, Cause::run_byte_order_mark,
                          "run begins with an invisible mark (a byte order mark, as some editors "
                          "of Windows write), so the kernel does not see its #!",
                          findings)
            .remedy("sed -i '1s/^\\xEF\\xBB\\xBF//' " + path);
    else if (subject.script_text.find('\0') != std::string::npos)
        add_in_first_line(subject, Cause::run_no_interpreter,
                          "run is neither a script nor a program that this machine can execute",
                          findings)
            .remedy("file " + path + "   # what is it?");
    else
        add_in_first_line(subject, Cause::run_no_interpreter,
                          "run does not begin with a line like #!/bin/sh, so the kernel does not "
                          "know its interpreter",
                          findings)
            .remedy("sed -i '1i #!/bin/sh' " + path);
}

void check_interpreter(const Subject& subject, const Executable& run, Findings& findings) {
    const std::string& name = subject.script.interpreter;
    if (name.empty()) {
        add_in_first_line(subject, Cause::run_no_interpreter,
                          "the first line of run names no interpreter", findings)
            .because("it says: " + run.first_line)
            .remedy("sed -i '1s|.*|#!/bin/sh|' " + shell_word(subject.file("run")));
        return;
    }
    if (!name.starts_with('/')) {
        add_in_first_line(subject, Cause::interpreter_missing,
                          "the interpreter in the first line of run has no full path: " + name,
                          findings)
            .because("it says: " + run.first_line)
            .remedy("begin it with a slash, as in #!/bin/sh or #!/usr/bin/env " + name);
        return;
    }
    auto in_the_way = access_problem(name, Access::executing);
    if (in_the_way) {
        add_in_first_line(subject, Cause::interpreter_missing,
                          "the interpreter of run, " + name + ", cannot be used: " +
                              sentence(*in_the_way, "nobody", Access::executing),
                          findings)
            .because("it says: " + run.first_line)
            .remedy(interpreter_remedy(name));
        return;
    }
    std::string wanted = sought_by_env(subject.script);
    if (wanted.empty() || wanted.find('=') != std::string::npos || wanted.starts_with('-')) return;
    if (!find_in_path(wanted, subject.search_path, myself()).empty()) return;
    Finding& finding =
        add_in_first_line(subject, Cause::interpreter_missing,
                          "the interpreter of run, " + wanted + ", is nowhere in PATH", findings);
    finding.because("PATH is " + subject.search_path);
    if (wanted.find(' ') != std::string::npos)
        finding.because("env gets what follows it as one word")
            .remedy("sed -i '1s|env |env -S |' " + shell_word(subject.file("run")));
    else
        finding.remedy(interpreter_remedy(wanted));
}

void check_later_crlf(const Subject& subject, Findings& findings) {
    const std::string& text = subject.script_text;
    bool first = text.substr(0, text.find('\n')).ends_with('\r');
    int line = first ? 1 : subject.script.crlf_line;
    if (line == 0) return;
    findings
        .add(Cause::run_crlf,
             "run has line ends of Windows (CR LF) in it; the shell takes the CR "
             "for a part of the last word")
        .at(subject.run_line(line))
        .because(line == 1
                     ? "the kernel looks for an interpreter whose name ends in CR: there is none"
                     : "")
        .remedy("sed -i 's/\\r$//' " + shell_word(subject.file("run")));
}

// The system's own shell of that name; empty if run names another, which may be anybody's program.
std::string system_shell(const Script& script) {
    std::string name = script.interpreter;
    std::string sought = sought_by_env(script);
    if (!sought.empty()) name = "/bin/" + sought;
    for (const char* each : {"sh", "dash", "bash", "ksh", "zsh"}) {
        for (const char* dir : {"/bin/", "/usr/bin/"}) {
            struct stat found {};
            const std::string path = std::string(dir) + each;
            if (name == path && ::stat(path.c_str(), &found) == 0 && sys::is_ours_alone(found))
                return path;
        }
    }
    return "";
}

// The shell reads it, and executes nothing: -n.
void check_syntax(const Subject& subject, Findings& findings) {
    if (!subject.script.is_shell) return;
    std::string shell = system_shell(subject.script);
    if (shell.empty()) return;
    ProgramOutput said = run_program({shell, "-n", subject.file("run")});
    if (said.code <= 0) return;
    std::smatch where;
    static const std::regex number(R"(: (?:line )?(\d+): )");
    int line = std::regex_search(said.text, where, number) ? std::stoi(where[1]) : 1;
    Finding& finding = findings.add(Cause::run_syntax, "the shell does not understand run")
                           .at(subject.run_line(line));
    for (const std::string& each : lines_of(said.text)) finding.because(each);
    finding.remedy(shell + " -n " + shell_word(subject.file("run")) +
                   "   # prints nothing if it is right");
}

// Files of other supervisors, which nothing here executes or reads.
void note_foreign_files(const Subject& subject, Findings& findings) {
    std::string names;
    for (const char* name : {"finish",         "check",        "start",       "stop",
                             "crash",          "control/t",    "control/d",   "control/u",
                             "control/x",      "control/o",    "control/k",   "control/i",
                             "control/h",      "control/a",    "control/p",   "control/c",
                             "control/1",      "control/2",    "log/finish",  "notification-fd",
                             "timeout-finish", "timeout-kill", "down-signal", "max-death-tally",
                             "depends"}) {
        if (name == std::string_view("finish") && subject.view.rules.in_force.finish != 0) continue;
        if (is_plain_file(subject.file(name)))
            names += (names.empty() ? "" : ", ") + std::string(name);
    }
    if (names.empty()) return;
    findings
        .add(Cause::not_executed,
             "files of another supervisor (runit, s6, daemontools-encore) "
             "are neither executed nor read: " +
                 names)
        .because("what they do has to be done by run, or by hand");
}

}  // namespace

void check_run(const Subject& subject, Findings& findings) {
    note_foreign_files(subject, findings);
    if (!check_file(subject, findings)) return;
    if (!check_rights(subject, Access::executing, findings)) return;
    std::string path = subject.file("run");
    auto run = executable(path);
    if (!run) return check_unreadable(subject, findings);
    switch (run->format) {
        case Format::empty:
            findings.add(Cause::run_empty, path + " is empty").remedy(to_write(subject));
            return;
        case Format::binary:
            if (run->foreign)
                findings.add(Cause::wrong_architecture, path + " is a program for " + run->machine +
                                                            ", which this machine is not");
            return;
        case Format::other: return check_beginning(subject, *run, findings);
        case Format::script: break;
    }
    if (run->crlf) return check_later_crlf(subject, findings);
    if (!check_rights(subject, Access::reading, findings)) return;
    check_interpreter(subject, *run, findings);
    if (findings.cause() != nullptr) return;
    check_later_crlf(subject, findings);
    check_syntax(subject, findings);
}

}  // namespace hf::diagnose
