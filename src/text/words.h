// SPDX-License-Identifier: MIT
// Words for what people read: durations, sizes, signals, how a process ended. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/service.h"

namespace hf::text {

// "1 time", "2 times".
std::string counted(std::int64_t number, const char* unit);

// "3 minutes ago", "just now".
std::string ago_words(std::chrono::seconds time);

// "0.3 seconds" for what is short, else as duration_words().
std::string life_words(std::chrono::nanoseconds time);

// "8 seconds", "3 minutes", "2 hours 5 minutes", "4 days 1 hour".
std::string duration_words(std::chrono::seconds time);

// The same for a column of a table: "8s", "3m", "2h05m", "4d01h".
std::string duration_short(std::chrono::seconds time);

// "512 B", "3.4 MB": powers of 1024.
std::string size_words(std::uint64_t bytes);

// "SIGTERM"; "signal 99" for what has no name. `signal_meaning` is a few plain words, or "".
std::string signal_name(int number);
std::string_view signal_meaning(int number);

// The number of "TERM", "SIGTERM" or "15"; 0 if there is no such signal.
int signal_number(std::string_view name);

// "exit code 1", "killed by SIGSEGV (invalid memory access), dumped core", ...
std::string exit_words(const core::ExitResult& exit_result);

// A word quoted for a shell, if it needs that: what is printed as a remedy can be pasted.
std::string shell_word(std::string_view word);

// As tolower(3) has it in the C locale.
std::string lower_case(std::string_view text);

// "holdfast why web explains why".
std::string advice_why(std::string_view service);

// Whether one of the words stands anywhere in it.
bool has_one_of(std::string_view text, std::span<const std::string_view> words);

// The words with a blank between each two.
std::string joined(const std::vector<std::string>& words);

std::vector<std::string> lines_of(std::string_view text);

}  // namespace hf::text
