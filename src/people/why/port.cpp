// SPDX-License-Identifier: MIT
// A port that another program has.
#include <algorithm>

#include "people/look/sockets.h"
#include "people/look/words.h"
#include "people/why/chain.h"
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

void add_taken(const Subject& subject, const Listener& listener, const Process* owner,
               Findings& findings) {
    std::string port = "port " + std::to_string(listener.port) + ", which it wants, is taken by ";
    if (owner == nullptr) {
        findings.add(Cause::port_taken, port + "a program that only root may see")
            .because("it listens on " + place_of(listener))
            .remedy("sudo " + command_for(subject, "why"));
        return;
    }
    std::string pid = std::to_string(owner->pid);
    auto words = arguments_of(owner->pid);
    findings
        .add(Cause::port_taken, port + owner->name + " (pid " + pid + ", user " +
                                    name_of_user(user_of(owner->pid).value_or(0)) + ")")
        .because(owner->name + " listens on " + place_of(listener))
        .because("its command: " + (words.empty() ? program_of(owner->pid) : joined(words)))
        .remedy("stop that one (kill " + pid + "), or give this service another port");
}

}  // namespace

bool look_at_port(const Subject& subject, std::uint16_t port, Findings& findings) {
    if (port == 0) return false;
    auto takers = listeners();
    auto of_udp = udp_listeners();
    takers.insert(takers.end(), of_udp.begin(), of_udp.end());
    std::erase_if(takers, [&](const Listener& each) { return each.port != port; });
    if (takers.empty()) return false;
    Processes processes;
    auto own = processes.tree(subject.seen.pid());
    for (const Listener& each : takers) {
        const Process* owner = owner_of(each, processes);
        if (owner == nullptr && subject.seen.up()) continue;
        if (std::find(own.begin(), own.end(), owner) != own.end()) continue;
        add_taken(subject, each, owner, findings);
        return true;
    }
    return false;
}

void look_at_port(const Subject& subject, Findings& findings) {
    look_at_port(subject, subject.port, findings);
}

}  // namespace hf::people
