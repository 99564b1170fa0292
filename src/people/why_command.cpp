// SPDX-License-Identifier: MIT
// holdfast why NAME, holdfast check DIR|NAME: the cause first, then how it is known, then what to
// do.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "people/commands.h"
#include "people/glance.h"
#include "people/look/stuck.h"
#include "people/look/words.h"
#include "people/why/why.h"
#include "sys/fd.h"

namespace hf::people {

namespace {

using nlohmann::ordered_json;

ordered_json json_of(const Finding& finding) {
    return {
        {"cause", about(finding.cause).name}, {"code", static_cast<int>(about(finding.cause).kind)},
        {"text", finding.sentence},           {"place", finding.place},
        {"evidence", finding.evidence},       {"remedies", finding.remedies}};
}

std::string json_text(const Subject& subject, const Findings& findings, int code) {
    ordered_json document;
    document["format"] = 1;
    document["service"] = subject.name;
    document["directory"] = subject.path;
    document["state"] = state_word(subject.seen);
    document["code"] = code;
    const Finding* cause = findings.cause();
    document["cause"] = cause != nullptr ? ordered_json(about(cause->cause).name) : nullptr;
    document["findings"] = ordered_json::array();
    for (const Finding& each : findings.all()) document["findings"].push_back(json_of(each));
    auto replace = ordered_json::error_handler_t::replace;
    return document.dump(2, ' ', false, replace) + "\n";
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
    for (const std::string& line : lines) text.append("    ").append(line).append("\n");
}

std::string in_full(const Finding& finding) {
    std::string text;
    if (!finding.place.empty()) text += "  where: " + finding.place + "\n";
    append_lines(text, "how it is known:", finding.evidence);
    append_lines(text, "what to do:", finding.remedies);
    return text;
}

// The state in a sentence, where nothing is wrong.
std::string fine(const Subject& subject) {
    const Seen& seen = subject.seen;
    if (!seen.up()) return "nothing wrong was found";
    return "nothing wrong: up (pid " + std::to_string(seen.pid()) + ") for " +
           duration_words(seen.age);
}

std::string report(const Subject& subject, const Findings& findings, const std::string& all_well,
                   bool colour) {
    const Style look = style(colour);
    const Finding* cause = findings.cause();
    std::string text = look.strong + subject.name + look.plain + ": ";
    if (cause == nullptr)
        text += look.good + all_well + look.plain + "\n";
    else
        text += look.bad + cause->sentence + look.plain + "\n" + in_full(*cause);
    for (const Finding& each : findings.all()) {
        if (&each == cause) continue;
        text += each.is_note() ? "note: " : "also: ";
        text += each.sentence + "\n" + in_full(each);
    }
    return text;
}

int code_of(const Findings& findings) {
    const Finding* cause = findings.cause();
    return cause != nullptr ? static_cast<int>(about(cause->cause).kind) : 0;
}

int answer(const WhyOptions& options, const Subject& subject, const Findings& findings,
           const std::string& all_well) {
    int code = code_of(findings);
    sys::write_all(STDOUT_FILENO, options.where.json ? json_text(subject, findings, code)
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
        asked.path = path_for(options.where.folder, options.name);
        asked.seen.readable = false;
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

}  // namespace

int why_command(const WhyOptions& options) {
    watch_over_myself(options);
    std::string folder = service_folder(options.where.folder);
    refuse_pattern(folder, options.name);
    Subject asked = subject(folder, options.name, options.port);
    Findings findings = why(asked);
    return answer(options, asked, findings, fine(asked));
}

std::string why_text(const WhyOptions& options) {
    Subject asked = subject(service_folder(options.where.folder), options.name, options.port);
    Findings findings = why(asked);
    return report(asked, findings, fine(asked), false);
}

int check_command(const WhyOptions& options) {
    watch_over_myself(options);
    std::string folder = service_folder(options.where.folder);
    refuse_pattern(folder, options.name);
    Subject asked = subject(folder, options.name, options.port);
    return answer(options, asked, check(asked), "nothing wrong was found in " + asked.path);
}

bool wants_colour(int fd) {
    const char* refused = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    return (refused == nullptr || *refused == '\0') && !dumb && ::isatty(fd) == 1;
}

}  // namespace hf::people
