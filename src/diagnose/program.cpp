// SPDX-License-Identifier: MIT
// The program behind the run script: there, executable, made for this machine, with its libraries.
#include <fcntl.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "diagnose/chain.h"
#include "diagnose/remedy.h"
#include "inspect/program.h"
#include "sys/directory.h"
#include "sys/fd.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

std::string line_of_launch(const Subject& subject) {
    return subject.run_line(subject.launch->line);
}

// Words that belong to the shell: nothing to look for on disk.
bool is_of_the_shell(const std::string& word) {
    for (const char* each : {".", ":", "source", "eval", "echo", "exit", "true", "false", "read",
                             "trap", "wait", "sleep", "test", "[", "printf", "kill", "ulimit"}) {
        if (word == each) return true;
    }
    return word.find('=') != std::string::npos;
}

// A program of this name, where Debian or PATH has it; empty if there is none.
std::string elsewhere(const Subject& subject, const std::string& word) {
    std::string name = word.substr(word.rfind('/') + 1);
    const std::string standard = ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    std::string found = find_in_path(name, subject.search_path + standard, *subject.user);
    if (!found.empty() || !name.starts_with("squeak")) return found;
    // The package squeak-vm has it in a directory with its version.
    sys::Fd versions = sys::open("/usr/lib/squeak", O_RDONLY | O_DIRECTORY);
    if (!versions) return "";
    for (const std::string& each : sys::names_in(versions).value_or(std::vector<std::string>{})) {
        std::string path = "/usr/lib/squeak/" + each + "/squeakvm";
        if (!access_problem_for(*subject.user, path, Access::executing)) return path;
    }
    return "";
}

// True if it is elsewhere.
bool add_other_place(const Subject& subject, const std::string& word, Finding& finding) {
    std::string place = elsewhere(subject, word);
    if (place.empty()) return false;
    bool is_literal =
        word.find('/') != std::string::npos && subject.script_text.find(word) != std::string::npos;
    finding.because("it is " + place);
    if (is_literal)
        finding.remedy("sed -i " + shell_word("s|" + word + "|" + place + "|") + " " +
                       shell_word(subject.file("run")));
    else
        finding.remedy("in run, name it with its path: " + shell_word(place));
    return true;
}

void check_absence(const Subject& subject, const std::string& path, const AccessProblem& in_the_way,
                   Findings& findings) {
    const User& user = *subject.user;
    bool closed = in_the_way.error == EACCES;
    Cause cause = !closed            ? Cause::program_missing
                  : in_the_way.above ? Cause::directory_closed
                  : on_noexec(path)  ? Cause::noexec
                                     : Cause::program_not_executable;
    std::string what = "the program that run starts cannot be executed: ";
    Finding& finding =
        findings.add(cause, what + sentence(in_the_way, user.name, Access::executing));
    finding.at(line_of_launch(subject)).because("the program: " + path);
    if (cause == Cause::noexec)
        finding.because(
            "its file system is mounted so that nothing on it may be executed (noexec)");
    else
        add_remedy(subject, in_the_way, user, Access::executing, finding);
    if (!closed && !add_other_place(subject, subject.launch->words[0].text, finding))
        finding.remedy("correct the path in " + line_of_launch(subject) + ", or install it");
}

void check_libraries(const Subject& subject, const std::string& path, Findings& findings) {
    auto missing =
        missing_libraries(path, *subject.user, setting(subject.script, "LD_LIBRARY_PATH"));
    if (missing.empty()) return;
    std::string names;
    for (const std::string& each : missing) names += (names.empty() ? "" : ", ") + each;
    findings.add(Cause::library_missing, "the program lacks a library that it needs: " + names)
        .at(line_of_launch(subject))
        .because("the program: " + path)
        .remedy("apt-file search " + missing[0] + "   # which package has it?")
        .remedy("or, if it lies beside the program, in run: export LD_LIBRARY_PATH=/its/directory");
}

void check_binary(const Subject& subject, const std::string& path, const Executable& binary,
                  Findings& findings) {
    if (binary.foreign) {
        findings
            .add(Cause::wrong_architecture,
                 "the program is made for " + binary.machine + ", which this machine is not")
            .at(line_of_launch(subject))
            .because("the program: " + path)
            .remedy("install the one for this machine: uname -m says which");
        return;
    }
    if (!binary.loader.empty() && access_problem(binary.loader, Access::executing)) {
        findings
            .add(Cause::library_missing, "the program needs the loader " + binary.loader +
                                             ", which is not installed (the kernel only says: no "
                                             "such file)")
            .at(line_of_launch(subject))
            .because("the program: " + path)
            .remedy(
                "it is made for another system or another C library: a 32-bit program needs "
                "apt-get install libc6-i386; one for musl needs apt-get install musl");
        return;
    }
    check_libraries(subject, path, findings);
}

void check_script(const Subject& subject, const std::string& path, const Executable& script,
                  Findings& findings) {
    std::string name = parse_script(script.first_line).interpreter;
    if (script.crlf) {
        findings
            .add(Cause::run_crlf, path +
                                      " has line ends of Windows (CR LF), so its interpreter is "
                                      "not found")
            .at(path + ":1")
            .remedy("sed -i 's/\\r$//' " + shell_word(path));
        return;
    }
    const std::string& who = subject.user->name;
    if (auto closed = access_problem_for(*subject.user, path, Access::reading)) {
        Finding& finding = findings.add(Cause::file_unreadable,
                                        "the program is a script, which has to be read to run, "
                                        "and " +
                                            sentence(*closed, who, Access::reading));
        finding.at(line_of_launch(subject));
        add_remedy(subject, *closed, *subject.user, Access::reading, finding);
        return;
    }
    auto in_the_way = access_problem_for(*subject.user, name, Access::executing);
    if (!in_the_way) return;
    findings
        .add(Cause::interpreter_missing, "the program is a script for " + name + ", and " +
                                             sentence(*in_the_way, who, Access::executing))
        .at(path + ":1")
        .because("its first line: " + script.first_line)
        .remedy("correct that line, or install what it names");
}

struct Package {
    std::string_view start;  // of the tool's name
    std::string_view name;
};
constexpr std::array packages{
    Package{"chpst", "runit"},
    Package{"svlogd", "runit"},
    Package{"s6-", "s6"},
    Package{"gosu", "gosu"},
    Package{"setpriv", "util-linux"},
    Package{"su", "util-linux"},
    Package{"sudo", "sudo"},
    Package{"runuser", "util-linux"},
    Package{"tini", "tini"},
    Package{"dumb-init", "dumb-init"},
    Package{"authbind", "authbind"},
    Package{"numactl", "numactl"},
};

// What stands before the program in run: setuidgid, chpst, env and so on.
bool check_tools(const Subject& subject, Findings& findings) {
    if (!subject.runner && subject.view.supervised) return false;
    User runner = subject.runner.value_or(myself());
    for (const std::string& tool : subject.launch->tools) {
        bool of_the_shell = tool == "command" || tool == "time";
        if (of_the_shell || tool.find('/') != std::string::npos) continue;
        if (!find_in_path(tool, subject.inherited_path, runner).empty()) continue;
        Finding& finding = findings.add(
            Cause::program_missing, "run calls " + shell_word(tool) + ", which is nowhere in PATH");
        finding.at(line_of_launch(subject)).because("PATH is " + subject.inherited_path);
        for (const Package& each : packages) {
            if (!tool.starts_with(each.start)) continue;
            finding.remedy("apt-get install " + std::string(each.name) + "   # has " + tool);
            break;
        }
        bool changes_user =
            tool == "chpst" || tool == "s6-setuidgid" || tool == "gosu" || tool == "su-exec";
        if (changes_user && subject.launch->user)
            finding.remedy("or, in run: setuidgid " + shell_word(subject.launch->user->text) +
                           " in its place");
        return true;
    }
    return false;
}

}  // namespace

void check_program(const Subject& subject, Findings& findings) {
    if (subject.launch && check_tools(subject, findings)) return;
    const auto& launch = subject.launch;
    if (!launch || launch->words.empty() || !launch->words[0].known || !subject.user) return;
    const std::string& word = launch->words[0].text;
    if (is_of_the_shell(word) || !can_act_as(*subject.user)) return;
    std::string path = subject.program();
    if (path.empty()) {
        if (word.find('/') != std::string::npos) return;
        Finding& finding = findings.add(Cause::program_missing,
                                        "the program " + shell_word(word) + " is nowhere in PATH");
        finding.at(line_of_launch(subject)).because("PATH is " + subject.search_path);
        if (!add_other_place(subject, word, finding))
            finding.remedy(
                "write its full path in run, or set PATH there; is it installed? command -v " +
                shell_word(word));
        return;
    }
    auto in_the_way = access_problem_for(*subject.user, path, Access::executing);
    if (in_the_way && in_the_way->error == ENOENT && subject.may_make(in_the_way->path)) return;
    if (in_the_way) return check_absence(subject, path, *in_the_way, findings);
    auto program = executable(path);
    if (!program) return;
    if (program->format == Format::binary) check_binary(subject, path, *program, findings);
    if (program->format == Format::script) check_script(subject, path, *program, findings);
    if (program->format == Format::empty)
        findings.add(Cause::program_not_executable, "the program " + path + " is an empty file");
}

}  // namespace hf::diagnose
