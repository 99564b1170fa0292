// SPDX-License-Identifier: MIT
// holdfast status [NAME...]: a table for people, or JSON as doc/status.schema.json says.
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "people/commands.h"
#include "people/glance.h"
#include "people/look/words.h"
#include "people/table.h"
#include "sys/fd.h"

namespace hf::people {

namespace {

using nlohmann::ordered_json;

ordered_json json_of(const core::Ending& ending) {
    using Kind = core::Ending::Kind;
    ordered_json result;
    result["text"] = ending_words(ending);
    switch (ending.kind) {
        case Kind::none: return nullptr;
        case Kind::exited: result["exit_code"] = ending.value; break;
        case Kind::signaled:
        case Kind::dumped:
            result["signal"] = ending.value;
            result["core"] = ending.kind == Kind::dumped;
            break;
        case Kind::not_started: result["errno"] = ending.value; break;
        case Kind::unknown: break;
    }
    return result;
}

ordered_json json_of(const Glance& glance) {
    const Seen& seen = glance.seen;
    ordered_json result;
    result["name"] = seen.name;
    result["directory"] = seen.path;
    result["state"] = state_word(seen);
    result["up"] = seen.up();
    result["pid"] = seen.up() ? ordered_json(seen.pid()) : nullptr;
    result["seconds"] = seen.status ? ordered_json(seen.age.count()) : nullptr;
    result["wants_up"] = seen.wants_up();
    result["normally_up"] = !seen.normally_down;
    result["paused"] = seen.status && seen.status->paused;
    const auto& record = seen.record;
    result["starts"] = record ? ordered_json(record->service.starts) : nullptr;
    result["deaths"] = record ? ordered_json(record->service.deaths) : nullptr;
    result["last_exit"] = record ? json_of(record->service.last) : ordered_json(nullptr);
    result["processes"] = glance.processes;
    result["memory_bytes"] = glance.memory;
    result["cpu_seconds"] =
        std::round(std::chrono::duration<double>(glance.cpu).count() * 100) / 100;
    result["user"] = glance.user.empty() ? ordered_json(nullptr) : ordered_json(glance.user);
    result["listens"] = glance.listens;
    result["logger"] = glance.logger.empty() ? ordered_json(nullptr) : ordered_json(glance.logger);
    return result;
}

std::string as_json(const std::vector<Glance>& glances) {
    ordered_json document;
    document["format"] = 1;
    document["services"] = ordered_json::array();
    for (const Glance& each : glances) document["services"].push_back(json_of(each));
    return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string colour_of(const std::string& state, bool colour) {
    if (!colour) return "";
    if (state == "up") return "\033[32m";
    if (state == "down") return "\033[2m";
    return state == "waiting" || state == "unsupervised" || state == "unreachable" ? "\033[31m"
                                                                                   : "\033[33m";
}

std::string short_ending(const Seen& seen) {
    if (!seen.record || seen.record->service.last.kind == core::Ending::Kind::none) return "-";
    std::string words = ending_words(seen.record->service.last);
    size_t bracket = words.find(" (");
    return bracket == std::string::npos ? words : words.substr(0, bracket);
}

std::vector<Cell> row_of(const Glance& glance, bool colour) {
    const Seen& seen = glance.seen;
    std::string state = state_word(seen);
    bool known = seen.supervised && seen.status;
    std::string restarts = "-";
    if (known && seen.record) {
        unsigned starts = seen.record->service.starts;
        restarts = std::to_string(starts > 0 ? starts - 1 : 0);
    }
    return {{seen.name, ""},
            {state, colour_of(state, colour)},
            {seen.up() ? std::to_string(seen.pid()) : "-", ""},
            {known ? duration_short(seen.age) : "-", ""},
            {restarts, ""},
            {short_ending(seen), ""},
            {seen.up() ? size_words(glance.memory) : "-", ""},
            {seen.up() ? duration_short(std::chrono::floor<std::chrono::seconds>(glance.cpu)) : "-",
             ""},
            {glance.listens.empty() ? "-" : joined(glance.listens), ""},
            {glance.user.empty() ? "-" : glance.user, ""},
            {glance.logger.empty() ? "-" : glance.logger, ""}};
}

Rows rows_of(const std::vector<Glance>& glances, bool colour) {
    Rows rows{{{"NAME", ""},
               {"STATE", ""},
               {"PID", ""},
               {"SINCE", ""},
               {"RESTARTS", ""},
               {"LAST EXIT", ""},
               {"MEMORY", ""},
               {"CPU", ""},
               {"LISTENS", ""},
               {"USER", ""},
               {"LOGGER", ""}}};
    for (const Glance& each : glances) rows.push_back(row_of(each, colour));
    return rows;
}

// None where nobody looks: then nothing is cut.
std::optional<winsize> terminal() {
    winsize size{};
    bool is_one = ::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    if (!is_one || size.ws_col == 0 || size.ws_row == 0) return std::nullopt;
    return size;
}

std::string as_table(const std::vector<Glance>& glances) {
    Rows rows = rows_of(glances, wants_colour(STDOUT_FILENO));
    auto screen = terminal();
    return screen ? table_within(std::move(rows), screen->ws_col) : table(rows);
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
    constexpr int period_ms = 1000;
    if (terminal()) sys::write_all(STDOUT_FILENO, "\033[2J");
    for (;;) {
        auto screen = terminal();
        std::string shown = text();
        if (screen) shown = on_screen(shown, screen->ws_row);
        if (!sys::write_all(STDOUT_FILENO, shown)) return 0;
        ::poll(nullptr, 0, period_ms);
    }
}

}  // namespace

int status_command(const StatusOptions& options) {
    std::string folder = service_folder(options.where.folder);
    std::vector<Glance> glances;
    auto text = [&] {
        glances = glance(folder, chosen(folder, options.names, true));
        return options.where.json ? as_json(glances) : as_table(glances);
    };
    if (options.watch) return watch(text);
    if (!sys::write_all(STDOUT_FILENO, text())) return 111;
    bool all_up = std::all_of(glances.begin(), glances.end(),
                              [](const Glance& each) { return each.seen.up(); });
    return all_up || options.names.empty() ? 0 : 1;
}

}  // namespace hf::people
