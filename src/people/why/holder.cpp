// SPDX-License-Identifier: MIT
#include "people/why/holder.h"

#include <fcntl.h>

#include <algorithm>
#include <unordered_set>

#include "sys/directory.h"
#include "sys/fd.h"

namespace hf::people {

namespace {

// The process, and all above it.
std::unordered_set<pid_t> line_of(const Process& process, const Processes& processes) {
    std::unordered_set<pid_t> line;
    const Process* each = &process;
    while (each != nullptr && line.insert(each->pid).second) each = processes.find(each->parent);
    return line;
}

std::string service_of(const std::string& folder, const std::unordered_set<pid_t>& line) {
    sys::Fd there = sys::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
    if (!there) return "";
    for (const std::string& name : sys::names_in(there).value_or(std::vector<std::string>{})) {
        if (name.starts_with('.')) continue;
        std::string path = folder + "/" + name;
        if (line.contains(look_at(name, path).pid())) return name;
        if (line.contains(look_at(name, path + "/log").pid())) return name + "/log";
    }
    return "";
}

// Every start begins a session, which has the number of its first process.
bool is_of_an_earlier_start(const Subject& subject, const Process& process) {
    return std::any_of(subject.notes.begin(), subject.notes.end(), [&](const format::Note& note) {
        return note.kind == format::Note::Kind::started &&
               static_cast<pid_t>(note.pid) == process.session;
    });
}

// Where the shell of a run script was that it came from; empty if that is not known.
std::string origin_of(pid_t pid) {
    for (const std::string& each : environment_of(pid)) {
        if (each.starts_with("PWD=")) return each.substr(4);
    }
    return "";
}

// It left its session, and nobody waits for it: what a program does that becomes a daemon. Many
// also leave their directory.
bool is_daemon_of(const Subject& subject, const Process& process) {
    bool adopted = process.parent == 1 || process.parent == subject.supervisor();
    return adopted && (directory_of(process.pid) == subject.path ||
                       same_file(origin_of(process.pid), subject.path));
}

}  // namespace

Holder holder_of(const Subject& subject, const Process& process, const Processes& processes) {
    Holder holder{service_of(subject.folder, line_of(process, processes))};
    holder.left_over = holder.service.empty() &&
                       (is_of_an_earlier_start(subject, process) || is_daemon_of(subject, process));
    return holder;
}

std::string stay_in_front(const Launch& launch) {
    if (launch.background)
        return "in run, write exec before the command and take the & off its end";
    if (!launch.exec) return "write exec in front of the last command of run";
    return "tell the program to stay in the foreground (often -f, -D, -n, --foreground or "
           "--no-daemon), or start it through fghack";
}

}  // namespace hf::people
