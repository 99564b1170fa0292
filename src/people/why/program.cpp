// SPDX-License-Identifier: MIT
// The program behind the run script: there, executable, made for this machine, with its libraries.
#include <cerrno>

#include "people/look/program.h"
#include "people/look/words.h"
#include "people/why/chain.h"

namespace hf::people {

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

void look_at_absence(const Subject& subject, const std::string& path, const Obstacle& in_the_way,
                     Findings& findings) {
    const Person& person = *subject.person;
    bool closed = in_the_way.error == EACCES;
    Cause cause = !closed            ? Cause::program_missing
                  : in_the_way.above ? Cause::directory_closed
                  : on_noexec(path)  ? Cause::noexec
                                     : Cause::program_not_executable;
    std::string what = "the program that run starts cannot be executed: ";
    Finding& finding =
        findings.add(cause, what + sentence(in_the_way, person.name, Need::executing));
    finding.at(line_of_launch(subject)).because("the program: " + path);
    if (cause == Cause::noexec)
        finding.because(
            "its file system is mounted so that nothing on it may be executed (noexec)");
    else
        finding.remedy(remedy(in_the_way, person.name, Need::executing));
    if (!closed)
        finding.remedy("correct the path in " + line_of_launch(subject) + ", or install it");
}

void look_at_libraries(const Subject& subject, const std::string& path, const Executable& binary,
                       Findings& findings) {
    auto missing = missing_libraries(path, binary, *subject.person);
    if (missing.empty()) return;
    std::string names;
    for (const std::string& each : missing) names += (names.empty() ? "" : ", ") + each;
    findings.add(Cause::library_missing, "the program lacks a library that it needs: " + names)
        .at(line_of_launch(subject))
        .because("the program: " + path)
        .remedy("apt-file search " + missing[0] + "   # which package has it?")
        .remedy("or, if it lies beside the program, in run: export LD_LIBRARY_PATH=/its/directory");
}

void look_at_binary(const Subject& subject, const std::string& path, const Executable& binary,
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
    if (!binary.loader.empty() && obstacle(binary.loader, Need::executing)) {
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
    look_at_libraries(subject, path, binary, findings);
}

void look_at_script(const Subject& subject, const std::string& path, const Executable& script,
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
    const std::string& who = subject.person->name;
    if (auto closed = obstacle_for(*subject.person, path, Need::reading)) {
        findings
            .add(Cause::file_unreadable,
                 "the program is a script, which has to be read to run, "
                 "and " +
                     sentence(*closed, who, Need::reading))
            .at(line_of_launch(subject))
            .remedy(remedy(*closed, who, Need::reading));
        return;
    }
    auto in_the_way = obstacle_for(*subject.person, name, Need::executing);
    if (!in_the_way) return;
    findings
        .add(Cause::interpreter_missing, "the program is a script for " + name + ", and " +
                                             sentence(*in_the_way, who, Need::executing))
        .at(path + ":1")
        .because("its first line: " + script.first_line)
        .remedy("correct that line, or install what it names");
}

}  // namespace

void look_at_program(const Subject& subject, Findings& findings) {
    const auto& launch = subject.launch;
    if (!launch || launch->words.empty() || !launch->words[0].known || !subject.person) return;
    const std::string& word = launch->words[0].text;
    if (is_of_the_shell(word) || !can_see_as(*subject.person)) return;
    std::string path = subject.program();
    if (path.empty()) {
        if (word.find('/') != std::string::npos) return;
        findings
            .add(Cause::program_missing, "the program " + shell_word(word) + " is nowhere in PATH")
            .at(line_of_launch(subject))
            .because("PATH is " + subject.search_path)
            .remedy("write its full path in run, or set PATH there; is it installed? command -v " +
                    shell_word(word));
        return;
    }
    auto in_the_way = obstacle_for(*subject.person, path, Need::executing);
    if (in_the_way) return look_at_absence(subject, path, *in_the_way, findings);
    auto program = executable(path);
    if (!program) return;
    if (program->format == Format::binary) look_at_binary(subject, path, *program, findings);
    if (program->format == Format::script) look_at_script(subject, path, *program, findings);
    if (program->format == Format::empty)
        findings.add(Cause::program_not_executable, "the program " + path + " is an empty file");
}

}  // namespace hf::people
