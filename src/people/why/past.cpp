// SPDX-License-Identifier: MIT
#include "people/why/past.h"

#include <poll.h>

#include <algorithm>

#include "people/look/words.h"
#include "people/times.h"
#include "sys/clock.h"

namespace hf::people {

namespace {

using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = format::Note::Kind;

constexpr seconds young(3);
constexpr seconds short_life(60);

seconds now() {
    return floor<seconds>(sys::wall_time());
}

std::string clock_of(core::WallTime time) {
    return clock_words(format::tai64n(time.time_since_epoch()), now().count());
}

std::string ago(core::WallTime time) {
    return ago_words(now() - floor<seconds>(time.time_since_epoch()));
}

// How long one life has lasted, on average, since its supervision began.
std::optional<seconds> mean_life(const format::Record& record) {
    auto supervisor = process(static_cast<pid_t>(record.session.supervisor));
    if (!supervisor || record.service.starts < 4) return std::nullopt;
    return floor<seconds>((sys::boot_time() - supervisor->born) / record.service.starts);
}

bool changes_soon(const Seen& first, milliseconds patience) {
    constexpr int step_ms = 20;
    auto end = sys::boot_time() + patience;
    while (sys::boot_time() < end) {
        Seen now = look_at(first.name, first.path);
        if (now.pid() != first.pid()) return true;
        ::poll(nullptr, 0, step_ms);
    }
    return false;
}

// Of a process that is there, where no history tells.
bool seems_restarting(const Seen& seen) {
    constexpr milliseconds long_enough(1200);
    if (seen.record && seen.record->service.deaths == 0) return false;
    auto life = seen.record ? mean_life(*seen.record) : std::nullopt;
    if (life && *life < short_life && seen.age < 2 * *life + young) return true;
    return seen.age < young && changes_soon(seen, long_enough);
}

// Somebody stopped it, or it was not to be started for a while.
bool interrupts(const format::Note& note, const Loop& loop) {
    if (note.kind == Kind::unlinked || note.kind == Kind::halted) return true;
    if (note.kind == Kind::started) return loop.deaths > 0 && note.at - loop.last > short_life;
    return note.kind == Kind::ordered && note.letter == 'd';
}

}  // namespace

Loop loop_of(const Notes& notes) {
    Loop loop;
    for (size_t i = 0; i < notes.size(); ++i) {
        if (interrupts(notes[i], loop)) loop = {};
        if (!is_death(notes[i])) continue;
        auto life = life_before(notes, i);
        bool is_short = !life || *life < short_life;
        if (was_ordered(notes, i) || !is_short) {
            loop = {};
            continue;
        }
        if (loop.deaths++ == 0) loop.since = notes[i].at;
        loop.last = notes[i].at;
        loop.longest = std::max(loop.longest, life.value_or(std::chrono::nanoseconds(0)));
        bool has_start = life || notes[i].kind == Kind::not_started;
        if (!has_start && notes[0].number > 1) loop.goes_further_back = true;
    }
    return loop;
}

std::string loop_words(const Notes& notes) {
    Loop loop = loop_of(notes);
    if (loop.deaths < 2) return "";
    auto period = floor<seconds>((loop.last - loop.since) / (loop.deaths - 1));
    std::string count = std::to_string(loop.deaths) + " times since " + clock_of(loop.since);
    return std::string("it has ended ") + (loop.goes_further_back ? "at least " : "") + count +
           " (" + ago(loop.since) + "), about every " +
           duration_words(std::max(period, seconds(1)));
}

std::string who_and_when(const Notes& notes, std::string_view letters) {
    const format::Note* order = last_order(notes, letters);
    if (order == nullptr) return "";
    return "by " + giver_of(*order) + ", " + when(*order);
}

std::string when(const format::Note& note) {
    return "at " + clock_of(note.at) + " (" + ago(note.at) + ")";
}

const format::Note* last_halt(const Notes& notes) {
    for (size_t i = notes.size(); i-- > 0;) {
        Kind kind = notes[i].kind;
        if (kind == Kind::halted) return &notes[i];
        if (kind == Kind::started || kind == Kind::not_started || kind == Kind::linked)
            return nullptr;
    }
    return nullptr;
}

std::vector<std::string> last_events(const Notes& notes, size_t count) {
    std::vector<std::string> lines;
    size_t first = notes.size() > count ? notes.size() - count : 0;
    for (size_t i = first; i < notes.size(); ++i)
        lines.push_back(clock_of(notes[i].at) + "  " + event_words(notes, i));
    return lines;
}

size_t last_death(const Notes& notes) {
    for (size_t i = notes.size(); i-- > 0;) {
        if (is_death(notes[i])) return i;
    }
    return notes.size();
}

bool is_restarting(const Subject& subject) {
    const Seen& seen = subject.seen;
    const Notes& notes = subject.notes;
    if (!seen.supervised || !seen.status) return false;
    size_t death = last_death(notes);
    bool ordered = death < notes.size() && was_ordered(notes, death);
    if (!seen.up()) return seen.wants_up() && !ordered;
    if (notes.empty()) return seems_restarting(seen);
    Loop loop = loop_of(notes);
    if (loop.deaths >= 2) return seen.age < 2 * floor<seconds>(loop.longest) + young;
    return loop.deaths == 1 && seems_restarting(seen);
}

}  // namespace hf::people
