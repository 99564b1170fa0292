// SPDX-License-Identifier: MIT
// The logger: a service whose log nobody takes will sooner or later wait in a write.
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "people/look/words.h"
#include "people/why/chain.h"
#include "people/why/past.h"

namespace hf::people {

namespace {

// What is wrong with log/run itself, in one sentence.
const Finding* fault_of(const Subject& logger, Findings& own) {
    look_at_orders(logger, own);
    if (own.cause() == nullptr) look_at_run(logger, own);
    if (own.cause() == nullptr) look_at_account(logger, own);
    if (own.cause() == nullptr) look_at_program(logger, own);
    return own.cause();
}

// The logger of a service that nobody looks after.
bool look_at_start(const Subject& logger, Findings& findings) {
    Findings own;
    const Finding* fault = fault_of(logger, own);
    if (fault == nullptr) return false;
    Finding& finding =
        findings.add(Cause::logger_down, "the logger would not start: " + fault->sentence);
    finding.at(fault->place);
    for (const std::string& each : fault->remedies) finding.remedy(each);
    return true;
}

// True if it is known why.
bool look_at_absent_logger(const Subject& subject, const Subject& logger, bool whatever,
                           Findings& findings) {
    Findings own;
    const Finding* fault = fault_of(logger, own);
    if (fault == nullptr && !whatever) return false;
    Finding& finding =
        findings.add(Cause::logger_down,
                     "its logger is not up: nobody takes what it writes, and when the pipe "
                     "between them is full it waits for ever");
    if (fault != nullptr) {
        finding.because("the logger: " + fault->sentence).at(fault->place);
        for (const std::string& each : fault->evidence) finding.because(each);
        for (const std::string& each : fault->remedies) finding.remedy(each);
        return true;
    }
    if (logger.seen.record)
        finding.because("its last end: " + ending_words(logger.seen.record->service.last));
    finding.remedy("try it by hand: cd " + shell_word(subject.file("log")) +
                   " && ./run </dev/null");
    return false;
}

bool look_at_folder(const Subject& subject, const Subject& logger, Findings& findings) {
    auto folder = log_folder_of(subject.path);
    if (!folder || !logger.person || !can_see_as(*logger.person)) return false;
    const std::string& who = logger.person->name;
    bool exists = !obstacle(*folder, Need::existence);
    std::string parent = folder->substr(0, folder->rfind('/'));
    auto in_the_way = obstacle_for(*logger.person, exists ? *folder : parent, Need::writing);
    if (in_the_way) {
        std::string fix = exists ? remedy(*in_the_way, who, Need::writing)
                                 : "install -d -o " + shell_word(who) + " " + shell_word(*folder);
        findings
            .add(Cause::log_unwritable,
                 "the logger cannot write its log: " + sentence(*in_the_way, who, Need::writing))
            .remedy(fix);
        return true;
    }
    std::string current = *folder + "/current";
    if (exists && !obstacle(current, Need::existence)) {
        auto closed = obstacle_for(*logger.person, current, Need::writing);
        if (closed) {
            findings
                .add(Cause::log_unwritable,
                     "the logger cannot write its log: " + sentence(*closed, who, Need::writing))
                .remedy("chown -R " + shell_word(who) + " " + shell_word(*folder));
            return true;
        }
    }
    return false;
}

bool look_at_disk(const Subject& subject, Findings& findings) {
    auto folder = log_folder_of(subject.path);
    struct statvfs system {};
    if (!folder || ::statvfs(folder->c_str(), &system) != 0) return false;
    bool no_room = system.f_blocks != 0 && system.f_bavail == 0;
    bool no_inodes = system.f_files != 0 && system.f_favail == 0;
    if (!no_room && !no_inodes) return false;
    findings
        .add(Cause::log_disk_full,
             no_room ? "the disk with its log is full: the logger waits for room, and the service "
                       "for the logger"
                     : "the disk with its log has no room for another file (no inodes)")
        .because("the log: " + *folder)
        .remedy("df -h " + shell_word(*folder) + "   # then make room: du -xsh /* | sort -h");
    return true;
}

// The file that the logger writes to, where it is not the one that has its name now: the kernel
// tells where it was last, or that it was deleted.
std::string lost_file(const std::vector<std::string>& open, const std::string& folder) {
    std::string lost;
    for (const std::string& place : open) {
        if (same_file(place, folder + "/current")) return "";
        std::string file = link_of(place);
        if (file.ends_with("/current") || file.ends_with("/current (deleted)")) lost = file;
    }
    return lost;
}

bool look_at_loss(const Subject& subject, const Subject& logger, Findings& findings) {
    auto folder = log_folder_of(subject.path);
    if (!folder || !logger.person) return false;
    Processes processes;
    std::vector<std::string> open;
    for (const Process* each : processes.tree(logger.seen.pid())) {
        auto files = open_files_of(each->pid);
        open.insert(open.end(), files.begin(), files.end());
    }
    std::string lost = lost_file(open, *folder);
    if (lost.empty()) return false;
    bool has_folder = std::any_of(open.begin(), open.end(), [&](const std::string& place) {
        return same_file(place, *folder);
    });
    Finding& finding =
        findings.add(Cause::log_deleted,
                     std::string("its log ") + (has_folder ? "file" : "directory") + " was " +
                         (lost.ends_with(" (deleted)") ? "deleted" : "moved away") +
                         " under its logger: what it writes does not come to " + *folder);
    finding.because("the logger (pid " + std::to_string(logger.seen.pid()) + ") has open: " + lost);
    if (obstacle(*folder, Need::existence))
        finding.remedy("install -d -o " + shell_word(logger.person->name) + " " +
                       shell_word(*folder));
    finding.remedy("svc -t " + shell_word(subject.entry + "/log") +
                   "   # restarts the logger, which then opens the directory that is there");
    return true;
}

// A thread that waits in a write to a pipe.
const Process* writer_that_waits(const std::vector<const Process*>& tree) {
    for (const Process* each : tree) {
        for (const Thread& thread : threads_of(each->pid)) {
            if (thread.waits_in.find("pipe_write") != std::string::npos) return each;
        }
    }
    return nullptr;
}

bool look_at_pipe(const Subject& subject, const Subject& logger, Findings& findings) {
    Processes processes;
    const Process* blocked = writer_that_waits(processes.tree(subject.seen.pid()));
    if (blocked == nullptr) return false;
    Finding& finding =
        findings.add(Cause::log_pipe_full,
                     "it waits until somebody takes what it writes: the pipe to its logger "
                     "is full");
    finding.because("pid " + std::to_string(blocked->pid) + " (" + blocked->name +
                    ") waits in a write to a pipe");
    const Process* reader = processes.find(logger.seen.pid());
    if (logger.seen.status && logger.seen.status->paused)
        finding.because("the logger is paused (svc -p)")
            .remedy("svc -c " + shell_word(subject.entry + "/log"));
    else if (reader != nullptr && reader->state == 'T')
        finding
            .because("the logger, pid " + std::to_string(reader->pid) + ", is stopped by a signal")
            .remedy("kill -CONT " + std::to_string(reader->pid));
    else
        finding.remedy("svc -t " + shell_word(subject.entry + "/log") + "   # restarts the logger");
    return true;
}

}  // namespace

void look_at_logger(const Subject& subject, Findings& findings) {
    if (!subject.seen.has_log) return;
    Subject logger = people::subject(subject.folder, subject.entry + "/log", 0);
    bool alive = subject.seen.supervised;
    if (!alive) {
        look_at_start(logger, findings);
        look_at_folder(subject, logger, findings);
        return;
    }
    if (look_at_disk(subject, findings)) return;
    if (!logger.seen.up() && look_at_absent_logger(subject, logger, false, findings)) return;
    if (look_at_loss(subject, logger, findings)) return;
    if (look_at_folder(subject, logger, findings)) return;
    if (subject.seen.up() && look_at_pipe(subject, logger, findings)) return;
    bool lasts = logger.seen.up() && !is_restarting(logger);
    if (!lasts) look_at_absent_logger(subject, logger, true, findings);
}

}  // namespace hf::people
