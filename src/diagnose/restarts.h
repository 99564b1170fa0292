// SPDX-License-Identifier: MIT
// What the history of a service tells about its last lives.
#pragma once

#include <string>
#include <vector>

#include "diagnose/subject.h"
#include "inspect/history.h"

namespace hf::diagnose {

// "it has exited 7 times since 14:30:05 (20 seconds ago), about every 3 seconds"; empty if the
// history tells of no loop.
std::string loop_words(const inspect::Notes& notes);

// "by ana, at 14:30:05 (3 minutes ago)" of the last command with one of these letters; empty if
// there is none.
std::string who_and_when(const inspect::Notes& notes, std::string_view letters);

// The command to svscan to stop everything, if this has not been started or linked since; or null.
const format::Note* last_halt(const inspect::Notes& notes);

// "at 14:30:05 (3 minutes ago)".
std::string when(const format::Note& note);

// How long it is until then: "3 seconds", and of what is past "0 seconds".
std::string time_until(core::Time then);

// The last `count` events, a line each: "14:30:05  sent SIGTERM by ana (svc -t)".
std::vector<std::string> last_events(const inspect::Notes& notes, size_t count);

// The note of the last death; the number of notes if there is none.
size_t last_death(const inspect::Notes& notes);

// It wants to be up and ends again and again. Watches it for a second where the history does not
// tell: there is none, or it died once.
bool is_restarting(const Subject& subject);

// Of one that is restarting: the life that it has now, or begins within a second, lasts longer than
// those before. Watches it for some seconds at most, and only where their lives were short.
bool outlives_the_last(const Subject& subject);

// Of one that is up and serves: it has lived longer than those before. Watches it for the rest of
// that time, where that is some seconds at most.
bool outlives_the_last_serving(const Subject& subject);

}  // namespace hf::diagnose
