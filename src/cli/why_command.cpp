// SPDX-License-Identifier: MIT
// holdfast why NAME, holdfast check DIR|NAME: the cause first, then how it is known, then what to
// do.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/command_line.h"
#include "cli/json_text.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "diagnose/why.h"
#include "inspect/files.h"
#include "inspect/stuck.h"
#include "sys/fd.h"
#include "text/visible.h"
#include "text/words.h"

namespace hf::cli {

using namespace diagnose;
using namespace control;
using namespace inspect;
using namespace text;

namespace {

using nlohmann::ordered_json;

ordered_json json_of(const Finding& finding) {
    return {{"cause", about(finding.cause).name}, {"code", static_cast<int>(finding.kind())},
            {"text", finding.sentence},           {"place", finding.location},
            {"evidence", finding.evidence},       {"remedies", finding.remedies}};
}

std::string as_json(const Subject& subject, const Findings& findings, int code) {
    ordered_json document;
    document["format"] = 1;
    document["service"] = subject.name;
    document["directory"] = subject.path;
    document["state"] = state_word(subject.view);
    document["code"] = code;
    const Finding* cause = findings.cause();
    document["cause"] = cause != nullptr ? ordered_json(about(cause->cause).name) : nullptr;
    document["findings"] = ordered_json::array();
    for (const Finding& each : findings.all()) document["findings"].push_back(json_of(each));
    return json_text(document);
}

struct Style {
    std::string strong;
    std::string good;
    std::string bad;
    std::string plain;
};

Style style(bool colour) {
    if (!colour) return {};
    return {"\033[1m", "\033[32m", "\033[31m", "\033[0m"};
}

void append_lines(std::string& text, const char* head, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    text.append("  ").append(head).append("\n");
    for (const std::string& line : lines) text.append("    ").append(visible(line)).append("\n");
}

std::string in_full(const Finding& finding) {
    std::string text;
    if (!finding.location.empty()) text += "  where: " + visible(finding.location) + "\n";
    append_lines(text, "how it is known:", finding.evidence);
    append_lines(text, "what to do:", finding.remedies);
    return text;
}

// The state in a sentence, where nothing is wrong.
std::string fine(const Subject& subject, const Findings& findings) {
    const ServiceView& view = subject.view;
    if (!view.up()) return "nothing wrong was found";
    const std::string& connected = findings.only_connected();
    const std::string said = words_of(view.said);
    return "nothing wrong: up (pid " + std::to_string(view.pid()) + ") for " +
           duration_words(view.age) +
           (connected.empty()
                ? ""
                : "; it takes connections on " + connected + ", and no question was asked there") +
           (said.empty() ? "" : "; ") + said;
}

std::string report(const Subject& subject, const Findings& findings, const std::string& all_well,
                   bool colour) {
    const Style look = style(colour);
    const Finding* cause = findings.cause();
    std::string text = look.strong + visible(subject.name) + look.plain + ": ";
    if (cause == nullptr)
        text += look.good + all_well + look.plain + "\n";
    else
        text += look.bad + visible(cause->sentence) + look.plain + "\n" + in_full(*cause);
    for (const Finding& each : findings.all()) {
        if (&each == cause) continue;
        text += each.is_note() ? "note: " : "also: ";
        text += visible(each.sentence) + "\n" + in_full(each);
    }
    return text;
}

int code_of(const Findings& findings) {
    const Finding* cause = findings.cause();
    return cause != nullptr ? static_cast<int>(cause->kind()) : 0;
}

int answer(const WhyOptions& options, const Subject& subject, const Findings& findings,
           const std::string& all_well) {
    int code = code_of(findings);
    sys::write_all(STDOUT_FILENO, options.where.json ? as_json(subject, findings, code)
                                                     : report(subject, findings, all_well,
                                                              wants_colour(STDOUT_FILENO)));
    return code;
}

// Whoever asks a file system that does not answer waits with it: this program, too. Then a thread
// that asks it nothing says so, and ends.
void watch_over_myself(const WhyOptions& options) {
    std::thread([options] {
        constexpr std::chrono::milliseconds period(200);
        do std::this_thread::sleep_for(period);
        while (stuck_threads({::getpid()}).empty());
        Subject asked;
        asked.name = options.name;
        asked.path = path_for(options.where.scan_dir, options.name);
        asked.view.readable = false;
        Findings findings;
        Finding& finding = findings.add(Cause::file_system_hangs,
                                        "its directory, or a file that it uses, is on a file "
                                        "system that does not answer");
        finding.because("this command itself has waited for it for more than a second");
        for (const std::string& each : remote_mounts())
            finding.because("answered for by another machine or program: " + each);
        finding.remedy(
            "dmesg | tail   # what does the kernel say of disks and network file systems?");
        ::_exit(answer(options, asked, findings, ""));
    }).detach();
}

// Of a service that is not linked yet, the directory where `add` makes one.
std::string to_be_linked(const WhyOptions& options) {
    std::string word = located(options.where, options.name);
    if (is_there(path_for(scan_directory(options.where.scan_dir), word))) return word;
    std::string made = "/srv/" + word;
    return exists(made + "/run") ? made : word;
}

}  // namespace

int why_command(const WhyOptions& options) {
    watch_over_myself(options);
    std::string scan_dir = scan_directory(options.where.scan_dir);
    refuse_pattern(scan_dir, options.name);
    Subject asked = subject(scan_dir, located(options.where, options.name), options.port);
    Findings findings = why(asked);
    return answer(options, asked, findings, fine(asked, findings));
}

std::string why_text(const WhyOptions& options) {
    Subject asked = subject(scan_directory(options.where.scan_dir), options.name, options.port);
    Findings findings = why(asked);
    return report(asked, findings, fine(asked, findings), false);
}

std::string first_line_of_why(const std::string& scan_dir, const std::string& name,
                              std::uint16_t port) {
    Subject asked = subject(scan_dir, name, port);
    const Findings findings = why(asked);
    return findings.cause() != nullptr ? visible(findings.cause()->sentence) : "";
}

int check_command(const WhyOptions& options) {
    watch_over_myself(options);
    std::string scan_dir = scan_directory(options.where.scan_dir);
    refuse_pattern(scan_dir, options.name);
    Subject asked = subject(scan_dir, to_be_linked(options), options.port);
    return answer(options, asked, check(asked), "nothing wrong was found in " + asked.path);
}

void add_why(CommandLine& line) {
    struct Command {
        const char* name;
        const char* help;
        int (*run)(const WhyOptions&);
    };
    for (const Command& each :
         {Command{"why", "explain why a service is not up, or does not answer", why_command},
          Command{"check", "check a service before it is started", check_command}}) {
        auto options = std::make_shared<WhyOptions>();
        CLI::App* sub = line.add(each.name, each.help, options, each.run);
        add_name(sub, options->name, "a service, or a directory");
        add_port(sub, options->port, "the port that it should listen on");
        sub->add_flag("--json", options->where.json, "write JSON (doc/why.schema.json)");
    }
}

}  // namespace hf::cli
