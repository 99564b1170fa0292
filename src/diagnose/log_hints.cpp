// SPDX-License-Identifier: MIT
// What its last words tell, in whatever language it speaks.
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "diagnose/crash.h"
#include "diagnose/error_among.h"
#include "diagnose/remedy.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

// The line that refuses it a port; a trace names the call in another line than the refusal.
const LogLine* refusal_to_bind(const Crash& crash) {
    if (const LogLine* line = line_with(crash, Symptom::port_privileged)) return line;
    const LogLine* refused = line_with(crash, Symptom::permission);
    bool binds = std::any_of(
        crash.last_lines.begin(), crash.last_lines.end(),
        [](const LogLine& line) { return line.text.find("bind") != std::string::npos; });
    return binds && crash.subject.port != 0 ? refused : nullptr;
}

bool check_envdir(const Crash& crash, Findings& findings) {
    constexpr std::string_view begin = "envdir: fatal: unable to ";
    for (const LogLine& line : crash.last_lines) {
        std::string_view fault(line.text);
        if (!fault.starts_with(begin)) continue;
        fault.remove_prefix(begin.size());
        if (!fault.starts_with("read ") && !fault.starts_with("switch ")) continue;
        Finding& finding = findings.add(
            Cause::env_dir_unusable,
            "the directory of settings (envdir) cannot be used: unable to " + std::string(fault));
        add_evidence(crash, finding);
        finding.remedy("every name in it, without a dot in front, has to be a file to be read");
        return true;
    }
    return false;
}

bool check_log(const Crash& crash, Findings& findings) {
    const Subject& subject = crash.subject;
    if (const LogLine* line = refusal_to_bind(crash)) {
        unsigned port = subject.port != 0 ? subject.port : port_named_in(line->text);
        if (port < first_open_port()) {
            Finding& finding = add_privileged_port(subject, port, findings);
            add_evidence(crash, finding);
            return true;
        }
    }
    if (check_socket_file(crash, findings)) return true;
    if (const LogLine* line = line_with(crash, Symptom::port_taken)) {
        std::uint16_t port = port_named_in(line->text);
        if (check_port(subject, port, findings)) return true;
        if (port != 0 || subject.port != 0) return false;  // nobody else has it now
        Finding& finding =
            findings.add(Cause::port_taken, "the port that it wants is taken by another program");
        add_evidence(crash, finding);
        finding.remedy("ss -ltnp   # who listens where?");
        return true;
    }
    if (line_with(crash, Symptom::disk_full) != nullptr) {
        Finding& finding = findings.add(Cause::log_disk_full, "the disk is full");
        add_evidence(crash, finding);
        finding.remedy("df -h   # which file system, and how much is left");
        return true;
    }
    if (line_with(crash, Symptom::library_missing) != nullptr) {
        Finding& finding = findings.add(Cause::library_missing, "the program lacks a library");
        add_evidence(crash, finding);
        return true;
    }
    return false;
}

bool is_directory(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

// What is not there, and by what it is usually made.
void add_missing(const Subject& subject, const AccessProblem& problem, Finding& finding) {
    const std::string& path = problem.path;
    bool on_run = path.starts_with("/run/") || path.starts_with("/var/run/");
    if (on_run)
        finding.because("/run is empty after each boot")
            .remedy("in run, before the program: install -d -o " + shell_word(subject.user->name) +
                    " " + shell_word(path));
    else if (path.find("ssl-cert-snakeoil") != std::string::npos)
        finding.remedy("make-ssl-cert generate-default-snakeoil --force-overwrite   # of ssl-cert");
    else
        finding.remedy("put it there, or correct the name where the program is told of it");
}

// What a service says is a claim, and may be a client's: no file is given away for it.
//
// The first file of the line that this user may not read, or not write, or that is not there.
bool check_named_file(const Crash& crash, const std::string& line, Findings& findings) {
    const Subject& subject = crash.subject;
    if (!subject.user || !can_act_as(*subject.user)) return false;
    for (const std::string& name : files_named_in(line)) {
        if (!name.starts_with('/') && !subject.launch) continue;
        std::string path = subject.resolved(name);
        Access access = Access::reading;
        auto in_the_way = access_problem_for(*subject.user, path, access);
        bool missing = in_the_way && in_the_way->error == ENOENT;
        if (!in_the_way || (missing && symptom_of(line) == Symptom::permission)) {
            access = Access::writing;
            std::string place = missing ? path.substr(0, path.rfind('/')) : path;
            in_the_way = access_problem_for(*subject.user, place, access);
        }
        if (!in_the_way) continue;
        missing = in_the_way->error != EACCES && in_the_way->error != EROFS;
        Finding& finding = findings.add(missing ? Cause::file_missing : Cause::file_unreadable,
                                        "it may not use, or does not find, a file that it needs: " +
                                            sentence(*in_the_way, subject.user->name, access));
        add_evidence(crash, finding);
        if (missing)
            add_missing(subject, *in_the_way, finding);
        else if (access == Access::writing && is_directory(in_the_way->path))
            add_own_directory(subject, in_the_way->path, finding);
        else
            finding.remedy("ls -ld " + shell_word(in_the_way->path) +
                           "   # is it meant for this user? else let it use another file");
        return true;
    }
    return false;
}

// The last line that speaks of this, and is no remark beside another error: nginx goes on without
// the error log of its package.
const LogLine* error_with(const Crash& crash, Symptom symptom) {
    const LogLine* line = line_with(crash, symptom);
    bool counts = line != nullptr && (!is_aside(line->text) || line == error_line(crash));
    return counts ? line : nullptr;
}

bool check_files_of_log(const Crash& crash, Findings& findings) {
    const LogLine* refused = error_with(crash, Symptom::permission);
    if (refused != nullptr && check_named_file(crash, refused->text, findings)) return true;
    const LogLine* missed = error_with(crash, Symptom::not_found);
    if (missed != nullptr && check_named_file(crash, missed->text, findings)) return true;
    // A file that the line names can be used by now.
    bool is_over = refused != nullptr && !files_named_in(refused->text).empty();
    if (refused == nullptr || is_over) return false;
    Finding& finding = findings.add(Cause::file_unreadable,
                                    "it may not use a file that it needs: " + refused->text);
    add_evidence(crash, finding);
    finding.remedy("look at that file with ls -ld: is it meant for this user?");
    return true;
}

}  // namespace

bool check_log_hints(const Crash& crash, Findings& findings) {
    return check_limits(crash, findings) || check_envdir(crash, findings) ||
           check_log(crash, findings) || check_files_of_log(crash, findings);
}

}  // namespace hf::diagnose
