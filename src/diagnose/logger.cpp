// SPDX-License-Identifier: MIT
// The logger: a service whose log nobody takes will sooner or later wait in a write.
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "control/output.h"
#include "diagnose/chain.h"
#include "diagnose/port_owner.h"
#include "diagnose/remedy.h"
#include "diagnose/restarts.h"
#include "inspect/files.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

// What is wrong with log/run itself, in one sentence.
const Finding* fault_of(const Subject& logger, Findings& own) {
    check_commands(logger, own);
    if (own.cause() == nullptr) check_run(logger, own);
    if (own.cause() == nullptr) check_account(logger, own);
    if (own.cause() == nullptr) check_program(logger, own);
    return own.cause();
}

// The logger of a service that nobody looks after.
bool check_start(const Subject& logger, Findings& findings) {
    Findings own;
    const Finding* fault = fault_of(logger, own);
    if (fault == nullptr) return false;
    Finding& finding =
        findings.add(Cause::logger_down, "the logger would not start: " + fault->sentence);
    finding.at(fault->location);
    for (const std::string& each : fault->remedies) finding.remedy(each);
    return true;
}

// True if it is known why.
bool check_absent_logger(const Subject& subject, const Subject& logger, bool whatever,
                         Findings& findings) {
    Findings own;
    const Finding* fault = fault_of(logger, own);
    if (fault == nullptr && !whatever) return false;
    Finding& finding = findings.add(Cause::logger_down,
                                    "its logger is not up: nothing reads its output, and when the "
                                    "pipe between them is full it waits for ever");
    if (fault != nullptr) {
        finding.because("the logger: " + fault->sentence).at(fault->location);
        for (const std::string& each : fault->evidence) finding.because(each);
        for (const std::string& each : fault->remedies) finding.remedy(each);
        return true;
    }
    if (logger.view.record)
        finding.because("its last exit: " + exit_words(logger.view.record->service.last));
    finding.remedy("try it by hand: cd " + shell_word(subject.file("log")) +
                   " && ./run </dev/null");
    return false;
}

std::string words_of_closed(const AccessProblem& problem, const std::string& log_dir, bool exists,
                            const std::string& who) {
    std::string text = "the logger cannot write its log: ";
    if (!exists) text += log_dir + " does not exist, and cannot be made: ";
    return text + sentence(problem, who, Access::writing);
}

// What multilog has made as another user, root for instance, before log/run named this one.
std::optional<AccessProblem> file_of_another(const Subject& logger, const std::string& log_dir) {
    for (const char* name : {"/lock", "/current"}) {
        std::string file = log_dir + name;
        if (!exists(file)) continue;
        auto closed = access_problem_for(*logger.user, file, Access::writing);
        bool is_replaced = name == std::string("/current") && !is_restarting(logger);
        if (closed && !is_replaced) return closed;
    }
    return std::nullopt;
}

bool check_log_directory(const std::optional<std::string>& log_dir, const Subject& logger,
                         Findings& findings) {
    if (!log_dir || !logger.user || !can_act_as(*logger.user)) return false;
    const std::string& who = logger.user->name;
    bool is_there = !access_problem(*log_dir, Access::existence);
    std::string parent = log_dir->substr(0, log_dir->rfind('/'));
    auto in_the_way =
        access_problem_for(*logger.user, is_there ? *log_dir : parent, Access::writing);
    if (!in_the_way && is_there) in_the_way = file_of_another(logger, *log_dir);
    if (!in_the_way) return false;
    Finding& finding =
        findings.add(Cause::log_unwritable, words_of_closed(*in_the_way, *log_dir, is_there, who));
    finding.because("log/run starts the logger as " + who + ", which has to own " + *log_dir);
    if (in_the_way->above)
        add_remedy(logger, *in_the_way, *logger.user, Access::writing, finding);
    else
        finding.remedy(log_directory_for(logger, *log_dir));
    return true;
}

// A logger that does not get the lock of its directory ends.
bool check_log_lock(const std::optional<std::string>& log_dir, const Subject& subject,
                    const Subject& logger, Findings& findings) {
    pid_t holder = log_dir ? lock_holder(*log_dir + "/lock") : 0;
    if (holder == 0) return false;
    Processes processes;
    auto own = processes.tree(logger.view.pid());
    const Process* owner = processes.find(holder);
    if (owner == nullptr || std::find(own.begin(), own.end(), owner) != own.end()) return false;
    std::string service = port_owner_of(subject, *owner, processes).service;
    std::string who = owner->name + " (pid " + std::to_string(holder) + ")";
    if (!service.empty()) who = "the service " + service + ": " + who;
    findings
        .add(Cause::log_locked,
             "the logger cannot use its log directory " + *log_dir + ": it is locked by " + who)
        .because("only one program at a time may write into a log directory")
        .because(who + " holds the lock " + *log_dir + "/lock")
        .remedy("name another directory, of its own, in " + logger.file("run"))
        .remedy("then: svc -t " + shell_word(subject.entry + "/log"));
    return true;
}

// daemontools-encore executes a file of this name; here it has to be a directory.
bool check_log_kind(const Subject& subject, Findings& findings) {
    std::string log = subject.file("log");
    struct stat found {};
    bool there = ::stat(log.c_str(), &found) == 0;
    if (there && S_ISDIR(found.st_mode)) return false;
    std::string leads_to = link_of(log);
    if (!there && leads_to.empty()) return false;
    Finding& finding = findings.add(
        Cause::logger_down,
        there ? log +
                    " is a file; it has to be a directory with a program called run, which "
                    "reads what the service writes: nothing reads it now"
              : "the link " + log + " leads to " + leads_to + ", which does not exist");
    if (there) {
        finding.because("when the pipe is full, the service waits for ever");
        std::string kept = shell_word(log + ".run");
        finding.remedy("mv " + shell_word(log) + " " + kept + " && mkdir " + shell_word(log) +
                       " && mv " + kept + " " + shell_word(log + "/run"));
    } else {
        finding.remedy("ln -sfn /the/right/directory " + shell_word(log));
    }
    return true;
}

// `log` leads to that of another service, whose output its logger reads.
bool check_sharing(const Subject& subject, const Subject& logger, Findings& findings) {
    if (!control::has_logger_of_another(subject.path, logger.view.pid())) return false;
    std::string log = subject.file("log");
    std::string other = control::writer_to(logger.view.pid(), subject.scan_dir);
    other = other.empty() ? "another service" : "the service " + other;
    Finding& finding =
        findings
            .add(Cause::log_shared, "it has no logger: the one in " + log + " reads what " + other +
                                        " writes, and only that; when the pipe is full, " +
                                        subject.name + " waits for ever")
            .because(log + " is the directory " + logger.path)
            .because("the logger (pid " + std::to_string(logger.view.pid()) +
                     ") reads from another pipe than " + subject.file("supervise/log"));
    if (!link_of(log).empty())
        finding.remedy("rm " + shell_word(log) + " && " + make_logger(subject) +
                       "   # only the link is removed; then it has a log of its own");
    else
        finding.remedy("give " + other + " a directory log of its own, too: " + log +
                       " can only serve one");
    return true;
}

bool check_disk(const std::optional<std::string>& log_dir, Findings& findings) {
    struct statvfs system {};
    if (!log_dir || ::statvfs(log_dir->c_str(), &system) != 0) return false;
    bool no_room = system.f_blocks != 0 && system.f_bavail == 0;
    bool no_inodes = system.f_files != 0 && system.f_favail == 0;
    if (!no_room && !no_inodes) return false;
    findings
        .add(Cause::log_disk_full,
             no_room ? "the disk with its log is full: the logger waits for room, and the service "
                       "for the logger"
                     : "the disk with its log has no room for another file (no inodes)")
        .because("the log: " + *log_dir)
        .remedy("df -h " + shell_word(*log_dir) + "   # then make room: du -xsh /* | sort -h");
    return true;
}

// The file that the logger writes to, where it is not the one that has its name now: the kernel
// tells where it was last, or that it was deleted. `log_dir`: where log/run says that it writes.
std::string lost_file(const std::vector<std::string>& open,
                      const std::optional<std::string>& log_dir) {
    std::string lost;
    for (const std::string& place : open) {
        std::string file = link_of(place);
        bool is_log = file.ends_with("/current") || file.ends_with("/current (deleted)");
        if (log_dir ? same_file(place, *log_dir + "/current") : is_log && same_file(place, file))
            return "";
        if (is_log) lost = file;
    }
    return lost;
}

bool check_loss(const Subject& subject, const Subject& logger, Findings& findings) {
    auto log_dir = configured_log_directory(subject.path);
    if (!logger.user) return false;
    const Processes processes;
    const auto open = open_files_of(processes.tree(logger.view.pid()));
    std::string lost = lost_file(open, log_dir);
    if (lost.empty()) return false;
    if (!log_dir) log_dir = lost.substr(0, lost.rfind('/'));
    bool has_directory = std::any_of(open.begin(), open.end(), [&](const std::string& place) {
        return same_file(place, *log_dir);
    });
    Finding& finding =
        findings.add(Cause::log_deleted,
                     std::string("its log ") + (has_directory ? "file" : "directory") + " was " +
                         (lost.ends_with(" (deleted)") ? "deleted" : "moved away") +
                         " under its logger: what it writes does not come to " + *log_dir);
    finding.because("the logger (pid " + std::to_string(logger.view.pid()) + ") has open: " + lost);
    if (access_problem(*log_dir, Access::existence))
        finding.remedy("install -d -o " + shell_word(logger.user->name) + " " +
                       shell_word(*log_dir));
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

bool check_pipe(const Subject& subject, const Subject& logger, Findings& findings) {
    Processes processes;
    const Process* blocked = writer_that_waits(processes.tree(subject.view.pid()));
    if (blocked == nullptr) return false;
    Finding& finding = findings.add(
        Cause::log_pipe_full, "it waits until its output is read: the pipe to its logger is full");
    finding.because("pid " + std::to_string(blocked->pid) + " (" + blocked->name +
                    ") waits in a write to a pipe");
    const Process* reader = processes.find(logger.view.pid());
    if (logger.view.status && logger.view.status->paused)
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

void check_logger(const Subject& subject, Findings& findings) {
    if (check_log_kind(subject, findings) || !subject.view.has_log) return;
    Subject logger = diagnose::subject(subject.scan_dir, subject.entry + "/log", 0);
    const auto log_dir = control::log_directory_of(subject.path);
    bool alive = subject.view.supervised;
    if (!alive) {
        check_start(logger, findings);
        check_log_directory(log_dir, logger, findings);
        return;
    }
    if (check_sharing(subject, logger, findings)) return;
    if (check_disk(log_dir, findings)) return;
    if (check_log_lock(log_dir, subject, logger, findings)) return;
    if (!logger.view.up() && check_absent_logger(subject, logger, false, findings)) return;
    if (check_loss(subject, logger, findings)) return;
    if (check_log_directory(log_dir, logger, findings)) return;
    if (subject.view.up() && check_pipe(subject, logger, findings)) return;
    bool lasts = logger.view.up() && (!is_restarting(logger) || outlives_the_last(logger));
    if (!lasts) check_absent_logger(subject, logger, true, findings);
}

}  // namespace hf::diagnose
