// SPDX-License-Identifier: MIT
#include "cli/add_rules.h"

#include <algorithm>
#include <array>

#include "config/service_file.h"
#include "config/words.h"
#include "format/rules.h"

namespace hf::cli {

namespace {

constexpr std::string_view on_success = "   # it is ready when this succeeds";

struct Way {
    std::string_view name;
    std::string_view remark{};  // a comment on what is written
    bool asks_port = false;
    bool takes_path = false;
    bool takes_pattern = false;
};

constexpr std::array ways{
    Way{.name = "http", .remark = on_success, .asks_port = true, .takes_path = true},
    Way{.name = "tcp", .remark = on_success, .asks_port = true},
    Way{.name = "fd", .remark = "   # it writes a newline to descriptor 3"},
    Way{.name = "notify", .remark = "   # it sends READY=1, see sd_notify(3)"},
    Way{.name = "none"},
    Way{.name = "log", .remark = "   # it writes such a line", .takes_pattern = true},
};

std::string_view name_of(std::string_view ready) {
    return ready.substr(0, ready.find(':'));
}

// Of "http:/health" and "log:PATTERN"; empty if nothing is said.
std::string_view rest_of(std::string_view ready) {
    const size_t colon = ready.find(':');
    return colon == ready.npos ? "" : ready.substr(colon + 1);
}

// Null: there is none of this name.
const Way* way_of(std::string_view ready) {
    const auto* way = std::ranges::find(ways, name_of(ready), &Way::name);
    return way == ways.end() ? nullptr : way;
}

// On a command line a percent sign is one.
std::string in_quotes(std::string_view text) {
    std::string literal;
    for (char c : text) literal += c == '%' ? "%%" : std::string(1, c);
    return config::toml_string(literal);
}

std::string needs_line(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + in_quotes(name);
    return list.empty() ? "" : "needs = [" + list + "]   # it starts when they are ready\n";
}

std::string ready_table(const NewRules& rules) {
    const Way* way = way_of(rules.ready);
    if (way == nullptr || way->name == "none") return "";
    const std::string name(way->name);
    const std::string end = std::string(way->remark) + "\n";
    if (way->takes_pattern)
        return "\n[ready]\nby = \"log\"\nlog = " + in_quotes(rest_of(rules.ready)) + end;
    if (!way->asks_port) return "\n[ready]\nby = \"" + name + "\"" + end;
    const std::string path(rest_of(rules.ready));
    const std::string address = "localhost:" + std::to_string(rules.port);
    const std::string target =
        way->takes_path ? "http://" + address + (path.empty() ? "/" : path) : address;
    return "\n[ready]\nby = \"check\"\ncheck = { " + name + " = " + in_quotes(target) + " }" + end;
}

std::string stop_table(const NewRules& rules) {
    const std::string signal =
        rules.stop_signal.empty() ? "" : "signal = \"" + rules.stop_signal + "\"\n";
    return "\n[stop]\n" + signal + "timeout = \"" + rules.stop_timeout +
           (rules.stop_timeout == "none" ? "\"\n" : "\"     # then it is killed\n");
}

}  // namespace

std::vector<std::string> ready_ways() {
    std::vector<std::string> names;
    for (const Way& way : ways) {
        if (!way.takes_pattern) names.emplace_back(way.name);
    }
    return names;
}

std::string wrong_ready(const std::string& word) {
    const Way* way = way_of(word);
    if (way == nullptr)
        return "it takes http, http:/PATH, tcp, fd, notify, log:PATTERN or none, not " + word;
    if (way->takes_pattern)
        return rest_of(word).empty() ? word + ": say by which line: log:PATTERN" : "";
    if (word == way->name) return "";
    if (!way->takes_path) return word + ": only http has something behind it, a path";
    const std::string_view path = rest_of(word);
    if (!path.starts_with('/') || path.starts_with("//"))
        return word + ": what follows http: is a path, as in http:/health; the port is --port";
    return "";
}

bool asks_port(std::string_view ready) {
    const Way* way = way_of(ready);
    return way != nullptr && way->asks_port;
}

std::string rules_text(const NewRules& rules) {
    return "# man service.toml. Without this file all is as under daemontools.\n" +
           needs_line(rules.needs) + ready_table(rules) + stop_table(rules) +
           "\n[restart]\nmax_delay = \"1m\"   # while it fails again and again\n";
}

std::string fault_in(const NewRules& rules, const std::string& name) {
    const config::ServiceFile file = config::read_service_file(
        rules_text(rules), {.name = name, .is_obeyed = format::is_obeyed});
    return file.faults.empty() ? "" : file.faults.front().text;
}

}  // namespace hf::cli
