// SPDX-License-Identifier: MIT
// A service that starts, and ends again: how, and as far as its last words and the system tell,
// why.
#include <algorithm>
#include <csignal>

#include "people/look/kernel_log.h"
#include "people/look/sockets.h"
#include "people/look/words.h"
#include "people/why/chain.h"
#include "people/why/symptoms.h"
#include "sys/clock.h"

namespace hf::people {

namespace {

using Kind = core::Ending::Kind;

struct Story {
    const Subject& subject;
    core::Ending ending;
    std::vector<LogLine> last_words;
};

std::vector<LogLine> last_words_of(const Subject& subject) {
    constexpr std::uint64_t recent_seconds = 120;
    auto folder = log_folder_of(subject.path);
    if (!folder) return {};
    auto lines = last_lines(*folder + "/current", 12);
    auto now = format::tai64n(sys::wall_time()).seconds;
    std::erase_if(lines, [&](const LogLine& line) {
        return line.time && line.time->seconds + recent_seconds < now;
    });
    return lines;
}

void add_evidence(const Story& story, Finding& finding) {
    const Subject& subject = story.subject;
    if (const auto& record = subject.seen.record) {
        const core::Service& service = record->service;
        std::string text = "its last end: " + ending_words(story.ending);
        finding.because(
            text + (subject.seen.up() ? "" : ", " + duration_words(subject.seen.age) + " ago"));
        auto supervisor = process(static_cast<pid_t>(record->session.supervisor));
        if (supervisor && service.deaths > 1) {
            auto since =
                std::chrono::floor<std::chrono::seconds>(sys::boot_time() - supervisor->born);
            finding.because("it ended " + std::to_string(service.deaths) +
                            " times since svscan was "
                            "started " +
                            duration_words(since) +
                            " ago; it is started again each "
                            "time, at most once a second");
        }
    } else {
        finding.because("the original daemontools do not record how a process ended");
    }
    if (story.last_words.empty()) return;
    finding.because("the last lines of its log:");
    size_t first = story.last_words.size() > 5 ? story.last_words.size() - 5 : 0;
    for (size_t i = first; i < story.last_words.size(); ++i)
        finding.because("    " + story.last_words[i].text);
}

const LogLine* line_with(const Story& story, Symptom symptom) {
    for (auto line = story.last_words.rbegin(); line != story.last_words.rend(); ++line) {
        if (symptom_of(line->text) == symptom) return &*line;
    }
    return nullptr;
}

bool look_at_limits(const Story& story, Findings& findings) {
    const auto& launch = story.subject.launch;
    bool violent = story.ending.kind == Kind::signaled || story.ending.kind == Kind::dumped;
    bool says_memory = line_with(story, Symptom::no_memory) != nullptr;
    // A loader that finds no room for a library says so in the words of a missing one.
    bool says_library = line_with(story, Symptom::library_missing) != nullptr;
    if (launch && launch->memory && (says_memory || violent || says_library)) {
        Finding& finding =
            findings.add(Cause::memory_limit, "its memory limit is too small: softlimit gives it " +
                                                  size_words(*launch->memory));
        finding.at(story.subject.run_line(launch->line));
        add_evidence(story, finding);
        finding.remedy("give it more in that line, for example: softlimit -m " +
                       std::to_string(std::max<std::uint64_t>(*launch->memory * 2, 256U << 20U)));
        return true;
    }
    if (line_with(story, Symptom::no_descriptors) != nullptr) {
        std::string how_many = launch && launch->descriptors
                                   ? ": softlimit gives it " + std::to_string(*launch->descriptors)
                                   : "";
        Finding& finding =
            findings.add(Cause::descriptor_limit,
                         "it may not open enough files and connections at a time" + how_many);
        if (launch) finding.at(story.subject.run_line(launch->line));
        add_evidence(story, finding);
        finding.remedy("in run, before exec: ulimit -n 65536   (or softlimit -o 65536)");
        return true;
    }
    return false;
}

bool look_at_memory(const Story& story, Findings& findings) {
    if (story.ending.kind == Kind::signaled && story.ending.value == SIGKILL) {
        std::string line = last_memory_kill(story.subject.program());
        if (!line.empty()) {
            Finding& finding = findings.add(Cause::out_of_memory,
                                            "the kernel killed it because memory had run out");
            finding.because(line);
            add_evidence(story, finding);
            finding.remedy(
                "give the machine or its container more memory, or limit what it uses: "
                "softlimit -m in run");
            return true;
        }
    }
    if (line_with(story, Symptom::no_memory) == nullptr) return false;
    Finding& finding = findings.add(Cause::out_of_memory, "it got no memory any more, and gave up");
    add_evidence(story, finding);
    finding.remedy("free -m   # what is there, and what is used");
    return true;
}

bool look_at_log(const Story& story, Findings& findings) {
    const Subject& subject = story.subject;
    if (const LogLine* line = line_with(story, Symptom::port_privileged)) {
        unsigned port = subject.port != 0 ? subject.port : port_named_in(line->text);
        if (port == 0 || port < 1024) {
            Finding& finding = findings.add(
                Cause::port_privileged,
                "only root may listen on a port below 1024" +
                    (port != 0 ? ", and it wants port " + std::to_string(port) : std::string()));
            add_evidence(story, finding);
            finding.remedy("let it listen on 8080 or the like, behind a web server")
                .remedy("setcap cap_net_bind_service=+ep " + shell_word(subject.program()) +
                        "   # or let this program do it");
            return true;
        }
    }
    if (line_with(story, Symptom::port_taken) != nullptr && !findings.has(Cause::port_taken)) {
        Finding& finding =
            findings.add(Cause::port_taken, "the port that it wants is taken by another program");
        add_evidence(story, finding);
        return true;
    }
    if (line_with(story, Symptom::disk_full) != nullptr) {
        Finding& finding = findings.add(Cause::log_disk_full, "the disk is full");
        add_evidence(story, finding);
        finding.remedy("df -h   # which file system, and how much is left");
        return true;
    }
    if (line_with(story, Symptom::library_missing) != nullptr) {
        Finding& finding = findings.add(Cause::library_missing, "the program lacks a library");
        add_evidence(story, finding);
        return true;
    }
    if (line_with(story, Symptom::permission) != nullptr) {
        Finding& finding = findings.add(Cause::file_unreadable,
                                        "it may not use a file that it needs: see its last words");
        add_evidence(story, finding);
        return true;
    }
    return false;
}

// A process of the same program that is not below the service's, but whose parent is gone.
const Process* runaway(const Subject& subject, const Processes& processes) {
    std::string program = subject.program();
    pid_t supervisor =
        subject.seen.record ? static_cast<pid_t>(subject.seen.record->session.supervisor) : 1;
    for (const auto& [pid, each] : processes.all()) {
        bool adopted = each.parent == 1 || each.parent == supervisor;
        if (!adopted || pid == subject.seen.pid() || each.state == 'Z') continue;
        bool same_program =
            !program.empty() && same_file("/proc/" + std::to_string(pid) + "/exe", program);
        std::string place = "/proc/" + std::to_string(pid) + "/cwd/";
        bool same_script = false;
        for (const std::string& word : arguments_of(pid)) {
            bool is_path = !program.empty() && word.find('/') != std::string::npos;
            if (is_path && same_file(word.starts_with('/') ? word : place + word, program))
                same_script = true;
        }
        bool same_place = directory_of(pid) == subject.path;
        if (same_script || (same_program && same_place)) return &each;
    }
    return nullptr;
}

bool look_at_background(const Story& story, Findings& findings) {
    const Subject& subject = story.subject;
    const auto& launch = subject.launch;
    bool gently = story.ending.kind == Kind::exited || story.ending.kind == Kind::none;
    if (!launch || !gently || (story.ending.value != 0 && !launch->background)) {
        if (!launch || line_with(story, Symptom::port_taken) == nullptr) return false;
    }
    Processes processes;
    const Process* left = runaway(subject, processes);
    if (left == nullptr && !launch->background) return false;
    Finding& finding = findings.add(
        Cause::background,
        launch->background ? "run starts the program in the background (with &) and ends, so it "
                             "is taken for ended"
                           : "the program puts itself into the background: it leaves a copy of "
                             "itself behind and ends, so it is taken for ended");
    finding.at(subject.run_line(launch->line));
    if (left != nullptr)
        finding.because("left behind: " + left->name + " (pid " + std::to_string(left->pid) + ")")
            .remedy("kill " + std::to_string(left->pid) + "   # the copy that nobody looks after");
    add_evidence(story, finding);
    finding.remedy(launch->background
                       ? "in run, write exec before the command and take the & off its end"
                       : "tell the program to stay in the foreground (often -f, -D, -n, "
                         "--foreground or --no-daemon), or start it through fghack");
    return true;
}

void name_the_end(const Story& story, Findings& findings) {
    const core::Ending& ending = story.ending;
    Cause cause = Cause::ends_at_once;
    std::string text = "it ends again and again";
    switch (ending.kind) {
        case Kind::exited:
            cause = ending.value == 0 ? Cause::ends_at_once : Cause::exits;
            text =
                ending.value == 0
                    ? "it ends by itself as if all were done (exit code 0); a service has to stay"
                    : "it gives up by itself, with exit code " + std::to_string(ending.value);
            break;
        case Kind::signaled:
            cause = Cause::killed;
            text = "it was " + ending_words(ending);
            break;
        case Kind::dumped:
            cause = Cause::dumped_core;
            text = "it crashed: " + ending_words(ending);
            break;
        case Kind::not_started:
            cause = Cause::not_started;
            text = "it " + ending_words(ending);
            break;
        case Kind::none:
        case Kind::unknown: break;
    }
    Finding& finding = findings.add(cause, text);
    add_evidence(story, finding);
    if (!story.subject.seen.has_log)
        finding.remedy("its words are not kept: make " + shell_word(story.subject.file("log/run")) +
                       " with multilog, or read what svscan prints");
    finding.remedy("try it by hand: cd " + shell_word(story.subject.path) + " && ./run");
}

}  // namespace

void look_at_port(const Subject& subject, Findings& findings) {
    if (subject.port == 0) return;
    Processes processes;
    auto own = processes.tree(subject.seen.pid());
    for (const Listener& listener : listeners()) {
        if (listener.port != subject.port) continue;
        for (const auto& [pid, each] : processes.all()) {
            auto sockets = descriptors_of(pid).sockets;
            if (std::find(sockets.begin(), sockets.end(), listener.inode) == sockets.end())
                continue;
            bool is_own = std::any_of(own.begin(), own.end(),
                                      [&](const Process* one) { return one->pid == each.pid; });
            if (is_own) return;
            std::string who = each.name + " (pid " + std::to_string(pid) + ", user " +
                              name_of_user(user_of(pid).value_or(0)) + ")";
            findings
                .add(Cause::port_taken, "port " + std::to_string(subject.port) +
                                            ", which it wants, is taken by " + who)
                .because(each.name + " listens on " + place_of(listener))
                .because("its command: " +
                         (arguments_of(pid).empty() ? program_of(pid) : arguments_of(pid)[0]))
                .remedy("stop that one (kill " + std::to_string(pid) +
                        "), or give this service another port");
            return;
        }
    }
}

void look_at_ending(const Subject& subject, Findings& findings) {
    if (!subject.seen.supervised || !subject.restarting) return;
    Story story{subject, {}, last_words_of(subject)};
    if (subject.seen.record) story.ending = subject.seen.record->service.last;
    if (look_at_background(story, findings)) return;
    look_at_port(subject, findings);
    if (findings.has(Cause::port_taken)) return;
    if (look_at_limits(story, findings) || look_at_log(story, findings) ||
        look_at_memory(story, findings))
        return;
    name_the_end(story, findings);
}

}  // namespace hf::people
