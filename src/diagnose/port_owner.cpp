// SPDX-License-Identifier: MIT
#include "diagnose/port_owner.h"

#include <fcntl.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "control/survivors.h"
#include "diagnose/chain.h"
#include "diagnose/foreground.h"
#include "inspect/server.h"
#include "sys/clock.h"
#include "sys/directory.h"
#include "sys/fd.h"

namespace hf::diagnose {

using namespace control;
using namespace inspect;

namespace {

// The process, and all above it.
std::unordered_set<pid_t> line_of(const Process& process, const Processes& processes) {
    std::unordered_set<pid_t> line;
    const Process* each = &process;
    while (each != nullptr && line.insert(each->pid).second) each = processes.find(each->parent);
    return line;
}

std::string service_of(const std::string& scan_dir, const std::unordered_set<pid_t>& line) {
    sys::Fd there = sys::open(scan_dir.c_str(), O_RDONLY | O_DIRECTORY);
    if (!there) return "";
    for (const std::string& name : sys::names_in(there).value_or(std::vector<std::string>{})) {
        if (name.starts_with('.')) continue;
        std::string path = scan_dir + "/" + name;
        if (line.contains(inspect_service(name, path).pid())) return name;
        if (line.contains(inspect_service(name, path + "/log").pid())) return name + "/log";
    }
    return "";
}

// That of the svscan which has it, where nobody has named one.
std::string scan_dir_of(const Subject& subject) {
    return subject.scan_dir.empty() ? directory_of(subject.supervisor()) : subject.scan_dir;
}

// Every start begins a session, which has the number of its first process.
bool is_of_an_earlier_start(const Subject& subject, const Process& process) {
    bool told =
        std::any_of(subject.notes.begin(), subject.notes.end(), [&](const format::Note& note) {
            return note.kind == format::Note::Kind::started &&
                   static_cast<pid_t>(note.pid) == process.session;
        });
    return told && may_be_told_of(subject.view, process.pid);
}

// Where the shell of a run script was that it came from; empty if that is not known.
std::string origin_of(pid_t pid) {
    for (const std::string& each : environment_of(pid)) {
        if (each.starts_with("PWD=")) return each.substr(4);
    }
    return "";
}

// It was born while the service had a life, and is of no other unit of the machine.
bool is_born_in_a_life(const Subject& subject, const Process& process) {
    if (group_of(process.pid) != group_of(subject.supervisor())) return false;
    auto to_wall = sys::wall_time() - sys::boot_time();
    constexpr std::chrono::milliseconds tick(20);  // birth is told in ticks
    const auto& notes = subject.notes;
    for (size_t i = 0; i < notes.size(); ++i) {
        if (!is_death(notes[i])) continue;
        auto life = life_before(notes, i);
        auto born = process.born + to_wall - notes[i].at.time_since_epoch();
        if (life && born > -*life - tick && born < tick) return true;
    }
    return false;
}

// A unit of its own: only what svscan's unit has started is in there.
bool is_of_the_unit(const Subject& subject, const Process& process) {
    std::string group = group_of(process.pid);
    return group.size() > 1 && group != group_of(1) && group == group_of(subject.supervisor());
}

// It executes the program of the run script, and where that is an interpreter, the same file.
bool is_same_program(const Subject& subject, const Process& process) {
    std::string program = subject.program();
    if (program.empty()) return false;
    std::string here = "/proc/" + std::to_string(process.pid);
    auto words = arguments_of(process.pid);
    auto is = [&](const std::string& word, const std::string& file) {
        bool is_path = word.find('/') != std::string::npos;
        return is_path && same_file(word.starts_with('/') ? word : here + "/cwd/" + word, file);
    };
    bool is_script = std::any_of(
        words.begin(),
        words.begin() + std::min<std::ptrdiff_t>(3, static_cast<std::ptrdiff_t>(words.size())),
        [&](const std::string& word) { return is(word, program); });
    bool executes = same_file(here + "/exe", program);
    if (!executes) return is_script;
    // The words of what has renamed itself (setproctitle(3)) tell nothing.
    const auto& wanted = subject.launch->words;
    bool same_words = words.size() == wanted.size();
    for (size_t i = 1; same_words && i < wanted.size(); ++i)
        same_words = !wanted[i].known || words[i] == wanted[i].text;
    bool renamed = words.size() <= 1 || words[0].find(' ') != std::string::npos;
    return same_words || renamed;
}

// It left its session, and nobody waits for it: what a program does that becomes a daemon. Many
// also leave their directory.
bool is_daemon_of(const Subject& subject, const Process& process) {
    bool adopted = process.parent == 1 || process.parent == subject.supervisor();
    if (!adopted) return false;
    if (directory_of(process.pid) == subject.path) return true;
    std::string origin = origin_of(process.pid);
    if (!origin.empty() && same_file(origin, subject.path)) return true;
    return is_same_program(subject, process) &&
           (is_of_the_unit(subject, process) || is_born_in_a_life(subject, process));
}

// It listens where the service should; where that is not known, anywhere.
bool has_a_port(const Subject& subject, pid_t pid) {
    auto own = descriptors_of(pid).sockets;
    auto all = subject.port != 0 ? at_port(listeners(), subject.port) : listeners();
    return std::any_of(all.begin(), all.end(), [&](const Listener& each) {
        return std::find(own.begin(), own.end(), each.inode) != own.end();
    });
}

// Its maker was killed, and could not end it: a worker, which has its program's session.
bool is_worker(const Subject& subject, pid_t pid) {
    auto found = process(pid);
    return found && is_of_an_earlier_start(subject, *found) && !process(found->session);
}

// Of workers all, since each has the port: they are in one session, whose leader is gone.
std::string with_siblings(const Subject& subject, pid_t copy) {
    Processes processes;
    const Process* first = processes.find(copy);
    std::set<pid_t> pids{copy};
    if (first != nullptr && is_worker(subject, copy)) {
        for (const auto& [pid, each] : processes.all()) {
            bool is_sibling = each.session == first->session && each.state != 'Z';
            if (is_sibling && is_worker(subject, pid)) pids.insert(pid);
        }
    }
    std::string words;
    for (pid_t pid : pids) words += (words.empty() ? "" : " ") + std::to_string(pid);
    return words;
}

}  // namespace

const Process* owner_of_socket(std::uint64_t inode, const Processes& processes) {
    for (const auto& [pid, each] : processes.all()) {
        auto sockets = descriptors_of(pid).sockets;
        if (std::find(sockets.begin(), sockets.end(), inode) != sockets.end()) return &each;
    }
    return nullptr;
}

PortOwner port_owner_of(const Subject& subject, const Process& process,
                        const Processes& processes) {
    PortOwner port_owner{service_of(scan_dir_of(subject), line_of(process, processes))};
    port_owner.left_over =
        port_owner.service.empty() &&
        (is_of_an_earlier_start(subject, process) || is_daemon_of(subject, process));
    return port_owner;
}

const Process* copy_left_behind(const Subject& subject, const Processes& processes) {
    const Process* oldest = nullptr;  // a young one may be about to exit
    for (const auto& [pid, each] : processes.all()) {
        bool adopted = each.parent == 1 || each.parent == subject.supervisor();
        if (!adopted || pid == subject.view.pid() || each.state == 'Z') continue;
        if (!is_same_program(subject, each) && directory_of(pid) != subject.path) continue;
        PortOwner port_owner = port_owner_of(subject, each, processes);
        if (!port_owner.left_over) continue;
        if (has_a_port(subject, pid)) return &each;
        if (oldest == nullptr || each.born < oldest->born) oldest = &each;
    }
    return oldest;
}

void add_copy_remedies(const Subject& subject, pid_t copy, Finding& finding) {
    const auto& launch = subject.launch;
    if (launch && !is_told_to_stay(*launch) &&
        (leaves_copies(*launch) || !is_worker(subject, copy)))
        finding.remedy("first: " + stay_in_front(*subject.launch) +
                       "; else the next copy does the same");
    finding.remedy("kill " + with_siblings(subject, copy) +
                   "   # the copy, which is supervised no more; the next start then has its place");
}

bool leaves_copies(const Launch& launch) {
    return !launch.exec || launch.background || launch.forks;
}

void note_survivors(const Subject& subject, Findings& findings) {
    if (findings.has(Cause::background)) return;
    auto left = survivors_of(subject.view, session_of(subject.view));
    if (left.empty()) return;
    Finding& finding = findings.add(
        Cause::left_behind, "what an earlier start has left behind still runs: " + words_for(left));
    finding.because("it is in the session of a process of this service that has ended");
    if (subject.launch && leaves_copies(*subject.launch))
        finding.at(subject.run_line(subject.launch->line))
            .remedy("first: " + stay_in_front(*subject.launch) +
                    "; else the next start does the same");
    finding.remedy(kill_command(left) + "   # ends it");
    if (subject.view.up())
        finding.remedy("another time: " + command_for(subject, "restart --all-processes"));
}

std::string stay_in_front(const Launch& launch) {
    if (launch.background)
        return "in run, write exec before the command and take the & off its end";
    if (!launch.exec) return "write exec in front of the last command of run";
    if (launch.forks)
        return "take setsid out of run: a service has a session of its own without it";
    std::string option = foreground_option(launch);
    if (!option.empty()) return "in run, let it stay in the foreground: " + option;
    return "in run, tell the program to stay in the foreground (often -f, -D, -n, --foreground or "
           "--no-daemon), or start it through fghack";
}

}  // namespace hf::diagnose
