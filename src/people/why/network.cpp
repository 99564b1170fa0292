// SPDX-License-Identifier: MIT
// Up, and yet it cannot be reached: on which ports does it listen, does it take connections, does
// it answer?
#include <algorithm>
#include <array>

#include "people/look/probe.h"
#include "people/look/server.h"
#include "people/look/words.h"
#include "people/why/chain.h"

namespace hf::people {

namespace {

constexpr std::chrono::milliseconds patience(1000);

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

void look_at_absence(const Subject& subject, const Server& server, Findings& findings) {
    const std::vector<Listener>& own = server.own;
    std::string port = std::to_string(subject.port);
    if (subject.port == 0) {
        if (own.empty() && server.own_udp.empty() && !server.hidden)
            findings.add(Cause::listens_on_nothing,
                         "it listens on no TCP port; for what is no "
                         "server, that is as it should be");
        return;
    }
    if (!at_port(server.own_udp, subject.port).empty()) return;
    if (!own.empty()) {
        findings
            .add(Cause::wrong_port,
                 "it does not listen on port " + port + ", but elsewhere: " + places(own))
            .remedy("use that one, or set the port in its configuration or in run");
        return;
    }
    look_at_port(subject, findings);
    if (findings.cause() != nullptr) return;
    Finding& finding = findings.add(
        Cause::not_listening, server.hidden ? "it is up, but nobody listens on port " + port
                                            : "it is up, but listens on nothing: port " + port +
                                                  " was expected, and nobody can connect");
    add_threads(server.tree, finding);
    if (subject.launch && !subject.launch->words.empty()) {
        for (const Word& word : subject.launch->words) {
            if (word.text.ends_with(".image"))
                finding.remedy(
                    "was the image saved with its web server running? does it show a "
                    "dialog in a window that nobody sees?");
        }
    }
    if (subject.seen.has_log)
        finding.remedy(command_for(subject, "logs -n 50") + "   # what has it said?");
    else
        finding.remedy("its words are not kept: make " + shell_word(subject.file("log/run")) +
                       " with multilog, or read what svscan prints");
}

// True if nobody is answered there.
bool look_at_answer(const Subject& subject, const Listener& listener, const Probed& probed,
                    const Server& server, Findings& findings) {
    std::string place = place_of(listener);
    if (probed.reply == Reply::unaccepted) {
        Finding& finding =
            findings.add(Cause::not_accepting, "it listens on " + place +
                                                   ", but does not take the connections "
                                                   "that come");
        finding.because("a connection was made, and still waits after one second to be accepted");
        add_threads(server.tree, finding);
        finding.remedy(command_for(subject, "restart"));
        return true;
    }
    if (probed.reply != Reply::silent || subject.port != listener.port) return false;
    Finding& finding = findings.add(Cause::not_answering,
                                    "it takes connections on " + place + ", but does not answer");
    finding.because("asked for the page /, as a browser does, it said nothing for one second");
    add_threads(server.tree, finding);
    finding.remedy(command_for(subject, "restart"));
    return true;
}

// "HTTP/1.1 503 Service Unavailable": it answers, that it has a fault.
void note_fault(const Subject& subject, const Listener& listener, const Probed& probed,
                Findings& findings) {
    const std::string& line = probed.first_line;
    size_t code = line.starts_with("HTTP/") ? line.find(' ') : std::string::npos;
    bool is_fault = code != std::string::npos && line.compare(code, 2, " 5") == 0;
    bool of_version = is_fault && line.compare(code, 4, " 505") == 0;  // only of our old HTTP
    if (!is_fault || of_version) return;
    Finding& finding =
        findings.add(Cause::answers_error, "it answered " + line.substr(code + 1) +
                                               ": the server runs, and has a fault inside");
    finding.because("asked for the page / on " + place_of(listener) + ", it said: " + line);
    if (subject.seen.has_log)
        finding.remedy(command_for(subject, "logs -n 50") + "   # what does it say of that?");
}

bool serves_ipv4(const Listener& listener) {
    return !listener.ipv6 || (listener.address == "::" && !listener.ipv6_only);
}

// Who asks for a port wants to be reached there. Else it may well be meant so: a web server on the
// same machine passes on to it what comes from outside.
void look_at_reach(const Subject& subject, const Server& server, Findings& findings) {
    bool asked = subject.port_was_asked;
    auto where = asked ? at_port(server.own, subject.port) : server.own;
    if (where.empty()) return;
    if (std::all_of(where.begin(), where.end(), is_loopback)) {
        findings
            .add(asked ? Cause::loopback_only : Cause::listens_locally,
                 "it listens only on " + places(where) +
                     ": this machine can reach it, and no other one")
            .remedy(asked ? "let it listen on 0.0.0.0 (everywhere), or reach it through a web "
                            "server on this machine"
                          : "nothing, if it is behind a web server on this machine; else let it "
                            "listen on 0.0.0.0 (everywhere)");
        return;
    }
    if (std::any_of(where.begin(), where.end(), serves_ipv4)) return;
    findings
        .add(asked ? Cause::ipv6_only : Cause::listens_ipv6,
             "it listens only for IPv6 (" + places(where) + "): who comes by IPv4 is refused")
        .remedy("let it listen on 0.0.0.0, too");
}

}  // namespace

void look_at_network(const Subject& subject, Findings& findings) {
    if (!subject.seen.up()) return;
    Processes processes;
    Server server = server_of(processes, subject.seen.pid(), subject.port);
    if (at_port(server.own, subject.port).empty()) look_at_absence(subject, server, findings);
    auto probed = probe(server.own, patience);
    for (size_t i = 0; i < probed.size(); ++i) {
        if (look_at_answer(subject, server.own[i], probed[i], server, findings)) return;
    }
    for (size_t i = 0; i < probed.size(); ++i)
        note_fault(subject, server.own[i], probed[i], findings);
    if (findings.cause() == nullptr) look_at_reach(subject, server, findings);
}

}  // namespace hf::people
