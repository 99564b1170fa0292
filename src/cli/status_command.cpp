// SPDX-License-Identifier: MIT
// holdfast status [NAME...]: a table for people, or JSON as doc/status.schema.json says.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/command_line.h"
#include "cli/json_text.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "format/rules.h"
#include "text/table.h"
#include "text/visible.h"
#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace text;

namespace {

using nlohmann::ordered_json;

struct StatusOptions {
    Where where;
    std::vector<std::string> names;
    bool watch = false;
};

ordered_json json_of(const core::ExitResult& exit_result) {
    using Kind = core::ExitResult::Kind;
    ordered_json result;
    result["text"] = exit_words(exit_result);
    switch (exit_result.kind) {
        case Kind::none: return nullptr;
        case Kind::exited: result["exit_code"] = exit_result.value; break;
        case Kind::signaled:
        case Kind::dumped:
            result["signal"] = exit_result.value;
            result["core"] = exit_result.kind == Kind::dumped;
            break;
        case Kind::not_started: result["errno"] = exit_result.value; break;
        case Kind::unknown: break;
    }
    return result;
}

ordered_json json_of(const std::optional<format::Quarantined>& quarantine) {
    if (!quarantine) return nullptr;
    ordered_json result;
    result["reason"] = quarantine->killed ? "killed the engine twice" : "did not answer";
    result["since"] = quarantine->since.count();
    result["next_try"] =
        quarantine->killed ? ordered_json(quarantine->next_try.count()) : ordered_json(nullptr);
    return result;
}

// To hundredths of a second.
ordered_json rounded(std::chrono::nanoseconds time) {
    return std::round(std::chrono::duration<double>(time).count() * 100) / 100;
}

pid_t pid_of(const ServiceView& view) {
    return view.up() ? view.pid() : view.orphan;
}

ordered_json json_of(const Snapshot& snapshot) {
    const ServiceView& view = snapshot.view;
    ordered_json result;
    result["name"] = view.name;
    result["directory"] = view.path;
    result["state"] = state_word(view);
    result["up"] = view.up();
    result["pid"] = pid_of(view) == 0 ? ordered_json(nullptr) : ordered_json(pid_of(view));
    result["seconds"] = view.status ? ordered_json(view.age.count()) : nullptr;
    result["wants_up"] = view.wants_up();
    result["normally_up"] = !view.normally_down;
    result["paused"] = view.status && view.status->paused;
    const auto& record = view.record;
    result["starts"] = record ? ordered_json(record->service.starts) : nullptr;
    result["deaths"] = record ? ordered_json(record->service.exits) : nullptr;
    result["last_exit"] = record ? json_of(record->service.last) : ordered_json(nullptr);
    result["quarantine"] = json_of(view.quarantine);
    result["failures_in_a_row"] = record ? ordered_json(record->service.streak) : nullptr;
    const auto next = view.next_start();
    result["next_start_in_seconds"] = next ? rounded(*next) : ordered_json(nullptr);
    result["ready"] = is_ready(view);
    result["says"] = view.said.text.empty() ? ordered_json(nullptr) : ordered_json(view.said.text);
    result["phase"] =
        view.said.phase.empty() ? ordered_json(nullptr) : ordered_json(view.said.phase);
    result["waits_for"] = snapshot.waits_for;
    result["rules_refused"] = view.rules.refused;
    result["processes"] = snapshot.processes;
    result["memory_bytes"] = snapshot.memory;
    result["cpu_seconds"] = rounded(snapshot.cpu);
    result["user"] = snapshot.user.empty() ? ordered_json(nullptr) : ordered_json(snapshot.user);
    result["listens"] = snapshot.listens;
    result["logger"] =
        snapshot.logger.empty() ? ordered_json(nullptr) : ordered_json(snapshot.logger);
    return result;
}

std::string as_json(const std::vector<Snapshot>& snapshots) {
    ordered_json document;
    document["format"] = 1;
    document["services"] = ordered_json::array();
    for (const Snapshot& each : snapshots) document["services"].push_back(json_of(each));
    return json_text(document);
}

std::string colour_of(const std::string& state, bool colour) {
    if (!colour) return "";
    switch (mood_of(state)) {
        case Mood::good: return "\033[32m";
        case Mood::idle: return "\033[2m";
        case Mood::bad: return "\033[31m";
        case Mood::passing: break;
    }
    return "\033[33m";
}

std::string short_exit(const ServiceView& view) {
    if (!view.record || view.record->service.last.kind == core::ExitResult::Kind::none) return "-";
    std::string words = exit_words(view.record->service.last);
    size_t bracket = words.find(" (");
    return bracket == std::string::npos ? words : words.substr(0, bracket);
}

std::vector<Cell> row_of(const Snapshot& snapshot, bool colour) {
    const ServiceView& view = snapshot.view;
    std::string state = state_word(view);
    bool known = view.supervised && view.status;
    auto restarts = restarts_of(view);
    return {
        {view.name, ""},
        {state, colour_of(state, colour)},
        {pid_of(view) == 0 ? "-" : std::to_string(pid_of(view)), ""},
        {known ? duration_short(view.age) : "-", ""},
        {known && restarts ? std::to_string(*restarts) : "-", ""},
        {short_exit(view), ""},
        {view.up() ? size_words(snapshot.memory) : "-", ""},
        {view.up() ? duration_short(std::chrono::floor<std::chrono::seconds>(snapshot.cpu)) : "-",
         ""},
        {snapshot.listens.empty() ? "-" : joined(snapshot.listens), ""},
        {snapshot.user.empty() ? "-" : snapshot.user, ""},
        {snapshot.logger.empty() ? "-" : snapshot.logger, ""}};
}

Rows rows_of(const std::vector<Snapshot>& snapshots, bool colour) {
    std::vector<Cell> heads;
    for (const char* each :
         {Head::name, Head::state, Head::pid, Head::since, Head::restarts, Head::last_exit,
          Head::memory, Head::cpu, Head::listens, Head::user, Head::logger})
        heads.push_back({each, ""});
    Rows rows{heads};
    for (const Snapshot& each : snapshots) rows.push_back(row_of(each, colour));
    return rows;
}

// None where nobody looks: then nothing is cut.
std::optional<winsize> terminal() {
    winsize size{};
    bool is_one = ::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    if (!is_one || size.ws_col == 0 || size.ws_row == 0) return std::nullopt;
    return size;
}

std::string as_table(const std::vector<Snapshot>& snapshots) {
    Rows rows = rows_of(snapshots, wants_colour(STDOUT_FILENO));
    auto screen = terminal();
    return screen ? table_within(std::move(rows), screen->ws_col) : table(rows);
}

// What an empty table would leave open: which directory that is, and how it gets a service.
std::string next_step(const std::string& scan_dir) {
    std::string text = "no services in " + scan_dir;
    if (!has_svscan(scan_dir)) text += ", and no svscan runs on it that you can see";
    return text + "\nto make one that runs a command: holdfast add NAME --user USER -- COMMAND\n" +
           "to add a service directory: holdfast add DIRECTORY\n";
}

std::string who_may_see(const std::vector<Snapshot>& snapshots) {
    bool hidden = std::any_of(snapshots.begin(), snapshots.end(), [](const Snapshot& each) {
        return !each.view.readable && !each.view.status;
    });
    return hidden ? "as root: sudo holdfast status\n" : "";
}

// What has a pid all the same was left by a svscan that was killed.
std::string who_supervises(const std::string& scan_dir, const std::vector<Snapshot>& snapshots) {
    auto is_there = [&](auto what) { return std::ranges::any_of(snapshots, what); };
    if (!is_there([](const Snapshot& each) { return state_word(each.view) == "unsupervised"; }))
        return "";
    if (has_svscan(scan_dir)) return "";
    bool orphans = is_there([](const Snapshot& each) { return each.view.orphan != 0; });
    return "no svscan runs on " + scan_dir + " that you can see" +
           (orphans ? "; the next one takes over what runs, and starts no second copy" : "") + "\n";
}

// What is wrong with a service.toml, and whether that keeps its service from being started.
std::string refused_rules(const std::vector<Snapshot>& snapshots) {
    std::string text;
    for (const Snapshot& each : snapshots) {
        const RulesView& rules = each.view.rules;
        if (rules.refused.empty()) continue;
        text += visible(format::fault_words(each.view.path, rules.refused.front()));
        if (rules.refused.size() > 1)
            text += " (and " + std::to_string(rules.refused.size() - 1) + " more)";
        text += rules.accepted ? "; the rules accepted before stay in force\n"
                               : "; it is not started until this is mended\n";
    }
    return text;
}

// What does not start, because others are not there yet.
std::string waiting(const std::vector<Snapshot>& snapshots) {
    std::string text;
    for (const Snapshot& each : snapshots) {
        if (!each.waits_for.empty())
            text += each.view.name + " waits for " + joined(each.waits_for) + "\n";
    }
    return text;
}

// By those that somebody asks for.
std::string said(const std::vector<Snapshot>& snapshots) {
    std::string text;
    for (const Snapshot& each : snapshots) {
        const std::string words = words_of(each.view.said);
        if (!words.empty()) text += each.view.name + ": " + words + "\n";
    }
    return text;
}

// In place of what stood there, line by line, so that it does not flicker; what does not fit is
// counted.
std::string on_screen(const std::string& text, size_t rows) {
    auto lines = lines_of(text);
    size_t room = std::max<size_t>(rows, 3) - 1;
    if (lines.size() > room) {
        size_t hidden = lines.size() - (room - 1);
        lines.resize(room - 1);
        lines.push_back("... and " + std::to_string(hidden) +
                        " more: holdfast top moves through them");
    }
    std::string result = "\033[H";
    for (const std::string& line : lines) result += line + "\033[K\n";
    return result + "\033[J";
}

// Every second, until it is interrupted or nobody reads any more.
int watch(const std::function<std::string()>& text) {
    constexpr std::chrono::seconds period(1);
    if (terminal()) say("\033[2J");
    for (;;) {
        auto screen = terminal();
        std::string shown = text();
        if (screen) shown = on_screen(shown, screen->ws_row);
        if (!say(shown)) return 0;
        std::this_thread::sleep_for(period);
    }
}

int status_command(const StatusOptions& options) {
    std::string scan_dir = scan_directory(options.where.scan_dir);
    std::vector<Snapshot> snapshots;
    auto text = [&]() -> std::string {
        snapshots =
            snapshot(scan_dir, chosen(scan_dir, located(options.where, options.names), true));
        if (options.where.json) return as_json(snapshots);
        return snapshots.empty()
                   ? next_step(scan_dir)
                   : as_table(snapshots) + who_may_see(snapshots) +
                         who_supervises(scan_dir, snapshots) + refused_rules(snapshots) +
                         waiting(snapshots) + (options.names.empty() ? "" : said(snapshots));
    };
    if (options.watch) return watch(text);
    if (!say(text())) return 111;
    constexpr int crashing = 2;
    if (std::any_of(snapshots.begin(), snapshots.end(),
                    [](const Snapshot& each) { return each.view.crash_loop; }))
        return crashing;
    constexpr int stopping = 3;
    if (!options.names.empty() &&
        std::any_of(snapshots.begin(), snapshots.end(),
                    [](const Snapshot& each) { return is_stopping(each.view); }))
        return stopping;
    bool all_up = std::all_of(snapshots.begin(), snapshots.end(),
                              [](const Snapshot& each) { return each.view.up(); });
    return all_up || options.names.empty() ? 0 : 1;
}

}  // namespace

void add_status(CommandLine& line) {
    auto options = std::make_shared<StatusOptions>();
    CLI::App* sub = line.add("status", "show the state of services", options, status_command);
    add_names(sub, options->names);
    sub->add_flag("--json", options->where.json, "write JSON (doc/status.schema.json)");
    sub->add_flag("-w,--watch", options->watch, "update it every second");
}

}  // namespace hf::cli
