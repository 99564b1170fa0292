// SPDX-License-Identifier: MIT
// Up, and yet it cannot be reached: on which ports does it listen, does it take connections, does
// it answer?
#include <algorithm>
#include <array>
#include <cerrno>

#include "diagnose/chain.h"
#include "diagnose/remedy.h"
#include "inspect/probe.h"
#include "inspect/server.h"
#include "text/error_text.h"
#include "text/runtimes.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

constexpr std::chrono::milliseconds timeout(1000);

std::string places(const std::vector<Listener>& listeners) {
    std::string text;
    for (const Listener& each : listeners) text += (text.empty() ? "" : ", ") + address_text(each);
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

bool is_image(const Subject& subject) {
    const auto& launch = subject.launch;
    return launch && std::any_of(launch->words.begin(), launch->words.end(),
                                 [](const Word& word) { return word.text.ends_with(".image"); });
}

void add_image_remedy(const Subject& subject, Finding& finding) {
    if (is_image(subject))
        finding.remedy(
            "was the image saved with its web server running? does it show a "
            "dialog in a window that nobody sees?");
}

// An image is meant to serve; of other programs that is not known.
void check_silence(const Subject& subject, const Server& server, Findings& findings) {
    if (!server.own.empty() || !server.own_udp.empty() || server.hidden) return;
    constexpr std::chrono::seconds begin(3);  // an image may take so long to open its port
    if (!is_image(subject) || subject.view.age < begin) {
        findings.add(Cause::listens_on_nothing,
                     "it listens on no TCP port: fine unless it should be a server");
        return;
    }
    Finding& finding = findings.add(
        Cause::not_listening, "it is up, but listens on no port: no client can connect to it");
    add_threads(server.tree, finding);
    add_image_remedy(subject, finding);
    add_log_remedy(subject, "what has it said?", finding);
}

// The port is that of a server which it uses.
bool is_client(const Subject& subject, const Server& server) {
    if (subject.port_was_asked) return false;
    return std::any_of(server.tree.begin(), server.tree.end(), [&](const Process* each) {
        return is_client_of(descriptors_of(each->pid).sockets, subject.port);
    });
}

void check_absence(const Subject& subject, const Server& server, Findings& findings) {
    const std::vector<Listener>& own = server.own;
    std::string port = std::to_string(subject.port);
    if (subject.port == 0) return check_silence(subject, server, findings);
    if (is_client(subject, server)) return;
    if (!at_port(server.own_udp, subject.port).empty()) return;
    if (!own.empty()) {
        findings
            .add(Cause::wrong_port,
                 "it does not listen on port " + port + ", but elsewhere: " + places(own))
            .remedy("use that one, or set the port in its configuration or in run");
        return;
    }
    check_port(subject, findings);
    if (findings.cause() != nullptr) return;
    Finding& finding = findings.add(
        Cause::not_listening, server.hidden ? "it is up, but nothing listens on port " + port
                                            : "it is up, but listens on nothing: port " + port +
                                                  " was expected, and no client can connect");
    add_threads(server.tree, finding);
    add_image_remedy(subject, finding);
    add_log_remedy(subject, "what has it said?", finding);
}

// The source of what an interpreter executes names what serves pages with it.
bool has_web_source(const Subject& subject) {
    constexpr std::array<std::string_view, 19> names{"http.createServer",
                                                     "require(\"http\")",
                                                     "require('http')",
                                                     "node:http",
                                                     "from 'http'",
                                                     "from \"http\"",
                                                     "express",
                                                     "fastify",
                                                     "http.server",
                                                     "flask",
                                                     "django",
                                                     "aiohttp",
                                                     "tornado",
                                                     "bottle",
                                                     "fastapi",
                                                     "wsgi",
                                                     "webrick",
                                                     "sinatra",
                                                     "HTTPServer"};
    constexpr size_t enough = 3;  // the file stands after some options at most
    const auto& words = subject.launch->words;
    for (size_t i = 1; i < std::min(words.size(), 1 + enough); ++i) {
        if (!words[i].known || words[i].text.starts_with('-')) continue;
        return has_one_of(contents(subject.resolved(words[i].text)), names);
    }
    return false;
}

// The names of the files in a jar stand there as they are.
bool has_web_jar(const Subject& subject) {
    constexpr std::array<std::string_view, 13> names{"springframework/boot",
                                                     "springframework/web",
                                                     "javax/servlet",
                                                     "jakarta/servlet",
                                                     "WEB-INF/",
                                                     "eclipse/jetty",
                                                     "tomcat",
                                                     "undertow",
                                                     "vertx/ext/web",
                                                     "codec/http",
                                                     "quarkus",
                                                     "micronaut/http",
                                                     "io/ktor/server"};
    const auto& words = subject.launch->words;
    for (size_t i = 1; i < words.size(); ++i) {
        if (words[i - 1].text != "-jar" || !words[i].known) continue;
        return has_one_of(contents(subject.resolved(words[i].text)), names);
    }
    return false;
}

// What an interpreter executes: as `add --like` makes it, or by its source.
bool is_web_application(const Subject& subject) {
    const auto& words = subject.launch->words;
    const Runtime* runtime = words.empty() ? nullptr : runtime_of_program(words[0].text);
    if (runtime == nullptr) return false;
    bool has_port = subject.script.variables.contains("PORT");
    if (runtime->name == "java") return has_web_jar(subject);
    for (const char* setting : {"NODE_ENV", "RACK_ENV"}) {
        if (has_port && subject.script.variables.contains(setting)) return true;
    }
    return has_web_source(subject);
}

// No HTTP to what is not known to speak it: other servers take it for an attack, and log it.
bool speaks_http(const Subject& subject) {
    constexpr std::array<std::string_view, 19> web{
        "nginx",   "apache2",   "lighttpd", "caddy",     "squeak", "pharo",  "gunicorn",
        "uvicorn", "hypercorn", "puma",     "unicorn",   "thin",   "rackup", "rails",
        "tomcat",  "jetty",     "webfs",    "darkhttpd", "uwsgi"};
    if (!subject.launch) return false;
    for (const Word& word : subject.launch->words) {
        std::string_view text = word.text;
        std::string_view name = text.substr(text.rfind('/') + 1);
        if (text.find("http") != std::string_view::npos ||
            text.find("wsgi") != std::string_view::npos)
            return true;
        for (std::string_view each : web) {
            if (name.starts_with(each)) return true;
        }
    }
    bool usual = subject.port == 80 || subject.port == 8080 || subject.port == 8000;
    return usual || is_image(subject) || is_web_application(subject);
}

std::string refusal_words(int error) {
    return error == 0 ? "" : std::string(error_text(error));
}

// It listens, and yet what this machine itself sends does not arrive.
void add_unreached(const Listener& listener, const Probed& probed, Findings& findings) {
    std::string place = address_text(listener);
    bool refused = probed.reply == Reply::refused;
    Finding& finding = findings.add(
        Cause::unreached,
        refused ? "it listens on " + place + ", but a connection from this machine was refused"
                : "it listens on " + place + ", but a connection from this machine got no answer");
    finding.because(refused ? "connecting failed at once: " + refusal_words(probed.error)
                            : "nothing came back for one second, and its queue has room: what "
                              "was sent did not arrive");
    if (!loopback_is_up()) {
        finding.because("the network interface of the machine itself, lo, is down")
            .remedy("ip link set lo up");
        return;
    }
    finding.remedy(
        "iptables -L INPUT -n -v; nft list ruleset   # which rule of the firewall is it?");
}

// True if nobody is answered there.
bool check_answer(const Subject& subject, const Listener& listener, const Probed& probed,
                  const Server& server, Findings& findings) {
    std::string place = address_text(listener);
    if (probed.reply == Reply::refused || probed.reply == Reply::unheard) {
        auto now = listeners();
        bool is_there = std::any_of(now.begin(), now.end(), [&](const Listener& each) {
            return each.inode == listener.inode;
        });
        if (is_there) add_unreached(listener, probed, findings);
        return is_there;
    }
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
    Finding& finding = findings.add(Cause::answers_error, "it answers " + line.substr(code + 1) +
                                                              ": look at the application's log");
    finding.because("asked for the page / on " + address_text(listener) + ", it said: " + line);
    add_log_remedy(subject, "what does it say of that?", finding);
}

bool serves_ipv4(const Listener& listener) {
    return !listener.ipv6 || (listener.address == "::" && !listener.ipv6_only);
}

std::string to_be_reached(const Subject& subject) {
    if (speaks_http(subject))
        return "fine behind a web server on this machine; else let it listen on 0.0.0.0 "
               "(everywhere)";
    return "fine if only programs on this machine use it; else let it listen on this machine's "
           "address in their network, with a password and a firewall, or reach it by ssh -L";
}

// Who asks for a port wants to be reached there. Else it may well be meant so: a web server on the
// same machine passes on to it what comes from outside.
void check_reach(const Subject& subject, const Server& server, Findings& findings) {
    bool asked = subject.port_was_asked;
    auto where = asked ? at_port(server.own, subject.port) : server.own;
    if (where.empty()) return;
    if (std::all_of(where.begin(), where.end(), is_loopback)) {
        findings
            .add(asked ? Cause::loopback_only : Cause::listens_locally,
                 "it listens only on " + places(where) +
                     ": this machine can reach it, and no other one")
            .remedy(to_be_reached(subject));
        return;
    }
    if (std::any_of(where.begin(), where.end(), serves_ipv4)) return;
    findings
        .add(asked ? Cause::ipv6_only : Cause::listens_ipv6,
             "it listens only for IPv6 (" + places(where) + "): clients that use IPv4 are refused")
        .remedy("let it listen on an IPv4 address, too");
}

}  // namespace

bool has_not_proved_itself(const Subject& subject) {
    constexpr std::chrono::seconds young(2);
    if (!is_image(subject) && subject.view.age >= young) return false;
    Processes processes;
    Server server = server_of(processes, subject.view.pid(), subject.port);
    return server.own.empty() && !server.hidden;
}

bool answers(const Subject& subject) {
    Processes processes;
    Server server = server_of(processes, subject.view.pid(), subject.port);
    auto own = subject.port != 0 ? at_port(server.own, subject.port) : server.own;
    auto probed = probe(own, speaks_http(subject) ? Question::http : Question::none, timeout);
    return !own.empty() && std::all_of(probed.begin(), probed.end(), [](const Probed& each) {
        return each.reply == Reply::answered;
    });
}

void check_listening(const Subject& subject, Findings& findings) {
    Processes processes;
    Server server = server_of(processes, subject.view.pid(), subject.port);
    if (at_port(server.own, subject.port).empty()) check_absence(subject, server, findings);
}

void add_places(const Subject& subject, Finding& finding) {
    Processes processes;
    const Server server = server_of(processes, subject.view.pid(), 0);
    if (!server.own.empty()) finding.because("it listens on " + places(server.own));
    if (!server.own_udp.empty())
        finding.because("it serves UDP, which no check sees, on " + places(server.own_udp));
}

void check_network(const Subject& subject, Findings& findings) {
    if (!subject.view.up()) return;
    Processes processes;
    Server server = server_of(processes, subject.view.pid(), subject.port);
    if (at_port(server.own, subject.port).empty()) check_absence(subject, server, findings);
    auto question = speaks_http(subject) ? Question::http : Question::none;
    auto probed = probe(server.own, question, timeout);
    for (size_t i = 0; i < probed.size(); ++i) {
        if (check_answer(subject, server.own[i], probed[i], server, findings)) return;
    }
    for (size_t i = 0; i < probed.size(); ++i)
        note_fault(subject, server.own[i], probed[i], findings);
    if (findings.cause() != nullptr) return;
    if (question == Question::none && !server.own.empty())
        findings.was_only_connected(places(server.own));
    check_reach(subject, server, findings);
}

}  // namespace hf::diagnose
