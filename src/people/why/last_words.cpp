// SPDX-License-Identifier: MIT
// What its last words tell, in whatever language it speaks.
#include <algorithm>
#include <cerrno>

#include "people/look/program.h"
#include "people/look/words.h"
#include "people/why/story.h"

namespace hf::people {

namespace {

// A program that gets too little memory even to be loaded is killed, or says so in the words of a
// missing library.
bool is_not_even_loaded(const Story& story) {
    const Subject& subject = story.subject;
    const auto& launch = subject.launch;
    if (!launch || !launch->address_space || !subject.person) return false;
    std::string path = subject.program();
    auto program = path.empty() ? std::nullopt : executable(path);
    return program && program->format == Format::binary && !program->foreign &&
           !loads_within(path, *program, *subject.person, *launch->address_space);
}

bool look_at_limits(const Story& story, Findings& findings) {
    const auto& launch = story.subject.launch;
    bool says_memory = line_with(story, Symptom::no_memory) != nullptr;
    if (launch && launch->memory && (says_memory || is_not_even_loaded(story))) {
        Finding& finding =
            findings.add(Cause::memory_limit, "its memory limit is too small: softlimit gives it " +
                                                  size_words(*launch->memory));
        finding.at(story.subject.run_line(launch->line));
        add_evidence(story, finding);
        finding.remedy("give it more in that line, for example: softlimit -m " +
                       std::to_string(std::max<std::uint64_t>(*launch->memory * 2, 256U << 20U)));
        return true;
    }
    if (line_with(story, Symptom::no_descriptors) != nullptr) {
        std::string how_many = launch && launch->descriptors
                                   ? ": softlimit gives it " + std::to_string(*launch->descriptors)
                                   : "";
        Finding& finding =
            findings.add(Cause::descriptor_limit,
                         "it may not open enough files and connections at a time" + how_many);
        if (launch) finding.at(story.subject.run_line(launch->line));
        add_evidence(story, finding);
        finding.remedy("in run, before exec: ulimit -n 65536   (or softlimit -o 65536)");
        return true;
    }
    return false;
}

// The line that refuses it a port; a trace names the call in another line than the refusal.
const LogLine* refusal_to_bind(const Story& story) {
    if (const LogLine* line = line_with(story, Symptom::port_privileged)) return line;
    const LogLine* refused = line_with(story, Symptom::permission);
    bool binds = std::any_of(
        story.last_words.begin(), story.last_words.end(),
        [](const LogLine& line) { return line.text.find("bind") != std::string::npos; });
    return binds && story.subject.port != 0 ? refused : nullptr;
}

bool look_at_envdir(const Story& story, Findings& findings) {
    constexpr std::string_view begin = "envdir: fatal: unable to ";
    for (const LogLine& line : story.last_words) {
        std::string_view fault(line.text);
        if (!fault.starts_with(begin)) continue;
        fault.remove_prefix(begin.size());
        if (!fault.starts_with("read ") && !fault.starts_with("switch ")) continue;
        Finding& finding = findings.add(
            Cause::env_dir_unusable,
            "the directory of settings (envdir) cannot be used: unable to " + std::string(fault));
        add_evidence(story, finding);
        finding.remedy("every name in it, without a dot in front, has to be a file to be read");
        return true;
    }
    return false;
}

bool look_at_log(const Story& story, Findings& findings) {
    const Subject& subject = story.subject;
    if (const LogLine* line = refusal_to_bind(story)) {
        unsigned port = subject.port != 0 ? subject.port : port_named_in(line->text);
        if (port < first_open_port()) {
            Finding& finding = add_privileged_port(subject, port, findings);
            add_evidence(story, finding);
            return true;
        }
    }
    if (const LogLine* line = line_with(story, Symptom::port_taken)) {
        if (look_at_port(subject, port_named_in(line->text), findings)) return true;
        Finding& finding =
            findings.add(Cause::port_taken, "the port that it wants is taken by another program");
        add_evidence(story, finding);
        finding.remedy("ss -ltnp   # who listens where?");
        return true;
    }
    if (line_with(story, Symptom::disk_full) != nullptr) {
        Finding& finding = findings.add(Cause::log_disk_full, "the disk is full");
        add_evidence(story, finding);
        finding.remedy("df -h   # which file system, and how much is left");
        return true;
    }
    if (line_with(story, Symptom::library_missing) != nullptr) {
        Finding& finding = findings.add(Cause::library_missing, "the program lacks a library");
        add_evidence(story, finding);
        return true;
    }
    return false;
}

// Where a change of rights would open more than this service.
bool is_of_the_system(const std::string& path) {
    for (const char* place : {"/etc/", "/root", "/boot/", "/proc/", "/sys/", "/dev/", "/run/"}) {
        if (path.starts_with(place)) return true;
    }
    return false;
}

// The first file of the line that this user may not read, or not write, or that is not there.
bool look_at_named_file(const Story& story, const std::string& line, Findings& findings) {
    const Subject& subject = story.subject;
    if (!subject.person || !can_see_as(*subject.person)) return false;
    for (const std::string& name : files_named_in(line)) {
        if (!name.starts_with('/') && !subject.launch) continue;
        std::string path = subject.resolved(name);
        Need need = Need::reading;
        auto in_the_way = obstacle_for(*subject.person, path, need);
        bool missing = in_the_way && in_the_way->error == ENOENT;
        if (!in_the_way || (missing && symptom_of(line) == Symptom::permission)) {
            need = Need::writing;
            std::string place = missing ? path.substr(0, path.rfind('/')) : path;
            in_the_way = obstacle_for(*subject.person, place, need);
        }
        if (!in_the_way) continue;
        missing = in_the_way->error != EACCES && in_the_way->error != EROFS;
        Finding& finding = findings.add(missing ? Cause::file_missing : Cause::file_unreadable,
                                        "it may not use, or does not find, a file that it needs: " +
                                            sentence(*in_the_way, subject.person->name, need));
        add_evidence(story, finding);
        if (missing)
            finding.remedy("put it there, or correct the name where the program is told of it");
        else if (is_of_the_system(in_the_way->path))
            finding.remedy("ls -ld " + shell_word(in_the_way->path) +
                           "   # is it meant for this user? else let it use another file");
        else
            finding.remedy(remedy(*in_the_way, subject.person->name, need));
        return true;
    }
    return false;
}

bool look_at_files_of_log(const Story& story, Findings& findings) {
    const LogLine* refused = line_with(story, Symptom::permission);
    if (refused != nullptr && look_at_named_file(story, refused->text, findings)) return true;
    const LogLine* missed = line_with(story, Symptom::not_found);
    if (missed != nullptr && look_at_named_file(story, missed->text, findings)) return true;
    if (refused == nullptr) return false;
    Finding& finding = findings.add(Cause::file_unreadable,
                                    "it may not use a file that it needs: see its last words");
    add_evidence(story, finding);
    if (story.subject.person)
        finding.remedy("give that file to its user: chown " +
                       shell_word(story.subject.person->name) + " FILE");
    return true;
}

}  // namespace

bool look_at_last_words(const Story& story, Findings& findings) {
    return look_at_limits(story, findings) || look_at_envdir(story, findings) ||
           look_at_log(story, findings) || look_at_files_of_log(story, findings);
}

}  // namespace hf::people
