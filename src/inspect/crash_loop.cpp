// SPDX-License-Identifier: MIT
#include "inspect/crash_loop.h"

#include <algorithm>

namespace hf::inspect {

namespace {

using std::chrono::seconds;
using Kind = format::Note::Kind;

constexpr seconds short_life(60);
constexpr seconds young(3);

// Somebody stopped it, or it was not to be started for a while.
bool interrupts(const format::Note& note, const CrashLoop& loop) {
    if (note.kind == Kind::unlinked || note.kind == Kind::halted) return true;
    if (note.kind == Kind::started) return loop.exits > 0 && note.at - loop.last > short_life;
    return note.kind == Kind::ordered && note.letter == 'd';
}

}  // namespace

bool CrashLoop::goes_on(seconds age) const {
    return age < 2 * std::chrono::floor<seconds>(longest) + young;
}

CrashLoop crash_loop_of(const Notes& notes) {
    CrashLoop loop;
    for (size_t i = 0; i < notes.size(); ++i) {
        if (interrupts(notes[i], loop)) loop = {};
        if (!is_death(notes[i])) continue;
        auto life = life_before(notes, i);
        bool is_short = !life || *life < short_life;
        if (was_ordered(notes, i) || !is_short) {
            loop = {};
            continue;
        }
        if (loop.exits++ == 0) loop.since = notes[i].at;
        loop.last = notes[i].at;
        loop.longest = std::max(loop.longest, life.value_or(std::chrono::nanoseconds(0)));
        bool has_start = life || notes[i].kind == Kind::not_started;
        if (!has_start && notes[0].number > 1) loop.goes_further_back = true;
    }
    return loop;
}

}  // namespace hf::inspect
