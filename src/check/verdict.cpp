// SPDX-License-Identifier: MIT
#include "check/verdict.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "text/visible.h"

namespace hf::check {

namespace {

using std::chrono::milliseconds;

constexpr size_t longest_quote = 60;

// At most `most` bytes of it, and no half of a letter. It is visible(), hence UTF-8.
std::string cut(const std::string& text, size_t most) {
    constexpr std::string_view rest = "...";
    if (text.size() <= most) return text;
    size_t end = most - rest.size();
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end).append(rest);
}

format::CheckVerdict verdict_of(Outcome::Kind kind, bool in_time) {
    switch (kind) {
        case Outcome::Kind::good:
            return in_time ? format::CheckVerdict::ok : format::CheckVerdict::slow;
        case Outcome::Kind::bad: return format::CheckVerdict::failed;
        case Outcome::Kind::unknown: break;
    }
    return format::CheckVerdict::unknown;
}

}  // namespace

Outcome good() {
    return {Outcome::Kind::good};
}

Outcome bad(std::string text) {
    return {Outcome::Kind::bad, std::move(text)};
}

Outcome unknown(std::string text) {
    return {Outcome::Kind::unknown, std::move(text)};
}

core::Duration patience(const format::Check& check) {
    return 3 * core::Duration(check.timeout);
}

Outcome silent(const format::Check& check, std::string_view lack) {
    return bad(std::string(lack) + " in " + time_words(patience(check)));
}

format::CheckAnswer judge(const format::Check& check, const Outcome& outcome, core::Duration took,
                          core::Duration late) {
    const format::CheckVerdict verdict = verdict_of(outcome.kind, took <= check.timeout);
    std::string text = as_answer_text(outcome.text);
    if (verdict == format::CheckVerdict::slow) text = "answered after " + time_words(took);
    return {check.id, verdict, std::chrono::floor<milliseconds>(took),
            std::chrono::floor<milliseconds>(late), std::move(text)};
}

std::string time_words(core::Duration time) {
    const auto count = std::chrono::floor<milliseconds>(time).count();
    if (count < 1000) return std::to_string(count) + " ms";
    const auto tenths = count / 100;
    std::string words = std::to_string(tenths / 10);
    if (tenths < 1000 && tenths % 10 != 0) words += "." + std::to_string(tenths % 10);
    return words + " s";
}

std::string in_quotes(std::string_view text) {
    return "\"" + cut(text::visible(text.substr(0, longest_quote + 1)), longest_quote) + "\"";
}

std::string as_answer_text(std::string_view text) {
    std::string line = text::visible(text.substr(0, format::longest_check_text + 1));
    std::ranges::replace(line, '\t', ' ');
    line = cut(line, format::longest_check_text);
    while (line.ends_with(' ')) line.pop_back();
    return line;
}

}  // namespace hf::check
