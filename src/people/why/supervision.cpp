// SPDX-License-Identifier: MIT
// The first links: a name in the service folder, that leads to a directory, that somebody
// supervises.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "people/look/words.h"
#include "people/suggest.h"
#include "people/why/chain.h"
#include "people/why/past.h"

namespace hf::people {

namespace {

bool is_directory(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

void look_at_missing_entry(const Subject& subject, Findings& findings) {
    if (!subject.by_name) {
        findings.add(Cause::not_linked, "there is no directory " + subject.entry)
            .remedy("see what there is: ls -l " + shell_word(subject.folder));
        return;
    }
    Finding& finding =
        findings.add(Cause::not_linked, subject.name + " is not linked into the service folder " +
                                            subject.folder + ", so nobody starts it");
    for (const std::string& place : {"/srv/" + subject.name, "./" + subject.name}) {
        if (!is_directory(place)) continue;
        std::array<char, PATH_MAX> real{};
        std::string target =
            ::realpath(place.c_str(), real.data()) != nullptr ? real.data() : place;
        finding.because(target + " exists, and nothing in " + subject.folder + " leads to it")
            .remedy("ln -s " + shell_word(target) + " " + shell_word(subject.folder) + "/");
        return;
    }
    std::string meant;
    if (!obstacle(subject.folder, Need::reading))
        meant = suggestion(subject.name, services_in(subject.folder));
    if (!meant.empty())
        finding.remedy("holdfast why " + shell_word(meant) + "   # or did you mean that one?");
    finding
        .remedy("ln -s /the/directory/" + shell_word(subject.name) + " " +
                shell_word(subject.folder) + "/   # wherever it is")
        .remedy("holdfast add " + shell_word(subject.name) +
                " -- COMMAND   # makes a service of a command");
}

struct Scanners {
    pid_t here = 0;
    std::vector<pid_t> elsewhere;
};

Scanners find_scanners(const Subject& subject) {
    Scanners result;
    Processes processes;
    for (const auto& [pid, each] : processes.all()) {
        if (each.name != "svscan" || each.state == 'Z') continue;
        if (same_file("/proc/" + std::to_string(pid) + "/cwd", subject.folder))
            result.here = pid;
        else
            result.elsewhere.push_back(pid);
    }
    return result;
}

void look_at_absent_scanner(const Subject& subject, const Scanners& scanners, Findings& findings) {
    std::string start = "svscan " + shell_word(subject.folder) + " &";
    if (scanners.elsewhere.empty()) {
        findings
            .add(Cause::no_svscan,
                 "no svscan is running: that is the program which starts what is "
                 "linked into " +
                     subject.folder)
            .remedy(start + "   # to have it at boot: svscanboot")
            .remedy("systemctl start holdfast   # if it was installed as a package");
        return;
    }
    Finding& finding =
        findings.add(Cause::svscan_elsewhere,
                     "svscan is running, but looks after another folder than " + subject.folder);
    for (pid_t pid : scanners.elsewhere) {
        std::string folder = directory_of(pid);
        finding.because("svscan (pid " + std::to_string(pid) + ") looks after " +
                        (folder.empty() ? "a folder that you may not see" : folder));
        if (!folder.empty())
            finding.remedy("ln -s " + shell_word(subject.path) + " " + shell_word(folder) + "/");
    }
    finding.remedy(start + "   # a second one, for this folder");
}

bool is_linked(const Subject& subject) {
    if (!is_directory(subject.folder)) return false;
    auto names = services_in(subject.folder);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return same_file(subject.folder + "/" + name, subject.path);
    });
}

bool look_at_lock(const Subject& subject, const Scanners& scanners, Findings& findings) {
    pid_t holder = lock_holder(subject.path + "/supervise/lock");
    if (holder == 0 || holder == scanners.here) return false;
    auto who = process(holder);
    std::string name = who ? who->name : "an unknown program";
    if (subject.seen.supervised && (name == "supervise" || name == "holdfast-engine")) return false;
    findings
        .add(Cause::foreign_lock, "another program, " + name + " (pid " + std::to_string(holder) +
                                      "), supervises this directory already")
        .because("it holds the lock " + subject.path + "/supervise/lock")
        .remedy("stop that one first, or look there: kill " + std::to_string(holder));
    return true;
}

bool look_at_supervise_files(const Subject& subject, Findings& findings) {
    for (const char* name : {"control", "ok"}) {
        std::string path = subject.path + "/supervise/" + name;
        struct stat found {};
        if (::lstat(path.c_str(), &found) != 0 || S_ISFIFO(found.st_mode)) continue;
        findings
            .add(Cause::supervise_unusable, path +
                                                " is in the way: it has to be a named pipe (FIFO), "
                                                "and svscan makes it itself")
            .remedy("rm -r " + shell_word(path));
        return true;
    }
    std::string place = subject.path + "/supervise";
    struct stat found {};
    bool there = ::stat(place.c_str(), &found) == 0;
    if (there && !S_ISDIR(found.st_mode)) {
        findings
            .add(Cause::supervise_unusable, place +
                                                " is in the way: it has to be a directory, "
                                                "and svscan makes it itself")
            .remedy("rm " + shell_word(place));
        return true;
    }
    auto in_the_way = obstacle(there ? place : subject.path, Need::writing);
    if (!in_the_way || ::geteuid() != 0) return false;
    findings.add(Cause::supervise_unusable, "svscan cannot make or use " + place + ": " +
                                                sentence(*in_the_way, "svscan", Need::writing));
    return true;
}

// While svscan ends all that it looks after, which may take some seconds, itself last.
bool look_at_shutdown(const Subject& subject, pid_t scanner, Findings& findings) {
    const format::Note* halt = last_halt(subject.notes);
    if (halt == nullptr || scanner == 0 || scanner != subject.supervisor()) return false;
    bool up = subject.seen.up();
    findings
        .add(Cause::svscan_stopping,
             "svscan is stopping everything, and ends: " + subject.name +
                 (up ? " was told to end, and has not ended yet" : " has ended already"))
        .because("svscan (pid " + std::to_string(scanner) + ") was told so " + when(*halt))
        .remedy("if it shall go on, when svscan has ended: systemctl start holdfast, or svscan " +
                shell_word(subject.folder) + " &");
    return true;
}

void look_at_untaken(const Subject& subject, const Scanners& scanners, Findings& findings) {
    if (look_at_supervise_files(subject, findings)) return;
    std::string who = "svscan (pid " + std::to_string(scanners.here) + ")";
    auto scanner = process(scanners.here);
    Finding& finding = findings.add(Cause::not_taken, who + " looks after " + subject.folder +
                                                          ", but not after " + subject.name);
    if (scanner && scanner->state == 'T')
        finding.because(who + " is stopped by a signal")
            .remedy("kill -CONT " + std::to_string(scanners.here));
    if (subject.seen.record && subject.seen.record->released)
        finding.because("its supervision was ended by order (svc -x) " +
                        who_and_when(subject.notes, "x"));
    finding.remedy(
        "kill -HUP " + std::to_string(scanners.here) +
        "   # svscan looks at the folder again; what it says of it is in its own output");
}

void look_at_other_kind(const Subject& subject, Findings& findings) {
    std::string leads_to = link_of(subject.entry);
    std::string what = leads_to.empty() ? "" : " leads to " + leads_to + ", which";
    findings
        .add(Cause::not_a_directory, subject.entry + what +
                                         " is not a directory: a service is a directory with a "
                                         "program called run")
        .remedy(leads_to.empty() ? "rm " + shell_word(subject.entry) + "   # if nobody needs it"
                                 : "ln -sfn /the/right/directory " + shell_word(subject.entry));
}

}  // namespace

void look_at_link(const Subject& subject, Findings& findings) {
    struct stat entry {};
    if (subject.by_name && !is_directory(subject.folder)) {
        findings
            .add(Cause::folder_missing, "there is no service folder " + subject.folder +
                                            ": the place where services are linked")
            .remedy("mkdir -p " + shell_word(subject.folder) +
                    "   # or name another: --folder, $SVDIR");
        return;
    }
    if (::lstat(subject.entry.c_str(), &entry) != 0) {
        if (errno == EACCES) {
            auto in_the_way = obstacle(subject.entry, Need::existence);
            findings
                .add(Cause::unreachable,
                     in_the_way ? sentence(*in_the_way, "you", Need::reading) : "it cannot be seen")
                .remedy("sudo " + command_for(subject, "why"));
            return;
        }
        return look_at_missing_entry(subject, findings);
    }
    if (subject.by_name && subject.name.starts_with('.')) {
        findings
            .add(Cause::name_hidden, "svscan ignores names that begin with a dot: " + subject.name)
            .remedy("mv " + shell_word(subject.entry) + " " +
                    shell_word(subject.folder + "/" + subject.name.substr(1)));
        return;
    }
    struct stat target {};
    if (::stat(subject.entry.c_str(), &target) != 0) {
        if (errno == EACCES) {
            findings.add(Cause::unreachable, "you may not see where " + subject.entry + " leads")
                .because(subject.entry + " leads to " + link_of(subject.entry))
                .remedy("sudo " + command_for(subject, "why"));
            return;
        }
        std::string leads_to = link_of(subject.entry);
        findings
            .add(Cause::link_dangling,
                 "the link " + subject.entry + " leads to " + leads_to + ", which does not exist")
            .remedy("ln -sfn /the/right/directory " + shell_word(subject.entry))
            .remedy("rm " + shell_word(subject.entry) +
                    "   # if the service is not wanted any more");
        return;
    }
    if (!S_ISDIR(target.st_mode)) look_at_other_kind(subject, findings);
}

void look_at_supervision(const Subject& subject, Findings& findings) {
    if (subject.seen.supervised) {
        if (!look_at_shutdown(subject, subject.seen.up() ? subject.supervisor() : 0, findings))
            look_at_lock(subject, {}, findings);
        return;
    }
    if (!subject.seen.readable && ::geteuid() != 0) {
        findings.add(Cause::unreachable, "you may not look into " + subject.path + "/supervise")
            .remedy("sudo " + command_for(subject, "why"));
        return;
    }
    Scanners scanners = find_scanners(subject);
    if (look_at_lock(subject, scanners, findings)) return;
    if (!subject.by_name && !is_linked(subject)) {
        findings.add(Cause::not_linked, "nobody supervises " + subject.path)
            .remedy("ln -s " + shell_word(subject.path) + " " + shell_word(subject.folder) + "/");
        return;
    }
    if (scanners.here == 0) return look_at_absent_scanner(subject, scanners, findings);
    if (look_at_shutdown(subject, scanners.here, findings)) return;
    look_at_untaken(subject, scanners, findings);
}

}  // namespace hf::people
