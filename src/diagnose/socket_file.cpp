// SPDX-License-Identifier: MIT
// An address in use that is no port but a file: of a server that is gone, or of one that has it.
#include <algorithm>

#include "diagnose/crash.h"
#include "diagnose/port_owner.h"
#include "inspect/socket_files.h"
#include "sys/directory.h"
#include "sys/fd.h"
#include "text/words.h"

#include <fcntl.h>

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

void add_sockets_in(const std::string& directory, std::vector<std::string>& found) {
    sys::Fd opened = sys::open(directory.c_str(), O_RDONLY | O_DIRECTORY);
    if (!opened) return;
    for (const std::string& name : sys::names_in(opened).value_or(std::vector<std::string>{}))
        found.push_back(directory + "/" + name);
}

// "unix:/run/app.sock", "--socket=app.sock".
std::string path_in(const std::string& word) {
    size_t slash = word.find('/');
    if (slash != std::string::npos && slash > 0 && word[slash - 1] != '.')
        return word.substr(slash);
    return word.substr(word.rfind('=') + 1);
}

// Python and others do not say which address is in use: then what the command names, and where
// that is no port either, what lies where the service works.
std::vector<std::string> sockets_of(const Crash& crash) {
    const Subject& subject = crash.subject;
    std::vector<std::string> found;
    bool names_port = subject.port != 0;
    for (const LogLine& line : crash.last_lines) {
        if (symptom_of(line.text) != Symptom::port_taken) continue;
        if (port_named_in(line.text) != 0) names_port = true;
        for (const std::string& name : files_named_in(line.text))
            found.push_back(subject.resolved(name));
    }
    if (subject.launch) {
        for (const Word& word : subject.launch->words) {
            if (word.known) found.push_back(subject.resolved(path_in(word.text)));
        }
    }
    if (!names_port) {
        add_sockets_in(subject.working_directory(), found);
        add_sockets_in("/run/" + subject.name, found);
    }
    std::erase_if(found, [](const std::string& path) { return !is_socket_file(path); });
    return found;
}

void add_stale(const Crash& crash, const std::string& path, Findings& findings) {
    std::string file = shell_word(path);
    Finding& finding = findings.add(
        Cause::socket_stale, "the socket " + path +
                                 " was left by a server that is gone: nobody listens there, and no "
                                 "server can bind to it while the file is there");
    add_evidence(crash, finding);
    finding.because("/proc/net/unix has no socket of that name, and connecting to it is refused")
        .remedy("mv " + file + " " + shell_word(path + ".old") + "   # once")
        .remedy("and for each start, in run before the program: if [ -S " + file + " ]; then rm " +
                file + "; fi");
}

// False where it is not known who has it, or it is the service itself by now.
bool add_taken(const Crash& crash, const std::string& path, std::uint64_t inode,
               Findings& findings) {
    const Subject& subject = crash.subject;
    const Processes processes;
    const Process* owner = owner_of_socket(inode, processes);
    if (owner == nullptr) return false;
    auto own = processes.tree(subject.view.pid());
    if (std::find(own.begin(), own.end(), owner) != own.end()) return false;
    PortOwner port_owner = port_owner_of(subject, *owner, processes);
    std::string who = owner->name + " (pid " + std::to_string(owner->pid) + ")";
    if (port_owner.left_over) who += ", which is left over from an earlier start of this service";
    if (!port_owner.service.empty()) who = "the service " + port_owner.service + ": " + who;
    Finding& finding = findings.add(Cause::port_taken,
                                    "the socket " + path + ", which it wants, is taken by " + who);
    add_evidence(crash, finding);
    if (port_owner.left_over)
        add_copy_remedies(subject, owner->pid, finding);
    else
        finding.remedy(
            "give this service another socket, or stop that one; who started it? "
            "ps -o pid,ppid,user,lstart,args -p " +
            std::to_string(owner->pid));
    return true;
}

}  // namespace

bool check_socket_file(const Crash& crash, Findings& findings) {
    if (line_with(crash, Symptom::port_taken) == nullptr) return false;
    for (const std::string& path : sockets_of(crash)) {
        auto inode = socket_at(path);
        if (inode && add_taken(crash, path, *inode, findings)) return true;
        if (inode || !refuses(path)) continue;
        add_stale(crash, path, findings);
        return true;
    }
    return false;
}

}  // namespace hf::diagnose
