// SPDX-License-Identifier: MIT
// What came of a check, by what was found and by the time that it took. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/time.h"
#include "format/checks.h"

namespace hf::check {

// What was found, whenever that was.
struct Outcome {
    enum class Kind { good, bad, unknown };
    Kind kind;
    std::string text{};
    bool operator==(const Outcome&) const = default;
};

Outcome good();
Outcome bad(std::string text);
Outcome unknown(std::string text);

// After so long it is silent.
core::Duration patience(const format::Check& check);

// `lack` is what did not come in that time: "no answer".
Outcome silent(const format::Check& check, std::string_view lack);

format::CheckAnswer judge(const format::Check& check, const Outcome& outcome, core::Duration took,
                          core::Duration late);

// "450 ms", "7.2 s".
std::string time_words(core::Duration time);

// A text of a stranger in quotes, made visible, and cut where it is long.
std::string in_quotes(std::string_view text);

// One line of printable characters for an answer, whatever the text is.
std::string as_answer_text(std::string_view text);

}  // namespace hf::check
