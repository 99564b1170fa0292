// SPDX-License-Identifier: MIT
#include "format/checks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>

namespace hf::format {

namespace {

constexpr std::array<std::string_view, 3> kinds{"tcp", "unix", "http"};
constexpr std::array<std::string_view, 5> verdicts{"ok", "slow", "failed", "unknown", "refused"};

constexpr std::string_view digits = "0123456789abcdef";

bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte != '\\' && byte != 0x7f;
}

std::string word(std::string_view text) {
    if (text.empty()) return "\\-";
    std::string word;
    for (char c : text) {
        if (is_plain(c)) {
            word += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        word += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
    return word;
}

// None if word() cannot have made it.
std::optional<std::string> text_of(std::string_view word) {
    if (word == "\\-") return "";
    std::string text;
    while (!word.empty()) {
        if (is_plain(word[0])) {
            text += word[0];
            word.remove_prefix(1);
            continue;
        }
        const size_t high = word.size() < 4 ? digits.npos : digits.find(word[2]);
        const size_t low = word.size() < 4 ? digits.npos : digits.find(word[3]);
        if (!word.starts_with("\\x") || high == digits.npos || low == digits.npos)
            return std::nullopt;
        const char c = static_cast<char>(high << 4 | low);
        if (is_plain(c)) return std::nullopt;
        text += c;
        word.remove_prefix(4);
    }
    if (text.empty()) return std::nullopt;
    return text;
}

// The whole of it, as std::to_string() writes it.
template <std::integral Number>
std::optional<Number> number_in(std::string_view text, Number least, Number most) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    const bool is_whole = error == std::errc() && stop == end;
    if (!is_whole || number < least || number > most || std::to_string(number) != text)
        return std::nullopt;
    return number;
}

std::optional<std::uint64_t> id_in(std::string_view text, std::uint64_t least = 1) {
    return number_in<std::uint64_t>(text, least, UINT64_MAX);
}

std::optional<std::chrono::milliseconds> time_in(std::string_view text, std::int64_t least) {
    const auto count = number_in<std::int64_t>(text, least, longest_check_timeout.count());
    if (!count) return std::nullopt;
    return std::chrono::milliseconds(*count);
}

// Takes what stands before the next space; what follows it stays.
std::string_view next_word(std::string_view& line) {
    const size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

template <typename Enum, size_t count>
std::optional<Enum> one_of(const std::array<std::string_view, count>& names,
                           std::string_view name) {
    const auto place = std::ranges::find(names, name);
    if (place == names.end()) return std::nullopt;
    return static_cast<Enum>(place - names.begin());
}

std::optional<StatusRange> range_in(std::string_view text) {
    const size_t dash = std::min(text.find('-'), text.size());
    const auto first = number_in(text.substr(0, dash), 100, 599);
    const auto last = number_in(text.substr(std::min(dash + 1, text.size())), 100, 599);
    if (!first || !last || *first > *last) return std::nullopt;
    return StatusRange{*first, *last};
}

// False if `option` is none that may come now.
bool add_option(std::string_view option, Check& check) {
    constexpr std::string_view status = "status=";
    constexpr std::string_view body = "body=";
    if (check.kind != CheckKind::http || !check.body.empty()) return false;
    if (option.starts_with(status)) {
        const auto range = range_in(option.substr(status.size()));
        if (range) check.statuses.push_back(*range);
        return range.has_value();
    }
    if (!option.starts_with(body)) return false;
    const auto text = text_of(option.substr(body.size()));
    if (text) check.body = *text;
    return text.has_value() && !text->empty();
}

std::string line_of(const Check& check) {
    std::string line =
        "check " + std::to_string(check.id) + " " + std::to_string(check.timeout.count()) + " ";
    line.append(kinds[static_cast<size_t>(check.kind)]).append(" ").append(word(check.target));
    for (const StatusRange& range : check.statuses)
        line += " status=" + std::to_string(range.first) + "-" + std::to_string(range.last);
    if (!check.body.empty()) line += " body=" + word(check.body);
    return line;
}

std::string line_of(const CancelCheck& cancel) {
    return "cancel " + std::to_string(cancel.id);
}

std::optional<CheckRequest> check_in(std::string_view line) {
    const auto id = id_in(next_word(line));
    const auto timeout = time_in(next_word(line), 1);
    const auto kind = one_of<CheckKind>(kinds, next_word(line));
    const auto target = text_of(next_word(line));
    if (!id || !timeout || !kind || !target) return std::nullopt;
    Check check{*id, *timeout, *kind, *target};
    while (!line.empty()) {
        if (!add_option(next_word(line), check)) return std::nullopt;
    }
    return check;
}

}  // namespace

std::string encode(const CheckRequest& request) {
    return std::visit([](const auto& each) { return line_of(each); }, request) + "\n";
}

std::string encode(const CheckAnswer& answer) {
    std::string line = std::to_string(answer.id) + " ";
    line.append(verdicts[static_cast<size_t>(answer.verdict)]);
    line += " " + std::to_string(answer.took.count()) + " " + std::to_string(answer.late.count());
    if (!answer.text.empty()) line += " " + answer.text;
    return line + "\n";
}

std::optional<CheckRequest> decode_check_request(std::string_view line) {
    if (line.size() > longest_check_line || line.ends_with(' ')) return std::nullopt;
    const std::string_view verb = next_word(line);
    if (verb == "check") return check_in(line);
    const auto id = id_in(line);
    if (verb != "cancel" || !id) return std::nullopt;
    return CancelCheck{*id};
}

std::optional<CheckAnswer> decode_check_answer(std::string_view line) {
    if (line.ends_with(' ')) return std::nullopt;
    const auto id = id_in(next_word(line), 0);
    const auto verdict = one_of<CheckVerdict>(verdicts, next_word(line));
    const auto took = time_in(next_word(line), 0);
    const auto late = time_in(next_word(line), 0);
    const bool is_clean = std::ranges::none_of(
        line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
    if (!id || !verdict || !took || !late || !is_clean || line.size() > longest_check_text)
        return std::nullopt;
    return CheckAnswer{*id, *verdict, *took, *late, std::string(line)};
}

}  // namespace hf::format
