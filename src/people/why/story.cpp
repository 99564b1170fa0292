// SPDX-License-Identifier: MIT
#include "people/why/story.h"

#include <algorithm>

#include "people/look/words.h"
#include "people/why/past.h"
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
    const auto& record = subject.seen.record;
    if (!record) {
        finding.because("the original daemontools do not record how a process ended");
    } else {
        finding.because("its last end: " + ending_words(story.ending) +
                        (subject.seen.up() ? "" : ", " + ago_words(subject.seen.age)));
        std::string loop = loop_words(subject.notes);
        if (loop.empty() && record->service.deaths > 1)
            loop = "it has ended " + std::to_string(record->service.deaths) +
                   " times since svscan was started";
        if (!loop.empty()) finding.because(loop + "; it is started again each time");
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
