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

// "SIGNAL WAIT" of each step. Without a timeout SIGKILL comes when the last has had its time.
void set_stop_steps(const std::vector<RulesLine>& lines, Rules& rules) {
    size_t steps = 0;
    Duration begin{};
    for (const RulesLine& line : lines) {
        if (line.key != "stop.steps" || steps > rules.later_signals.size()) continue;
        std::string_view text = line.value;
        const auto signal = next_number<int>(text);
        if (!signal) continue;
        if (steps == 0)
            rules.stop_signal = *signal;
        else
            rules.later_signals[steps - 1] = {begin, *signal};
        ++steps;
        Duration wait{};
        set(text, wait);
        begin += wait;
    }
    const bool says_timeout = std::ranges::count(lines, "stop.timeout", &RulesLine::key) != 0;
    if (steps > 0 && !says_timeout) rules.stop_timeout = rules.shutdown_timeout = begin;
}

void set_ready(std::string_view text, Rules& rules) {
    constexpr int first_free = 3;
    rules.says_ready = text != "start";
    rules.notifies = text == "notify";
    // By a log, it is whoever reads its lines that says so there.
    if ((text == "fd" || text == "log") && !rules.ready_fd) rules.ready_fd = first_free;
}

void set_needs_lost(std::string_view text, Rules& rules) {
    if (text == "stop") rules.needs_lost = core::NeedsLost::stop;
    if (text == "restart") rules.needs_lost = core::NeedsLost::restart;
}

void set_type(std::string_view text, Rules& rules) {
    rules.oneshot = text == "oneshot";
    if (rules.oneshot) rules.restart = Restart::on_failure;
}

void set_ready_timeout(std::string_view text, Rules& rules) {
    if (text == "none") return;
    set(text, rules.ready_timeout.emplace());
}

void no_rule(std::string_view, Rules&) {}

// One line of a check: "http http://127.0.0.1/", "status 200-399", "body TEXT", "timeout
// NANOSECONDS".
void set_check(std::string_view text, std::string_view service, Check& check) {
    const size_t space = std::min(text.find(' '), text.size());
    const std::string_view key = text.substr(0, space);
    std::string_view value = text.substr(std::min(space + 1, text.size()));
    if (key == "tcp" || key == "unix" || key == "http") {
        check.kind = key == "tcp"    ? CheckKind::tcp
                     : key == "unix" ? CheckKind::unix_socket
                                     : CheckKind::http;
        check.target = expanded(value, service);
    } else if (key == "body") {
        check.body = expanded(value, service);
    } else if (key == "status") {
        auto first = next_number<int>(value);
        if (value.starts_with('-')) value.remove_prefix(1);
        if (first) check.statuses.push_back({*first, next_number<int>(value).value_or(*first)});
    } else if (key == "timeout") {
        Duration timeout{};
        set(value, timeout);
        check.timeout = std::max(std::chrono::duration_cast<std::chrono::milliseconds>(timeout),
                                 std::chrono::milliseconds(1));
    }
}

struct Obeyed {
    std::string_view key;
    void (*set)(std::string_view value, Rules& rules);
    std::vector<std::string_view> values{};  // of which this version obeys these alone; empty: all
};

const std::vector<Obeyed> obeyed{
    Obeyed{"type", set_type},
    Obeyed{"needs", no_rule},  // see waits_of()
    Obeyed{"needs_lost", set_needs_lost},
    Obeyed{"wants", no_rule},
    Obeyed{"wants_wait", no_rule},
    Obeyed{"after", no_rule},
    Obeyed{"ready.by", set_ready, {"start", "fd", "notify", "check", "log"}},
    Obeyed{"ready.check", no_rule},  // see ready_check_of()
    Obeyed{"ready.log", no_rule},    // see ready_pattern_of()
    Obeyed{"ready.fd", [](auto value, Rules& rules) { set(value, rules.ready_fd.emplace()); }},
    Obeyed{"ready.timeout", set_ready_timeout},
    Obeyed{"stop.signal", [](auto value, Rules& rules) { set(value, rules.stop_signal); }},
    Obeyed{"stop.steps", no_rule},  // see set_stop_steps()
    Obeyed{"stop.command", [](auto, Rules& rules) { rules.has_stop_command = true; }},
    Obeyed{"stop.reload", no_rule},  // holdfast sends it
    Obeyed{"stop.timeout", set_stop_timeout},
    Obeyed{"stop.kill",
           [](auto value, Rules& rules) { rules.kills_group = value == "group"; },
           {"main", "group"}},
    Obeyed{"stop.signal_to",
           [](auto value, Rules& rules) { rules.stops_group = value == "group"; }},
    Obeyed{"restart.when", [](auto value, Rules& rules) { set(value, rules.restart); }},
    Obeyed{"restart.good", [](auto value, Rules& rules) { set(value, rules.good); }},
    Obeyed{"restart.stop_on", [](auto value, Rules& rules) { set(value, rules.stop_on); }},
    Obeyed{"restart.delay", [](auto value, Rules& rules) { set(value, rules.restart_delay); }},
    Obeyed{"restart.max_delay", [](auto value, Rules& rules) { set(value, rules.longest_delay); }},
    Obeyed{"restart.reset_after", [](auto value, Rules& rules) { set(value, rules.reset_after); }},
    Obeyed{"restart.give_up", [](auto value, Rules& rules) { set(value, rules.give_up); }},
    Obeyed{"hooks.trouble", no_rule},  // see hooks_of()
    Obeyed{"hooks.well", [](auto, Rules& rules) { rules.tells_well = true; }},
    Obeyed{"hooks.ready", no_rule},
    Obeyed{"hooks.down", no_rule},
    Obeyed{"finish.command", no_rule},  // see finish_sum()
    Obeyed{"finish.arguments", no_rule},
    Obeyed{"finish.timeout", [](auto value, Rules& rules) { set(value, rules.finish_timeout); }},
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

bool is_obeyed(std::string_view key, std::string_view value) {
    if (is_known_process_key(key)) return true;
    const auto row = std::ranges::find(obeyed, key, &Obeyed::key);
    if (row == obeyed.end()) return false;
    return row->values.empty() || std::ranges::count(row->values, value) != 0;
}

bool are_obeyed(const std::vector<RulesLine>& lines) {
    return std::ranges::all_of(
        lines, [](const RulesLine& line) { return is_obeyed(line.key, line.value); });
}

Rules rules_of(const std::vector<RulesLine>& lines, std::uint32_t salt) {
    Rules rules;
    bool says_reset = false;
    for (const RulesLine& line : lines) {
        auto row = std::ranges::find(obeyed, line.key, &Obeyed::key);
        if (row != obeyed.end()) row->set(line.value, rules);
        says_reset = says_reset || line.key == "restart.reset_after";
    }
    set_stop_steps(lines, rules);
    rules.longest_delay = std::max(rules.longest_delay, rules.restart_delay);
    if (!says_reset) rules.reset_after = std::max(rules.reset_after, rules.longest_delay);
    rules.entry = process_sum(lines);
    rules.finish = finish_sum(lines);
    if (rules != core::default_rules) rules.salt = salt;
    return rules;
}

Rules rules_of(const ReadRules& read, std::string_view service) {
    return rules_of(read.lines, fnv1a(std::as_bytes(std::span(service))));
}

core::Waits waits_of(const std::vector<RulesLine>& lines, std::string_view service) {
    core::Waits waits;
    for (const RulesLine& line : lines) {
        if (line.value.empty()) continue;
        if (line.key == "needs") waits.needs.push_back(expanded(line.value, service));
        if (line.key == "wants") waits.wants.push_back(expanded(line.value, service));
        if (line.key == "after") waits.after.push_back(expanded(line.value, service));
        if (line.key == "wants_wait") set(line.value, waits.wants_wait);
    }
    return waits;
}

std::optional<ReadyCheck> ready_check_of(const std::vector<RulesLine>& lines,
                                         std::string_view service) {
    constexpr std::string_view exec = "exec ";
    constexpr std::chrono::seconds usual_timeout(5);
    Check check{.id = 0, .timeout = usual_timeout, .kind = CheckKind::tcp, .target = ""};
    std::vector<std::string> words;
    bool is_asked = false;
    for (const RulesLine& line : lines) {
        is_asked = is_asked || (line.key == "ready.by" && line.value == "check");
        if (line.key != "ready.check") continue;
        set_check(line.value, service, check);
        if (line.value.starts_with(exec))
            words = command_words(std::string_view(line.value).substr(exec.size()), service);
    }
    if (!is_asked) return std::nullopt;
    if (!words.empty()) return TimedCommand{check.timeout, words};
    return check.target.empty() ? std::nullopt : std::optional<ReadyCheck>(check);
}

std::optional<TimedCommand> stop_command_of(const std::vector<RulesLine>& lines,
                                            const core::Rules& rules, std::string_view service) {
    const auto line = std::ranges::find(lines, "stop.command", &RulesLine::key);
    if (line == lines.end()) return std::nullopt;
    const auto time = core::stop_command_time(rules);
    return TimedCommand{std::chrono::ceil<std::chrono::milliseconds>(time),
                        command_words(line->value, service)};
}

Hooks hooks_of(const std::vector<RulesLine>& lines, std::string_view service) {
    constexpr std::chrono::seconds longest_call(30);
    Hooks hooks;
    for (size_t i = 0; i < hook_names.size(); ++i) {
        const std::string key = std::string("hooks.") + hook_names[i];
        const auto line = std::ranges::find(lines, key, &RulesLine::key);
        if (line != lines.end())
            hooks[i] = TimedCommand{longest_call, command_words(line->value, service)};
    }
    return hooks;
}

std::string ready_pattern_of(const std::vector<RulesLine>& lines, std::string_view service) {
    const auto by_log = [](const RulesLine& line) {
        return line.key == "ready.by" && line.value == "log";
    };
    const auto pattern = std::ranges::find(lines, "ready.log", &RulesLine::key);
    const bool is_used = pattern != lines.end() && std::ranges::any_of(lines, by_log);
    return is_used ? expanded(pattern->value, service) : "";
}

std::string fault_words(const std::string& directory, const std::string& fault) {
    return directory + "/" + service_file + (fault.starts_with(':') ? "" : ":") + fault;
}

}  // namespace hf::format
