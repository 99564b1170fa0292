// SPDX-License-Identifier: MIT
// Up, and yet it cannot be reached: on which ports does it listen, does it take connections, does
// it answer?
#include <algorithm>
#include <array>
#include <iterator>

#include "people/look/probe.h"
#include "people/look/sockets.h"
#include "people/look/words.h"
#include "people/why/chain.h"

namespace hf::people {

namespace {

constexpr std::chrono::milliseconds patience(1000);

std::vector<Listener> listeners_of(const std::vector<const Process*>& tree) {
    std::vector<std::uint64_t> sockets;
    for (const Process* each : tree) {
        auto own = descriptors_of(each->pid).sockets;
        sockets.insert(sockets.end(), own.begin(), own.end());
    }
    std::vector<Listener> result;
    for (Listener& each : listeners()) {
        if (std::find(sockets.begin(), sockets.end(), each.inode) != sockets.end())
            result.push_back(std::move(each));
    }
    return result;
}

std::string places(const std::vector<Listener>& listeners) {
    std::string text;
    for (const Listener& each : listeners) text += (text.empty() ? "" : ", ") + place_of(each);
    return text;
}

std::string thread_words(const Thread& thread) {
    struct Meaning {
        std::string_view part;
        const char* words;
    };
    constexpr std::array meanings{
        Meaning{"futex", "waits for a lock or another thread"},
        Meaning{"poll", "waits for input, as an idle server does"},
        Meaning{"select", "waits for input, as an idle server does"},
        Meaning{"accept", "waits for a connection"},
        Meaning{"nanosleep", "sleeps for a time"},
        Meaning{"pipe", "waits at a pipe"},
        Meaning{"wait", "waits"},
        Meaning{"tcp", "waits at a network connection"},
        Meaning{"unix", "waits at a local connection"},
    };
    if (thread.state == 'R') return "computes";
    for (const Meaning& each : meanings) {
        if (thread.waits_in.find(each.part) != std::string::npos)
            return std::string(each.words) + " (" + thread.waits_in + ")";
    }
    return thread.waits_in.empty() ? "waits" : "waits (" + thread.waits_in + ")";
}

void add_threads(const std::vector<const Process*>& tree, Finding& finding) {
    constexpr size_t enough = 8;
    size_t said = 0;
    for (const Process* each : tree) {
        for (const Thread& thread : threads_of(each->pid)) {
            if (++said > enough) return;
            finding.because("thread " + std::to_string(thread.id) + " of " + each->name + " " +
                            thread_words(thread));
        }
    }
}

void look_at_absence(const Subject& subject, const std::vector<Listener>& own,
                     const std::vector<const Process*>& tree, Findings& findings) {
    std::string port = std::to_string(subject.port);
    if (subject.port == 0) {
        if (own.empty())
            findings.add(Cause::listens_on_nothing,
                         "it listens on no TCP port; for what is no "
                         "server, that is as it should be");
        return;
    }
    if (!own.empty()) {
        findings
            .add(Cause::wrong_port,
                 "it does not listen on port " + port + ", but elsewhere: " + places(own))
            .remedy("use that one, or set the port in its configuration or in run");
        return;
    }
    look_at_port(subject, findings);
    if (findings.has(Cause::port_taken)) return;
    Finding& finding =
        findings.add(Cause::not_listening, "it is up, but listens on nothing: port " + port +
                                               " was expected, and nobody can connect");
    add_threads(tree, finding);
    if (subject.launch && !subject.launch->words.empty()) {
        for (const Word& word : subject.launch->words) {
            if (word.text.ends_with(".image"))
                finding.remedy(
                    "was the image saved with its web server running? does it show a "
                    "dialog in a window that nobody sees?");
        }
    }
    finding.remedy(command_for(subject, "logs -n 50") + "   # what has it said?");
}

// True if nobody is answered there.
bool look_at_answer(const Subject& subject, const Listener& listener,
                    const std::vector<const Process*>& tree, Findings& findings) {
    Probed probed = probe(listener, patience);
    std::string place = place_of(listener);
    if (probed.reply == Reply::unaccepted) {
        Finding& finding =
            findings.add(Cause::not_accepting, "it listens on " + place +
                                                   ", but does not take the connections "
                                                   "that come");
        finding.because("a connection was made, and still waits after one second to be accepted");
        add_threads(tree, finding);
        finding.remedy(command_for(subject, "restart"));
        return true;
    }
    if (probed.reply != Reply::silent || subject.port != listener.port) return false;
    Finding& finding = findings.add(Cause::not_answering,
                                    "it takes connections on " + place + ", but does not answer");
    finding.because("asked for the page /, as a browser does, it said nothing for one second");
    add_threads(tree, finding);
    finding.remedy(command_for(subject, "restart"));
    return true;
}

void look_at_reach(const Subject& subject, const std::vector<Listener>& on_port,
                   Findings& findings) {
    if (!subject.port_was_asked) return;
    bool all_loopback = std::all_of(on_port.begin(), on_port.end(), is_loopback);
    bool four = std::any_of(on_port.begin(), on_port.end(), [](const Listener& each) {
        return !each.ipv6 || (each.address == "::" && !each.ipv6_only);
    });
    if (all_loopback) {
        findings
            .add(Cause::loopback_only, "it listens only on " + places(on_port) +
                                           ": it answers this machine, and no other one")
            .remedy(
                "let it listen on 0.0.0.0 (everywhere), or reach it through a web server on "
                "this machine");
        return;
    }
    if (!four)
        findings
            .add(Cause::ipv6_only,
                 "it listens only for IPv6 (" + places(on_port) + "): who comes by IPv4 is refused")
            .remedy("let it listen on 0.0.0.0, too");
}

}  // namespace

void look_at_network(const Subject& subject, Findings& findings) {
    if (!subject.seen.up()) return;
    Processes processes;
    auto tree = processes.tree(subject.seen.pid());
    auto own = listeners_of(tree);
    std::vector<Listener> on_port;
    std::copy_if(own.begin(), own.end(), std::back_inserter(on_port),
                 [&](const Listener& each) { return each.port == subject.port; });
    if (on_port.empty()) look_at_absence(subject, own, tree, findings);
    for (const Listener& each : own) {
        if (look_at_answer(subject, each, tree, findings)) return;
    }
    if (!on_port.empty()) look_at_reach(subject, on_port, findings);
}

}  // namespace hf::people
