// SPDX-License-Identifier: MIT
// The first links: a name in the scan directory, that leads to a directory, that somebody
// supervises.
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "diagnose/chain.h"
#include "diagnose/linking.h"
#include "diagnose/restarts.h"
#include "inspect/files.h"
#include "inspect/stuck.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace control;
using namespace inspect;
using namespace text;

namespace {

// The package's, on a machine that systemd runs.
bool has_unit() {
    return ::access("/run/systemd/system", F_OK) == 0 &&
           (::access("/lib/systemd/system/holdfast.service", F_OK) == 0 ||
            ::access("/etc/systemd/system/holdfast.service", F_OK) == 0);
}

// What a svscan that was killed has left.
std::string orphan_words(const Subject& subject) {
    const pid_t orphan = subject.view.orphan;
    if (orphan == 0) return "";
    return "its process (pid " + std::to_string(orphan) + ") runs on: the next svscan on " +
           subject.scan_dir + " takes it over, and starts no second copy";
}

void check_absent_scanner(const Subject& subject, const Scanners& scanners, Findings& findings) {
    std::string start = "svscan " + shell_word(subject.scan_dir) + " &";
    if (scanners.elsewhere.empty()) {
        findings
            .add(Cause::no_svscan,
                 "no svscan is running: it starts the services that are linked into " +
                     subject.scan_dir)
            .because(orphan_words(subject))
            .remedy(has_unit() ? "systemctl start holdfast" : "")
            .remedy(start + (has_unit() ? "   # without the unit of the package"
                                        : "   # to have it at boot: svscanboot"));
        return;
    }
    Finding& finding = findings.add(
        Cause::svscan_elsewhere,
        "it is not supervised: svscan supervises another directory than " + subject.scan_dir);
    finding.because(orphan_words(subject));
    for (pid_t pid : scanners.elsewhere) {
        std::string scan_dir = directory_of(pid);
        finding.because("svscan (pid " + std::to_string(pid) + ") runs on " +
                        (scan_dir.empty() ? "a directory that you may not see" : scan_dir));
        if (!scan_dir.empty()) finding.remedy(command_to_link(subject.path, scan_dir));
    }
    finding.remedy(start + "   # a second one, for this directory");
}

bool check_lock(const Subject& subject, const Scanners& scanners, Findings& findings) {
    pid_t holder = lock_holder(subject.path + "/supervise/lock");
    if (holder == 0 || holder == scanners.here) return false;
    auto who = process(holder);
    std::string name = who ? who->name : "an unknown program";
    if (subject.view.supervised && (name == "supervise" || name == "holdfast-engine")) return false;
    std::string pid = std::to_string(holder);
    Finding& finding = findings.add(Cause::foreign_lock,
                                    "another program, " + name + " (pid " + std::to_string(holder) +
                                        "), supervises this directory already");
    finding.because("it holds the lock " + subject.path + "/supervise/lock")
        .remedy("ps -fp " + pid + "; readlink /proc/" + pid + "/cwd   # who is that?");
    if (subject.view.supervised)
        finding.remedy("svc -dx " + shell_word(subject.path) +
                       "   # ends the service, and its supervision there");
    else
        finding.remedy("let it exit by its own means: svscan then takes the directory by itself");
    return true;
}

// Without room svscan cannot make what it needs in `place`, which may be a link to another file
// system than that of the service, and itself has to be made where there is none.
bool check_room(const Subject& subject, const std::string& place, Findings& findings) {
    const std::string where = exists(place) ? place : subject.path;
    struct statvfs system {};
    if (::statvfs(where.c_str(), &system) != 0) return false;
    bool no_room = system.f_blocks != 0 && system.f_bavail == 0;
    bool no_inodes = system.f_files != 0 && system.f_favail == 0;
    if (!no_room && !no_inodes) return false;
    const std::string target = link_of(place);
    Finding& finding =
        findings.add(Cause::supervise_unusable,
                     "the disk under " + (target.empty() ? where : target) + " is full" +
                         (no_room ? "" : " (no inodes left)") + ": svscan cannot make " +
                         (exists(place) ? "what it needs in " : "") + place);
    if (!target.empty()) finding.because(place + " is a link to " + target);
    finding.because("the file system is mounted on " + mount_of(real_path(where)))
        .remedy("df " + std::string(no_room ? "-h " : "-i ") + shell_word(where) +
                "   # then make room: svscan tries again by itself");
    return true;
}

bool check_supervise_files(const Subject& subject, Findings& findings) {
    for (const char* name : {"control", "ok"}) {
        std::string path = subject.path + "/supervise/" + name;
        struct stat found {};
        if (::lstat(path.c_str(), &found) != 0 || S_ISFIFO(found.st_mode)) continue;
        findings
            .add(Cause::supervise_unusable, path +
                                                " is in the way: it has to be a named pipe (FIFO), "
                                                "and svscan makes it itself")
            .remedy("mv " + shell_word(path) + " " + shell_word(path + ".old"));
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
            .remedy("mv " + shell_word(place) + " " + shell_word(place + ".old"));
        return true;
    }
    std::string leads_to = link_of(place);
    if (!there && !leads_to.empty()) {
        findings
            .add(Cause::supervise_unusable,
                 place + " is a link to " + leads_to + ", which does not exist")
            .because(leads_to.starts_with("/run/") ? "/run is empty after each boot" : "")
            .remedy("rm " + shell_word(place) +
                    "   # only the link: svscan then makes a directory there")
            .remedy("or, at each boot before svscan: mkdir -p " + shell_word(leads_to));
        return true;
    }
    if (check_room(subject, place, findings)) return true;
    auto in_the_way = access_problem(there ? place : subject.path, Access::writing);
    if (!in_the_way || ::geteuid() != 0) return false;
    findings.add(Cause::supervise_unusable, "svscan cannot make or use " + place + ": " +
                                                sentence(*in_the_way, "svscan", Access::writing));
    return true;
}

// While svscan ends all that it looks after, which may take some seconds, itself last.
bool check_shutdown(const Subject& subject, pid_t scanner, Findings& findings) {
    const format::Note* halt = last_halt(subject.notes);
    if (halt == nullptr || scanner == 0 || scanner != subject.supervisor()) return false;
    bool up = subject.view.up();
    findings
        .add(Cause::svscan_stopping,
             "svscan is stopping everything, and will exit: " + subject.name +
                 (up ? " was told to stop, and has not exited yet" : " has exited already"))
        .because("svscan (pid " + std::to_string(scanner) + ") was told so " + when(*halt))
        .remedy("to start it again, when svscan has exited: systemctl start holdfast, or svscan " +
                shell_word(subject.scan_dir) + " &");
    return true;
}

void check_untaken(const Subject& subject, const Scanners& scanners, Findings& findings) {
    if (check_supervise_files(subject, findings)) return;
    std::string who = "svscan (pid " + std::to_string(scanners.here) + ")";
    auto scanner = process(scanners.here);
    Finding& finding =
        findings.add(Cause::not_taken, who + " runs on " + subject.scan_dir +
                                           ", but does not supervise " + subject.name);
    if (scanner && scanner->state == 'T')
        finding.because(who + " is stopped by a signal")
            .remedy("kill -CONT " + std::to_string(scanners.here));
    if (subject.view.record && subject.view.record->released)
        finding.because("its supervision was ended by a command (svc -x) " +
                        who_and_when(subject.notes, "x"));
    finding.remedy("kill -HUP " + std::to_string(scanners.here) +
                   "   # svscan rescans the directory; its messages are in its own output");
}

void check_other_kind(const Subject& subject, Findings& findings) {
    std::string leads_to = link_of(subject.entry);
    std::string what = leads_to.empty() ? "" : " leads to " + leads_to + ", which";
    findings
        .add(Cause::not_a_directory, subject.entry + what +
                                         " is not a directory: a service is a directory with a "
                                         "program called run")
        .remedy(leads_to.empty()
                    ? "move it out of " + subject.scan_dir + ": ls -l " + shell_word(subject.entry)
                    : "ln -sfn /the/right/directory " + shell_word(subject.entry));
}

}  // namespace

void check_link(const Subject& subject, Findings& findings) {
    struct stat entry {};
    if (subject.by_name && !is_directory(subject.scan_dir)) {
        findings
            .add(Cause::folder_missing, "there is no scan directory " + subject.scan_dir +
                                            ", into which services are linked")
            .remedy("mkdir -p " + shell_word(subject.scan_dir) +
                    "   # or name another: --folder, $SVDIR");
        return;
    }
    if (::lstat(subject.entry.c_str(), &entry) != 0) {
        if (errno == EACCES) {
            auto in_the_way = access_problem(subject.entry, Access::existence);
            findings
                .add(Cause::unreachable, in_the_way ? sentence(*in_the_way, "you", Access::reading)
                                                    : "it cannot be seen")
                .remedy("sudo " + command_for(subject, "why"));
            return;
        }
        return check_missing_entry(subject, findings);
    }
    if (subject.by_name && subject.name.starts_with('.')) {
        findings
            .add(Cause::name_hidden, "svscan ignores names that begin with a dot: " + subject.name)
            .remedy("mv " + shell_word(subject.entry) + " " +
                    shell_word(subject.scan_dir + "/" + subject.name.substr(1)));
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
    if (!S_ISDIR(target.st_mode)) check_other_kind(subject, findings);
}

void check_supervision(const Subject& subject, Findings& findings) {
    if (subject.view.supervised) {
        if (!check_shutdown(subject, subject.view.up() ? subject.supervisor() : 0, findings))
            if (!check_lock(subject, {}, findings)) note_unlinked(subject, findings);
        return;
    }
    if (!subject.view.readable && ::geteuid() != 0) {
        findings.add(Cause::unreachable, "you may not look into " + subject.path + "/supervise")
            .remedy("sudo " + command_for(subject, "why"));
        return;
    }
    Scanners scanners = find_scanners(subject);
    if (check_lock(subject, scanners, findings)) return;
    if (!subject.by_name && name_of_directory(subject.scan_dir, subject.path).empty()) {
        findings.add(Cause::not_linked, subject.path + " is not supervised")
            .remedy(command_to_link(subject.path, subject.scan_dir));
        return;
    }
    if (scanners.here == 0) return check_absent_scanner(subject, scanners, findings);
    if (check_shutdown(subject, scanners.here, findings)) return;
    check_untaken(subject, scanners, findings);
}

}  // namespace hf::diagnose
