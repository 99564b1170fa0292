// SPDX-License-Identifier: MIT
// What the history of a service tells about its last lives.
#pragma once

#include <string>
#include <vector>

#include "people/look/history.h"
#include "people/why/subject.h"

namespace hf::people {

// Short lives, one after another, that nobody had ordered to end; up to the present one.
struct Loop {
    unsigned deaths = 0;
    core::WallTime since{};  // the first of these deaths
    core::WallTime last{};
    std::chrono::nanoseconds longest{};  // of these lives
    bool goes_further_back = false;      // than the history does
};
Loop loop_of(const Notes& notes);

// "it has ended 7 times since 14:30:05 (20 seconds ago), about every 3 seconds"; empty if the
// history tells of no loop.
std::string loop_words(const Notes& notes);

// "by ana, at 14:30:05 (3 minutes ago)" of the last order with one of these letters; empty if there
// is none.
std::string who_and_when(const Notes& notes, std::string_view letters);

// The order to svscan to stop everything, if this has not been started or linked since; or null.
const format::Note* last_halt(const Notes& notes);

// "at 14:30:05 (3 minutes ago)".
std::string when(const format::Note& note);

// The last `count` events, a line each: "14:30:05  sent SIGTERM by ana (svc -t)".
std::vector<std::string> last_events(const Notes& notes, size_t count);

// The note of the last death; the number of notes if there is none.
size_t last_death(const Notes& notes);

// It wants to be up and ends again and again. Watches it for a second where the history does not
// tell: there is none, or it died once.
bool is_restarting(const Subject& subject);

}  // namespace hf::people
