// SPDX-License-Identifier: MIT
#include "people/why/story.h"

#include <algorithm>

#include "people/look/words.h"
#include "sys/clock.h"

namespace hf::people {

namespace {

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

}  // namespace

Story story_of(const Subject& subject) {
    Story story{subject, {}, last_words_of(subject)};
    if (subject.seen.record) story.ending = subject.seen.record->service.last;
    return story;
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

}  // namespace hf::people
