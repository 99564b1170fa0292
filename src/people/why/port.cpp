// SPDX-License-Identifier: MIT
// A port that another program has, or that this one may not have.
#include <sys/xattr.h>

#include <algorithm>
#include <cstdlib>

#include "people/look/program.h"
#include "people/look/sockets.h"
#include "people/look/words.h"
#include "people/why/chain.h"
#include "people/why/holder.h"
#include "people/why/story.h"

namespace hf::people {

namespace {

// Null where nobody is seen to have it: it is another user's, and only root may look.
const Process* owner_of(const Listener& listener, const Processes& processes) {
    for (const auto& [pid, each] : processes.all()) {
        auto sockets = descriptors_of(pid).sockets;
        if (std::find(sockets.begin(), sockets.end(), listener.inode) != sockets.end())
            return &each;
    }
    return nullptr;
}

void add_remedies(const Subject& subject, const Process& owner, const Holder& holder,
                  Finding& finding) {
    std::string pid = std::to_string(owner.pid);
    if (holder.left_over) {
        finding.remedy("kill " + pid + "   # the copy that nobody looks after");
        if (subject.launch)
            finding.remedy(stay_in_front(*subject.launch) + "; else the next copy does the same");
    } else if (!holder.service.empty()) {
        Subject other;
        other.name = holder.service;
        other.folder = subject.folder;
        other.by_name = true;
        finding.remedy(command_for(other, "stop") + "   # or give this service another port");
    } else {
        finding.remedy("stop that one (kill " + pid + "), or give this service another port");
    }
}

void add_taken(const Subject& subject, const Listener& listener, const Process* owner,
               const Processes& processes, Findings& findings) {
    std::string taken = "port " + std::to_string(listener.port) + ", which it wants, is taken by ";
    if (owner == nullptr) {
        findings.add(Cause::port_taken, taken + "a program that only root may see")
            .because("it listens on " + place_of(listener))
            .remedy("sudo " + command_for(subject, "why"));
        return;
    }
    std::string who = owner->name + " (pid " + std::to_string(owner->pid) + ", user " +
                      name_of_user(user_of(owner->pid).value_or(0)) + ")";
    Holder holder = holder_of(subject, *owner, processes);
    if (holder.left_over) who += ", which is left over from an earlier start of this service";
    if (!holder.service.empty()) who = "the service " + holder.service + ": " + who;
    auto words = arguments_of(owner->pid);
    Finding& finding = findings.add(Cause::port_taken, taken + who);
    finding.because(owner->name + " listens on " + place_of(listener))
        .because("its command: " + (words.empty() ? program_of(owner->pid) : joined(words)));
    add_remedies(subject, *owner, holder, finding);
}

// Who may not see whether the service runs cannot tell its own port from one that is taken.
void note_hidden(const Subject& subject, const Listener& listener, Findings& findings) {
    findings
        .add(Cause::hidden,
             "you may not see whether it runs, and so not whether it is itself that "
             "listens on port " +
                 std::to_string(listener.port))
        .because("you may not look into " + subject.path + "/supervise")
        .remedy("sudo " + command_for(subject, "check"));
}

// Rights that the file gives to whoever executes it, as setcap(8) does: one of them may be this.
bool gives_rights(const std::string& program) {
    return ::getxattr(program.c_str(), "security.capability", nullptr, 0) > 0;
}

bool may_have_rights(const std::string& program) {
    if (program.empty() || gives_rights(program)) return true;
    auto script = executable(program);
    if (!script || script->format != Format::script) return false;
    Script first = parse_script(script->first_line);
    return first.interpreter.ends_with("/env") || gives_rights(first.interpreter);
}

}  // namespace

unsigned first_open_port() {
    std::string text = contents("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    constexpr unsigned usual = 1024;
    return text.empty() ? usual : static_cast<unsigned>(std::strtoul(text.c_str(), nullptr, 10));
}

Finding& add_privileged_port(const Subject& subject, unsigned port, Findings& findings) {
    Finding& finding = findings.add(
        Cause::port_privileged,
        "only root may listen on a port below " + std::to_string(first_open_port()) +
            (port != 0 ? ", and it wants port " + std::to_string(port) : std::string()));
    if (subject.person) finding.because("it runs as " + subject.person->name);
    finding.remedy("let it listen on 8080 or the like, behind a web server")
        .remedy("setcap cap_net_bind_service=+ep " + shell_word(subject.program()) +
                "   # or let this program do it");
    return finding;
}

bool look_at_right_to_port(const Subject& subject, Findings& findings) {
    const auto& launch = subject.launch;
    if (!launch || !launch->user || !subject.person || subject.person->account.user == 0)
        return false;
    if (subject.port == 0 || subject.port >= first_open_port()) return false;
    if (may_have_rights(subject.program())) return false;
    add_privileged_port(subject, subject.port, findings).at(subject.run_line(launch->line));
    return true;
}

bool look_at_port(const Subject& subject, std::uint16_t port, Findings& findings) {
    if (port == 0) return false;
    auto takers = listeners();
    auto of_udp = udp_listeners();
    takers.insert(takers.end(), of_udp.begin(), of_udp.end());
    std::erase_if(takers, [&](const Listener& each) { return each.port != port; });
    if (takers.empty()) return false;
    if (!subject.seen.readable && !subject.seen.supervised) {
        note_hidden(subject, takers[0], findings);
        return true;
    }
    Processes processes;
    auto own = processes.tree(subject.seen.pid());
    for (const Listener& each : takers) {
        const Process* owner = owner_of(each, processes);
        if (owner == nullptr && subject.seen.up()) continue;
        if (std::find(own.begin(), own.end(), owner) != own.end()) continue;
        add_taken(subject, each, owner, processes, findings);
        return true;
    }
    return false;
}

void look_at_port(const Subject& subject, Findings& findings) {
    if (!look_at_right_to_port(subject, findings)) look_at_port(subject, subject.port, findings);
}

}  // namespace hf::people
