// SPDX-License-Identifier: MIT
#include "format/rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "format/bytes.h"
#include "format/process_rules.h"

namespace hf::format {

namespace {

using core::Duration;
using core::Restart;
using core::Rules;

// The first of what is left of a line, which loses it.
template <typename Number>
std::optional<Number> next_number(std::string_view& text) {
    Number number{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (text.starts_with(' ')) text.remove_prefix(1);
    return number;
}

// What is longer than any machine runs is as good as for ever, and can be added to a time.
void set(std::string_view text, Duration& duration) {
    constexpr Duration for_ever = std::chrono::years(10);
    auto count = next_number<Duration::rep>(text);
    if (count) duration = std::clamp(Duration(*count), Duration::zero(), for_ever);
}

void set(std::string_view text, int& number) {
    if (auto found = next_number<int>(text)) number = *found;
}

void set(std::string_view text, std::uint32_t& number) {
    if (auto found = next_number<std::uint32_t>(text)) number = *found;
}

void set(std::string_view text, core::ExitCodes& codes) {
    codes = {};
    while (auto code = next_number<int>(text)) codes.add(*code);
}

void set(std::string_view text, Restart& restart) {
    if (text == "always") restart = Restart::always;
    if (text == "failure") restart = Restart::on_failure;
    if (text == "never") restart = Restart::never;
}

// One that is ordered, and when everything stops.
void set_stop_timeout(std::string_view text, Rules& rules) {
    if (text == "none") return;
    Duration timeout = rules.shutdown_timeout;
    set(text, timeout);
    rules.stop_timeout = rules.shutdown_timeout = timeout;
}

struct Obeyed {
    std::string_view key;
    void (*set)(std::string_view value, Rules& rules);
};

constexpr std::array obeyed{
    Obeyed{"stop.signal", [](auto value, Rules& rules) { set(value, rules.stop_signal); }},
    Obeyed{"stop.timeout", set_stop_timeout},
    Obeyed{"restart.when", [](auto value, Rules& rules) { set(value, rules.restart); }},
    Obeyed{"restart.good", [](auto value, Rules& rules) { set(value, rules.good); }},
    Obeyed{"restart.stop_on", [](auto value, Rules& rules) { set(value, rules.stop_on); }},
    Obeyed{"restart.delay", [](auto value, Rules& rules) { set(value, rules.restart_delay); }},
    Obeyed{"restart.max_delay", [](auto value, Rules& rules) { set(value, rules.longest_delay); }},
    Obeyed{"restart.reset_after", [](auto value, Rules& rules) { set(value, rules.reset_after); }},
    Obeyed{"restart.give_up", [](auto value, Rules& rules) { set(value, rules.give_up); }},
};

constexpr std::string_view source_key = "source";
constexpr std::string_view fault_key = "fault";

std::string text_of(const FileStamp& stamp) {
    return std::to_string(stamp.inode) + " " + std::to_string(stamp.modified) + " " +
           std::to_string(stamp.changed) + " " + std::to_string(stamp.size);
}

std::optional<FileStamp> stamp_in(std::string_view text) {
    auto inode = next_number<std::uint64_t>(text);
    auto modified = next_number<std::int64_t>(text);
    auto changed = next_number<std::int64_t>(text);
    auto size = next_number<std::uint64_t>(text);
    if (!inode || !modified || !changed || !size || !text.empty()) return std::nullopt;
    return FileStamp{*inode, *modified, *changed, *size};
}

}  // namespace

std::string encode(const ReadRules& read) {
    std::vector<RulesLine> lines{{std::string(source_key), text_of(read.source)}};
    for (const std::string& fault : read.faults) lines.push_back({std::string(fault_key), fault});
    lines.insert(lines.end(), read.lines.begin(), read.lines.end());
    return encode_rules(lines);
}

std::optional<ReadRules> decode_read_rules(std::string_view bytes) {
    auto lines = decode_rules(bytes);
    if (!lines || lines->empty() || lines->front().key != source_key) return std::nullopt;
    auto source = stamp_in(lines->front().value);
    if (!source) return std::nullopt;
    ReadRules read{*source};
    lines->erase(lines->begin());
    for (RulesLine& line : *lines) {
        if (line.key == fault_key)
            read.faults.push_back(std::move(line.value));
        else
            read.lines.push_back(std::move(line));
    }
    return read;
}

bool is_obeyed(std::string_view key) {
    return std::ranges::find(obeyed, key, &Obeyed::key) != obeyed.end() ||
           is_known_process_key(key);
}

bool are_obeyed(const std::vector<RulesLine>& lines) {
    return std::ranges::all_of(lines, is_obeyed, &RulesLine::key);
}

Rules rules_of(const std::vector<RulesLine>& lines, std::uint32_t salt) {
    Rules rules;
    bool says_reset = false;
    for (const RulesLine& line : lines) {
        auto row = std::ranges::find(obeyed, line.key, &Obeyed::key);
        if (row != obeyed.end()) row->set(line.value, rules);
        says_reset = says_reset || line.key == "restart.reset_after";
    }
    rules.longest_delay = std::max(rules.longest_delay, rules.restart_delay);
    if (!says_reset) rules.reset_after = std::max(rules.reset_after, rules.longest_delay);
    rules.entry = process_sum(lines);
    if (rules != core::default_rules) rules.salt = salt;
    return rules;
}

Rules rules_of(const ReadRules& read, std::string_view service) {
    return rules_of(read.lines, fnv1a(std::as_bytes(std::span(service))));
}

std::string fault_words(const std::string& directory, const std::string& fault) {
    return directory + "/" + service_file + (fault.starts_with(':') ? "" : ":") + fault;
}

}  // namespace hf::format
