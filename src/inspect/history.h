// SPDX-License-Identifier: MIT
// What has happened to a service, as its engine and its processes have noted it behind its status;
// and the words for it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/history.h"

namespace hf::inspect {

using Notes = std::vector<format::Note>;

// Empty for a service of the original daemontools, which keep none. None: it may not be read.
std::optional<Notes> history_of(const std::string& path);

bool is_death(const format::Note& note);

// How it ended; of a note that is_death().
core::ExitResult exit_of(const format::Note& note);

// How the finish command ended, of a note that says so.
core::ExitResult end_of_finish(const format::Note& note);

// How long the process had lived whose death is the note `at`; none where its start is forgotten.
std::optional<std::chrono::nanoseconds> life_before(const Notes& notes, size_t at);

// Whether somebody had ordered what ended it: a stop, a signal, the end of everything.
bool was_ordered(const Notes& notes, size_t at);

// The last command with one of these letters; null if there is none.
const format::Note* last_command(const Notes& notes, std::string_view letters);

// "ana"; "an unknown user" where it is not known.
std::string caller_of(const format::Note& note);

// The word of an event for JSON: "started", "exited", "ordered" ...
std::string_view kind_word(format::Note::Kind kind);

// "started, pid 123", "ended after 5 seconds: exit code 3", "ordered down by ana (svc -d)".
std::string event_words(const Notes& notes, size_t at);
std::string command_words(const format::Note& note);

}  // namespace hf::inspect
