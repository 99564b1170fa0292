// SPDX-License-Identifier: MIT
// A port that another program has.
#include <algorithm>

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

}  // namespace

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
    look_at_port(subject, subject.port, findings);
}

}  // namespace hf::people
