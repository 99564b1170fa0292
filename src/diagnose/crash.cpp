// SPDX-License-Identifier: MIT
#include "diagnose/crash.h"

#include <algorithm>

#include "diagnose/error_among.h"
#include "diagnose/restarts.h"
#include "diagnose/symptoms.h"
#include "sys/clock.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

// When the life began that ended last; nothing before it belongs to that.
std::optional<format::Tai64n> begin_of_the_last_life(const Notes& notes) {
    size_t death = last_death(notes);
    if (death == notes.size()) return std::nullopt;
    auto life = life_before(notes, death);
    auto end = notes[death].at.time_since_epoch();
    bool is_past = end <= sys::wall_time();  // else the clock was set since
    if (!life || !is_past) return std::nullopt;
    return format::tai64n(end - *life);
}

bool has_error(const std::vector<LogLine>& lines) {
    return std::any_of(lines.begin(), lines.end(),
                       [](const LogLine& line) { return looks_like_error(line.text); });
}

// Without stamps they may be of earlier lives, too.
void keep_last_where_unstamped(std::vector<LogLine>& lines) {
    constexpr size_t enough = 40;
    if (lines.size() > enough && !lines.back().time)
        lines.erase(lines.begin(), lines.end() - enough);
}

// From the first place where there is an error, else the first where there is anything.
void add_last_words(Crash& crash) {
    constexpr size_t enough = 200;  // the trace of a Java program is long
    constexpr std::chrono::seconds recent(120);
    const Subject& subject = crash.subject;
    auto begin = begin_of_the_last_life(subject.notes);
    for (const control::OutputPlace& location :
         control::outputs_of(subject.view, subject.launch, subject.working_directory())) {
        bool is_of_others = location.shared && joins_errors(subject);
        if (is_of_others && !crash.last_lines.empty()) continue;
        auto lines = control::recent_lines(location, enough, recent);
        std::erase_if(
            lines, [&](const LogLine& line) { return begin && line.time && *line.time < *begin; });
        keep_last_where_unstamped(lines);
        bool is_better = crash.last_lines.empty() ? !lines.empty() : has_error(lines);
        if (!is_better) continue;
        crash.last_lines = std::move(lines);
        crash.location = location;
        if (has_error(crash.last_lines)) return;
    }
}

}  // namespace

bool joins_errors(const Subject& subject) {
    return subject.script_text.find("2>") != std::string::npos ||
           subject.script_text.find("&>") != std::string::npos;
}

Crash crash_of(const Subject& subject) {
    Crash crash{subject, {}, {}};
    add_last_words(crash);
    if (subject.view.record) crash.exit_result = subject.view.record->service.last;
    return crash;
}

void add_evidence(const Crash& crash, Finding& finding) {
    const Subject& subject = crash.subject;
    const auto& record = subject.view.record;
    if (!record) {
        finding.because("the original daemontools do not record how a process exited");
    } else {
        finding.because("its last exit: " + exit_words(crash.exit_result) +
                        (subject.view.up() ? "" : ", " + ago_words(subject.view.age)));
        std::string loop = loop_words(subject.notes);
        if (loop.empty() && record->service.exits > 1)
            loop = "it has exited " + std::to_string(record->service.exits) +
                   " times since svscan was started";
        if (!loop.empty())
            finding.because(loop + (subject.view.wants_up() ? "; it is restarted each time" : ""));
    }
    add_last_lines(crash, finding);
}

void add_last_lines(const Crash& crash, Finding& finding) {
    if (crash.last_lines.empty()) return;
    std::string location = control::place_words(*crash.location);
    if (const LogLine* error = error_line(crash)) {
        finding.because("what looks like its error, in " + location + ":");
        finding.because("    " + error->text);
        return;
    }
    finding.because("the last lines of " + location + ":");
    size_t first = crash.last_lines.size() > 5 ? crash.last_lines.size() - 5 : 0;
    for (size_t i = first; i < crash.last_lines.size(); ++i)
        finding.because("    " + crash.last_lines[i].text);
}

const LogLine* error_line(const Crash& crash) {
    std::vector<std::string_view> texts;
    for (const LogLine& line : crash.last_lines) texts.emplace_back(line.text);
    auto place = error_among(texts);
    return place ? &crash.last_lines[*place] : nullptr;
}

const LogLine* line_with(const Crash& crash, Symptom symptom) {
    for (auto line = crash.last_lines.rbegin(); line != crash.last_lines.rend(); ++line) {
        if (symptom_of(line->text) == symptom) return &*line;
    }
    return nullptr;
}

}  // namespace hf::diagnose
