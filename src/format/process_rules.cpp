// SPDX-License-Identifier: MIT
#include "format/process_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "format/bytes.h"

namespace hf::format {

namespace {

constexpr std::string_view table = "process.";
constexpr std::string_view finish_table = "finish.";
constexpr std::string_view finish_key = "finish.command";
constexpr std::array<std::string_view, 9> known{
    "user", "env", "env_file", "env_dir", "clean_env", "cwd", "umask", "nice", "oom_score"};

template <typename Number>
bool set_number(std::string_view text, std::optional<Number>& number, int base = 10) {
    Number value{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
    number = value;
    return true;
}

bool set_text(std::string_view value, std::string& text) {
    text = value;
    return !text.empty();
}

bool set_flag(std::string_view value, bool& flag) {
    flag = value == "true";
    return flag || value == "false";
}

// A word in which some bytes are written \x0a, and which is written \- if it is empty.
std::string unescaped(std::string_view word) {
    if (word == "\\-") return "";
    std::string text;
    for (size_t at = 0; at < word.size(); ++at) {
        unsigned byte = 0;
        const std::string_view digits = word.substr(at).starts_with("\\x") && at + 4 <= word.size()
                                            ? word.substr(at + 2, 2)
                                            : std::string_view();
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.empty() || parsed.ptr != digits.data() + 2) {
            text += word[at];
            continue;
        }
        text += static_cast<char>(byte);
        at += 3;
    }
    return text;
}

// NAME=VALUE, both of them such words. No name has a = in it.
bool add_variable(std::string_view text, std::string_view service, ProcessRules& rules) {
    const size_t equals = text.find('=');
    if (equals == text.npos || equals == 0) return false;
    rules.env.emplace_back(unescaped(text.substr(0, equals)),
                           expanded(unescaped(text.substr(equals + 1)), service));
    return true;
}

bool set(std::string_view key, std::string_view value, std::string_view service,
         ProcessRules& rules) {
    if (key == "env") return add_variable(value, service, rules);
    if (key == "clean_env") return set_flag(value, rules.clean_env);
    if (key == "umask") return set_number(value, rules.umask, 8);
    if (key == "nice") return set_number(value, rules.nice);
    if (key == "oom_score") return set_number(value, rules.oom_score);
    const std::string text = expanded(value, service);
    if (key == "user") return set_text(text, rules.user);
    if (key == "env_file") return set_text(text, rules.env_file);
    if (key == "env_dir") return set_text(text, rules.env_dir);
    if (key == "cwd") return set_text(text, rules.cwd);
    return false;
}

// "web@1" of "web@1/log" and "/srv/web@1".
std::string_view name_of(std::string_view service) {
    constexpr std::string_view log = "/log";
    if (service.ends_with(log)) service.remove_suffix(log.size());
    return service.substr(service.rfind('/') + 1);
}

std::string_view instance_of(std::string_view name) {
    const size_t at = name.find('@');
    return at == name.npos ? std::string_view() : name.substr(at + 1);
}

// Into a sum, which is 0 of nothing and of nothing else.
void add(const RulesLine& line, std::uint32_t& sum) {
    const std::string text = line.key + " " + line.value + "\n";
    sum = fnv1a(std::as_bytes(std::span(text)), sum == 0 ? fnv_start : sum);
    if (sum == 0) sum = fnv_start;
}

// The number in "exit 1" or "signal 9", if that is the `word`.
std::optional<std::string> number_of(std::string_view exit, std::string_view word) {
    if (!exit.starts_with(word)) return std::nullopt;
    return std::string(exit.substr(word.size()));
}

// The exit code, or after a signal what stands for that; and the signal. What nobody knows is as
// KILL.
void add_ending(std::string_view exit, const std::string& code_of_signal,
                std::vector<std::string>& words) {
    const auto code = number_of(exit, "exit ");
    words.push_back(code.value_or(code_of_signal));
    words.push_back(code ? "0" : number_of(exit, "signal ").value_or("9"));
}

}  // namespace

bool is_process_key(std::string_view key) {
    return key.starts_with(table);
}

bool is_known_process_key(std::string_view key) {
    return is_process_key(key) && std::ranges::find(known, key.substr(table.size())) != known.end();
}

std::uint32_t process_sum(const std::vector<RulesLine>& lines) {
    std::uint32_t sum = 0;
    for (const RulesLine& line : lines) {
        if (is_process_key(line.key)) add(line, sum);
    }
    return sum;
}

std::uint32_t finish_sum(const std::vector<RulesLine>& lines) {
    std::uint32_t sum = 0;
    for (const RulesLine& line : lines) {
        if (is_process_key(line.key) || line.key.starts_with(finish_table)) add(line, sum);
    }
    return std::ranges::count(lines, finish_key, &RulesLine::key) != 0 ? sum : 0;
}

std::vector<std::string> finish_command(const std::vector<RulesLine>& lines,
                                        std::string_view service, std::string_view exit) {
    std::vector<std::string> words;
    for (const RulesLine& line : lines) {
        if (line.key == finish_key) words = command_words(line.value, service);
    }
    for (const RulesLine& line : lines) {
        if (words.empty() || line.key != "finish.arguments") continue;
        if (line.value == "s6") {
            add_ending(exit, "256", words);
            words.emplace_back(name_of(service));
        }
        if (line.value == "runit") add_ending(exit, "-1", words);
    }
    return words;
}

std::optional<ProcessRules> process_rules(const std::vector<RulesLine>& lines,
                                          std::string_view service) {
    ProcessRules rules;
    for (const RulesLine& line : lines) {
        if (line.key == "ready.by") rules.notifies = line.value == "notify";
        if (!is_process_key(line.key)) continue;
        const std::string_view key = std::string_view(line.key).substr(table.size());
        if (!set(key, line.value, service, rules)) return std::nullopt;
    }
    return rules;
}

std::string expanded(std::string_view text, std::string_view service) {
    const std::string_view name = name_of(service);
    std::string result;
    for (size_t at = 0; at < text.size(); ++at) {
        const std::string_view code = text.substr(at, 2);
        if (code == "%n")
            result += name;
        else if (code == "%i")
            result += instance_of(name);
        else if (code == "%%")
            result += '%';
        else {
            result += text[at];
            continue;
        }
        ++at;
    }
    return result;
}

std::vector<std::string> command_words(std::string_view line, std::string_view service) {
    std::vector<std::string> words;
    while (!line.empty()) {
        const size_t end = std::min(line.find(' '), line.size());
        words.push_back(expanded(unescaped(line.substr(0, end)), service));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

std::vector<std::string> user_and_groups(std::string_view user) {
    std::vector<std::string> parts;
    for (;;) {
        const size_t colon = user.find(':');
        parts.emplace_back(user.substr(0, colon));
        if (colon == user.npos) return parts;
        user.remove_prefix(colon + 1);
    }
}

}  // namespace hf::format
