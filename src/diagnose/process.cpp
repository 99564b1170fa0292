// SPDX-License-Identifier: MIT
// A process that is there: is it stopped, held, blocked, out of descriptors, or not the one that
// people think it is?
#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "diagnose/chain.h"
#include "diagnose/crash.h"
#include "diagnose/remedy.h"
#include "diagnose/restarts.h"
#include "inspect/stuck.h"
#include "sys/clock.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace control;
using namespace inspect;
using namespace text;

namespace {

bool check_state(const Subject& subject, const Process& main, Findings& findings) {
    std::string pid = std::to_string(main.pid);
    if (main.state == 'T' && !subject.view.status->paused) {
        findings
            .add(Cause::stopped,
                 "its process is stopped by a signal: it does nothing until it is continued")
            .because("pid " + pid + " (" + main.name + ") is in state T, stopped")
            .remedy("kill -CONT " + pid + "   # or: " + command_for(subject, "continue"));
        return true;
    }
    if (main.state == 't') {
        findings.add(Cause::traced, "a debugger or tracer holds its process")
            .because("pid " + pid + " (" + main.name + ") is in state t, held by a tracer")
            .remedy("grep TracerPid /proc/" + pid + "/status   # by whom?");
        return true;
    }
    return false;
}

// Waiting for a disk or a file system that does not answer.
bool check_stuck(const std::vector<const Process*>& tree, Findings& findings) {
    std::vector<pid_t> pids;
    for (const Process* each : tree) pids.push_back(each->pid);
    auto stuck = stuck_threads(pids);
    if (stuck.empty()) return false;
    const Stuck& first = stuck[0];
    const std::string& call = first.thread.waits_in;
    auto of = std::find_if(tree.begin(), tree.end(),
                           [&](const Process* each) { return each->pid == first.pid; });
    std::string who = "pid " + std::to_string(first.pid) + " (" + (*of)->name + ")";
    std::string in = call.empty() ? "" : ", in the kernel's " + call;
    // vfork(2): the maker sleeps until the child executes a program or ends.
    if (call == "kernel_clone" || call.find("vfork") != std::string::npos) {
        findings
            .add(Cause::blocked,
                 "its process waits for a child that it has made, which executes "
                 "no program, and does not exit")
            .because(who + " has waited like that for a second and more" + in)
            .remedy("ps -ef --forest   # which child?");
        return true;
    }
    Finding& finding = findings.add(
        Cause::blocked, "its process waits for a disk or a file system that does not answer");
    finding.because(who + " has been in the same wait for a second and more" + in);
    if (!first.file.empty())
        finding.because("the file: " + first.file + ", on " + mount_of(first.file));
    finding.remedy("dmesg | tail   # what does the kernel say of disks and network file systems?");
    return true;
}

void check_descriptors(const Subject& subject, const std::vector<const Process*>& tree,
                       Findings& findings) {
    for (const Process* each : tree) {
        auto limit = descriptor_limit(each->pid);
        size_t open = descriptors_of(each->pid).count;
        if (!limit || open == 0 || open + 2 < *limit) continue;
        findings
            .add(Cause::descriptor_limit,
                 "it has as many files and connections open as it may: " + std::to_string(open) +
                     " of " + std::to_string(*limit))
            .because("pid " + std::to_string(each->pid) + " (" + each->name + ")")
            .remedy("in run, before exec: ulimit -n 65536   (or softlimit -o 65536), then: " +
                    command_for(subject, "restart"));
        return;
    }
}

void note_root(const std::vector<const Process*>& tree, Findings& findings) {
    if (user_of(tree[0]->pid) != 0U || ::geteuid() != 0) return;
    // These begin as root, and give it up themselves.
    for (const char* each : {"nginx", "sshd", "apache2", "httpd", "haproxy", "master", "dovecot",
                             "named", "cron", "rsyslogd", "lighttpd", "vsftpd", "proftpd"}) {
        if (tree[0]->name == each) return;
    }
    findings.add(Cause::runs_as_root, "it runs as root")
        .remedy("in run, before the program: exec setuidgid www-data ...");
}

void note_history(const Subject& subject, Findings& findings) {
    const auto& record = subject.view.record;
    if (!record || record->service.exits == 0) return;
    Finding& finding =
        findings.add(Cause::restarted, "it was restarted " + ago_words(subject.view.age) +
                                           "; its last exit: " + exit_words(record->service.last));
    finding.because("exited " + counted(record->service.exits, "time") +
                    " since svscan was started");
    constexpr size_t some = 4;
    for (const std::string& line : last_events(subject.notes, some)) finding.because(line);
}

void note_changes(const Subject& subject, Findings& findings) {
    struct stat run {};
    if (::stat(subject.file("run").c_str(), &run) == 0 && subject.view.status) {
        auto changed = std::chrono::seconds(run.st_mtim.tv_sec);
        auto started =
            std::chrono::floor<std::chrono::seconds>(sys::wall_time()) - subject.view.age;
        if (changed > started + std::chrono::seconds(1))
            findings.add(Cause::changed_since, "its run script was changed after it was started")
                .remedy(command_for(subject, "restart") + "   # to use the new one");
    }
    std::string program = program_of(subject.view.pid());
    if (program.ends_with(" (deleted)"))
        findings.add(Cause::changed_since, "its program was replaced after it was started")
            .because(program)
            .remedy(command_for(subject, "restart") + "   # to use the new one");
}

// The pid that gets the signals is the shell's, and the program is its child.
void note_missing_exec(const Subject& subject, const std::vector<const Process*>& tree,
                       Findings& findings) {
    const auto& launch = subject.launch;
    if (!launch || launch->exec || launch->background || tree.size() < 2) return;
    if (tree[0]->name != "sh" && tree[0]->name != "bash" && tree[0]->name != "dash" &&
        tree[0]->name != "run")
        return;
    findings
        .add(Cause::no_exec,
             "run does not exec its program: the shell gets the signals, and leaves the program "
             "behind when it exits")
        .at(subject.run_line(launch->line))
        .because("pid " + std::to_string(tree[0]->pid) + " is the shell, its child " +
                 std::to_string(tree[1]->pid) + " is " + tree[1]->name)
        .remedy("write exec in front of the last command of run");
}

// What keeps data does not end before it is safe: SIGKILL may cost some of it.
void add_patient_remedy(const Subject& subject, Finding& finding) {
    std::string program = subject.program();
    std::string name = program.substr(program.rfind('/') + 1);
    if (name == "postgres" || name == "postmaster") {
        finding.remedy("svc -i " + shell_word(subject.entry) +
                       "   # SIGINT: a fast shutdown, which does not wait for its clients");
        return;
    }
    for (const char* each : {"redis-server", "valkey-server", "mysqld", "mariadbd", "mongod",
                             "slapd", "etcd", "influxd", "clickhouse", "java", "squeak"}) {
        if (!name.starts_with(each)) continue;
        add_log_remedy(subject, "what does it wait for? it may still write its data", finding);
        return;
    }
    finding.remedy(command_for(subject, "stop --force") +
                   "   # kills it if it does not exit in time");
}

// What the supervisor does next, by itself.
std::string next_of_stop(const Subject& subject) {
    const auto due = core::next_due(subject.view.record->service, subject.view.rules.in_force);
    if (!due) return "";
    const std::string left = time_until(due->at);
    if (due->why == core::Due::Why::prepared)
        return "its stop command runs, at most for " + left + " more";
    return "it gets " + std::string(due->why == core::Due::Why::kill ? "KILL" : "its next signal") +
           " in " + left;
}

void check_slow_stop(const Subject& subject, Findings& findings) {
    const auto& record = subject.view.record;
    if (!record || !is_stopping(subject.view)) return;
    auto since = std::chrono::floor<std::chrono::seconds>(
        sys::boot_time() - record->service.stop_requested_at.time_since_epoch());
    const format::Note* order = last_command(subject.notes, "dx");
    Finding& finding =
        findings.add(Cause::slow_stop, "it has been stopping for " + duration_words(since) +
                                           ": it was told to "
                                           "stop (svc -d), and has not exited yet");
    finding.because(order == nullptr ? "" : command_words(*order));
    finding.because(next_of_stop(subject)).because(words_of(subject.view.said));
    add_last_lines(crash_of(subject), finding);
    add_patient_remedy(subject, finding);
}

}  // namespace

void check_process(const Subject& subject, Findings& findings) {
    if (!subject.view.up()) return;
    Processes processes;
    auto tree = processes.tree(subject.view.pid());
    if (tree.empty()) return;
    if (check_state(subject, *tree[0], findings)) return;
    if (check_stuck(tree, findings)) return;
    check_descriptors(subject, tree, findings);
    check_slow_stop(subject, findings);
    note_missing_exec(subject, tree, findings);
    note_root(tree, findings);
    note_changes(subject, findings);
    note_history(subject, findings);
}

}  // namespace hf::diagnose
