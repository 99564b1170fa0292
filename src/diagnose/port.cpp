// SPDX-License-Identifier: MIT
// A port that another program has, or that this one may not have.
#include <sys/xattr.h>

#include <algorithm>
#include <cstdlib>

#include "diagnose/chain.h"
#include "diagnose/crash.h"
#include "diagnose/port_owner.h"
#include "inspect/program.h"
#include "inspect/sockets.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

void add_remedies(const Subject& subject, const Process& owner, const PortOwner& port_owner,
                  Finding& finding) {
    std::string pid = std::to_string(owner.pid);
    if (port_owner.left_over) {
        add_copy_remedies(subject, owner.pid, finding);
    } else if (!port_owner.service.empty()) {
        Subject other;
        other.name = port_owner.service;
        other.scan_dir = subject.scan_dir;
        other.by_name = true;
        finding.remedy(command_for(other, "stop") + "   # or give this service another port");
    } else {
        std::string unit = unit_of(owner.pid);
        finding.remedy("give this service another port, or stop that one; " +
                       (unit.empty() ? "who started it? ps -o pid,ppid,user,lstart,args -p " + pid
                                     : "systemctl disable --now " + shell_word(unit)));
    }
}

void add_taken(const Subject& subject, const Listener& listener, const Process* owner,
               const Processes& processes, Findings& findings) {
    bool is_wanted = subject.port == listener.port;
    std::string taken = "port " + std::to_string(listener.port) +
                        (is_wanted ? ", which it wants, is taken by " : " is taken by ");
    if (owner == nullptr) {
        findings.add(Cause::port_taken, taken + "a program that only root may see")
            .because("it listens on " + address_text(listener))
            .remedy("sudo " + command_for(subject, "why"));
        return;
    }
    std::string who = owner->name + " (pid " + std::to_string(owner->pid) + ", user " +
                      name_of_user(user_of(owner->pid).value_or(0)) + ")";
    PortOwner port_owner = port_owner_of(subject, *owner, processes);
    if (port_owner.left_over) who += ", which is left over from an earlier start of this service";
    if (!port_owner.service.empty()) who = "the service " + port_owner.service + ": " + who;
    auto words = arguments_of(owner->pid);
    Finding& finding = findings.add(Cause::port_taken, taken + who);
    finding.because(owner->name + " listens on " + address_text(listener))
        .because("its command: " + (words.empty() ? program_of(owner->pid) : joined(words)));
    add_remedies(subject, *owner, port_owner, finding);
}

// It was restarted since it was looked at.
bool is_its_next_process(const Subject& subject, const Process& owner, const Processes& processes) {
    const std::string service = port_owner_of(subject, owner, processes).service;
    return !service.empty() && subject.entry == subject.scan_dir + "/" + service;
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
    if (subject.user) finding.because("it runs as " + subject.user->name);
    finding.remedy("let it listen on 8080 or the like, behind a web server");
    if (!subject.user) return finding;
    std::string who = shell_word(subject.user->name);
    finding.remedy("or give this service alone that right, in run, in place of setuidgid " + who +
                   ": setpriv --reuid=" + who +
                   " --regid=" + std::to_string(subject.user->account.group) +
                   " --init-groups --inh-caps=+net_bind_service "
                   "--ambient-caps=+net_bind_service");
    return finding;
}

bool check_right_to_port(const Subject& subject, Findings& findings) {
    const auto& launch = subject.launch;
    if (!launch || !launch->user || !subject.user || subject.user->account.user == 0) return false;
    if (subject.port == 0 || subject.port >= first_open_port()) return false;
    if (launch->may_bind || may_have_rights(subject.program())) return false;
    add_privileged_port(subject, subject.port, findings).at(subject.run_line(launch->line));
    return true;
}

bool check_port(const Subject& subject, std::uint16_t port, Findings& findings) {
    if (port == 0) return false;
    auto takers = listeners();
    auto of_udp = udp_listeners();
    takers.insert(takers.end(), of_udp.begin(), of_udp.end());
    std::erase_if(takers, [&](const Listener& each) { return each.port != port; });
    if (takers.empty()) return false;
    if (!subject.view.readable && !subject.view.supervised) {
        note_hidden(subject, takers[0], findings);
        return true;
    }
    Processes processes;
    auto own = processes.tree(subject.view.pid());
    for (const Listener& each : takers) {
        const Process* owner = owner_of_socket(each.inode, processes);
        if (owner == nullptr && subject.view.up()) continue;
        if (std::find(own.begin(), own.end(), owner) != own.end()) continue;
        if (owner != nullptr && is_its_next_process(subject, *owner, processes)) continue;
        add_taken(subject, each, owner, processes, findings);
        return true;
    }
    return false;
}

void lead_with_copy(const Subject& subject, Findings& findings) {
    if (findings.has(Cause::background) || findings.has(Cause::port_taken)) return;
    const Processes processes;
    const Process* copy = copy_left_behind(subject, processes);
    if (copy == nullptr) return;
    auto own = descriptors_of(copy->pid).sockets;
    for (const Listener& each : listeners()) {
        if (std::find(own.begin(), own.end(), each.inode) == own.end()) continue;
        if (subject.port != 0 && subject.port != each.port) continue;
        Findings first;
        add_taken(subject, each, copy, processes, first);
        return findings.lead_with(first.all()[0]);
    }
}

void check_port(const Subject& subject, Findings& findings) {
    if (!check_right_to_port(subject, findings)) check_port(subject, subject.port, findings);
}

}  // namespace hf::diagnose
