// SPDX-License-Identifier: MIT
// The run script itself: whether the kernel can execute it, and its interpreter read it.
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <regex>

#include "people/look/program.h"
#include "people/look/words.h"
#include "people/why/chain.h"

namespace hf::people {

namespace {

// What stands under this name in a directory that has no run: often it is only called otherwise.
std::string lookalike(const Subject& subject) {
    for (const char* name : {"run.sh", "Run", "RUN", "run.txt", "start", "start.sh", "run.bash"}) {
        struct stat found {};
        if (::stat(subject.file(name).c_str(), &found) == 0) return name;
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

void look_at_absence(const Subject& subject, const std::string& run, Findings& findings) {
    auto in_the_way = obstacle(run, Need::existence);
    if (in_the_way && in_the_way->error == EACCES) {
        findings.add(Cause::unreachable, sentence(*in_the_way, "you", Need::reading));
        return;
    }
    std::string leads_to = link_of(run);
    bool elsewhere = in_the_way && (in_the_way->path != run || !leads_to.empty());
    Finding& finding = findings.add(
        Cause::run_missing, elsewhere ? sentence(*in_the_way, "you", Need::reading)
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

bool look_at_file(const Subject& subject, Findings& findings) {
    std::string run = subject.file("run");
    struct stat found {};
    if (::stat(run.c_str(), &found) != 0) {
        look_at_absence(subject, run, findings);
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
            .remedy(
                "move the directory to another file system, or as root: mount -o remount,exec "
                "$(df --output=target " +
                shell_word(run) + " | tail -n 1)");
        return false;
    }
    if ((found.st_mode & 0111U) == 0) {
        findings.add(Cause::run_not_executable, run + " is not executable")
            .remedy("chmod +x " + shell_word(run));
        return false;
    }
    return true;
}

// It is svscan that executes run, and the interpreter that reads it, as the user whose svscan is.
bool look_at_rights(const Subject& subject, Need need, Findings& findings) {
    if (!subject.keeper || !can_see_as(*subject.keeper)) return true;
    const std::string& who = subject.keeper->name;
    auto in_the_way = obstacle_for(*subject.keeper, subject.file("run"), need);
    if (!in_the_way) return true;
    Cause cause = in_the_way->above         ? Cause::directory_closed
                  : need == Need::executing ? Cause::run_not_executable
                                            : Cause::run_unreadable;
    findings.add(cause, "svscan runs as " + who + ", and " + sentence(*in_the_way, who, need))
        .remedy(remedy(*in_the_way, who, need));
    return false;
}

// Nothing can be said of it; which is no fault of a service that is up.
void look_at_unreadable(const Subject& subject, Findings& findings) {
    if (!look_at_rights(subject, Need::reading, findings) || subject.seen.up()) return;
    findings.add(Cause::unreachable, "you may not read " + subject.file("run"))
        .remedy("sudo " + command_for(subject, "why"));
}

std::string interpreter_remedy(const std::string& name) {
    return "correct the first line of run, or install " + name;
}

void look_at_interpreter(const Subject& subject, const Executable& run, Findings& findings) {
    std::string place = subject.run_line(1);
    const std::string& name = subject.script.interpreter;
    if (name.empty()) {
        findings.add(Cause::run_no_interpreter, "the first line of run names no interpreter")
            .at(place)
            .because("it says: " + run.first_line)
            .remedy("sed -i '1s|.*|#!/bin/sh|' " + shell_word(subject.file("run")));
        return;
    }
    if (!name.starts_with('/')) {
        findings
            .add(Cause::interpreter_missing,
                 "the interpreter in the first line of run has no full path: " + name)
            .at(place)
            .because("it says: " + run.first_line)
            .remedy("begin it with a slash, as in #!/bin/sh or #!/usr/bin/env " + name);
        return;
    }
    auto in_the_way = obstacle(name, Need::executing);
    if (in_the_way) {
        findings
            .add(Cause::interpreter_missing,
                 "the program that shall read run, " + name +
                     ", cannot be used: " + sentence(*in_the_way, "nobody", Need::executing))
            .at(place)
            .because("the first line says: " + run.first_line)
            .remedy(interpreter_remedy(name));
        return;
    }
    bool through_env = name.ends_with("/env") && !subject.script.options.empty();
    if (!through_env) return;
    const std::string& wanted = subject.script.options.back();
    if (wanted.find('=') != std::string::npos || wanted.starts_with('-')) return;
    if (!find_in_path(wanted, subject.search_path, myself()).empty()) return;
    findings
        .add(Cause::interpreter_missing,
             "the program that shall read run, " + wanted + ", is nowhere in PATH")
        .at(place)
        .because("PATH is " + subject.search_path)
        .remedy(interpreter_remedy(wanted));
}

void look_at_later_crlf(const Subject& subject, Findings& findings) {
    size_t end = subject.script_text.find("\r\n");
    if (end == std::string::npos || !subject.script.is_shell) return;
    int line = 1;
    for (size_t i = 0; i < end; ++i) line += subject.script_text[i] == '\n' ? 1 : 0;
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

// The shell reads it, and executes nothing: -n.
void look_at_syntax(const Subject& subject, Findings& findings) {
    if (!subject.script.is_shell || !subject.person) return;
    std::string shell = subject.script.interpreter;
    if (shell.ends_with("/env"))
        shell = find_in_path(subject.script.options.back(), subject.search_path, myself());
    Said said = ask({shell, "-n", subject.file("run")}, myself());
    if (said.code <= 0) return;
    std::smatch where;
    static const std::regex number(R"(: (?:line )?(\d+): )");
    int line = std::regex_search(said.text, where, number) ? std::stoi(where[1]) : 1;
    Finding& finding = findings.add(Cause::run_syntax, "the shell does not understand run")
                           .at(subject.run_line(line));
    for (const std::string& each : lines_of(said.text)) finding.because(each);
    finding.remedy(shell + " -n " + shell_word(subject.file("run")) +
                   "   # says nothing when it is right");
}

}  // namespace

void look_at_run(const Subject& subject, Findings& findings) {
    if (!look_at_file(subject, findings)) return;
    if (!look_at_rights(subject, Need::executing, findings)) return;
    std::string path = subject.file("run");
    auto run = executable(path);
    if (!run) return look_at_unreadable(subject, findings);
    switch (run->format) {
        case Format::empty:
            findings.add(Cause::run_empty, path + " is empty").remedy(to_write(subject));
            return;
        case Format::binary:
            if (run->foreign)
                findings.add(Cause::wrong_architecture, path + " is a program for " + run->machine +
                                                            ", which this machine is not");
            return;
        case Format::other:
            if (run->byte_order_mark) {
                findings
                    .add(Cause::run_byte_order_mark,
                         "run begins with an invisible mark (a byte order mark, as some editors of "
                         "Windows write), so the kernel does not see its #!")
                    .at(subject.run_line(1))
                    .remedy("sed -i '1s/^\\xEF\\xBB\\xBF//' " + shell_word(path));
                return;
            }
            findings
                .add(Cause::run_no_interpreter,
                     "run does not begin with a line like #!/bin/sh, so "
                     "the kernel does not know what should read it")
                .at(subject.run_line(1))
                .remedy("sed -i '1i #!/bin/sh' " + shell_word(path));
            return;
        case Format::script: break;
    }
    if (run->crlf) return look_at_later_crlf(subject, findings);
    if (!look_at_rights(subject, Need::reading, findings)) return;
    look_at_interpreter(subject, *run, findings);
    if (findings.cause() != nullptr) return;
    look_at_later_crlf(subject, findings);
    look_at_syntax(subject, findings);
}

}  // namespace hf::people
