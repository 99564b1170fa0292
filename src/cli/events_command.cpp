// SPDX-License-Identifier: MIT
// holdfast events [NAME...]: what has happened to services: starts, deaths and why, orders and who
// gave them; several services merged by time.
#include <unistd.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/json_text.h"
#include "cli/option_time.h"
#include "cli/snapshot.h"
#include "control/watch.h"
#include "inspect/history.h"
#include "program/tool.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "text/arguments.h"
#include "text/times.h"
#include "text/visible.h"
#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace inspect;
using namespace text;
using namespace program;

namespace {

using nlohmann::ordered_json;
using Kind = format::Note::Kind;

struct EventsOptions {
    Where where;
    std::vector<std::string> names;
    bool follow = false;
    std::optional<size_t> lines;  // none: the usual number, or all where times are named
    std::string since;
    std::string until;
    bool utc = false;
};

// An event, ready to be shown.
struct Shown {
    core::WallTime at;
    std::string line;
};

format::Tai64n label_of(const format::Note& note) {
    return format::tai64n(note.at.time_since_epoch());
}

// "2026-01-31T14:30:05.123456Z".
std::string utc_text(const format::Note& note) {
    std::string text = time_text(label_of(note), true);
    text[text.find(' ')] = 'T';
    return text + "Z";
}

ordered_json replaced_word(core::Replaced why) {
    switch (why) {
        case core::Replaced::not_ready: return "not-ready";
        case core::Replaced::needs_lost: return "needs-lost";
        case core::Replaced::asked:
        case core::Replaced::no: break;
    }
    return nullptr;
}

void add_value(const format::Note& note, ordered_json& event) {
    switch (note.kind) {
        case Kind::finished:
        case Kind::exited: event["exit_code"] = note.value; break;
        case Kind::signaled:
        case Kind::dumped: event["signal"] = signal_name(static_cast<int>(note.value)); break;
        case Kind::not_started: event["errno"] = note.value; break;
        case Kind::ordered:
            event["letter"] = std::string(1, note.letter);
            event["user"] = note.value == format::unknown_caller ? ordered_json(nullptr)
                                                                 : ordered_json(caller_of(note));
            break;
        case Kind::replaced: event["why"] = replaced_word(core::Replaced(note.value)); break;
        case Kind::started:
        case Kind::ended:
        case Kind::halted:
        case Kind::linked:
        case Kind::ready:
        case Kind::finishing:
        case Kind::unlinked: break;
    }
}

class Events {
  public:
    explicit Events(const EventsOptions& options)
        : options_(options), scan_dir_(scan_directory(options.where.scan_dir)) {
        since_ = option_time("--since", options.since, options.utc);
        until_ = option_time("--until", options.until, options.utc);
    }

    int run() {
        choose();
        constexpr size_t usual = 20;
        bool all = !options_.since.empty() || !options_.until.empty() || options_.where.json;
        auto lines = options_.lines;
        if (!lines && !all) lines = usual;
        print(names_, lines);
        while (options_.follow && !reader_is_gone_) follow();
        return found_any_ || options_.names.empty() ? 0 : 1;
    }

  private:
    // Each service, and its logger, whose events are its own.
    void choose() {
        names_ = chosen(scan_dir_, located(options_.where, options_.names), true);
        if (!options_.names.empty()) return;
        size_t services = names_.size();
        for (size_t i = 0; i < services; ++i) {
            if (inspect_service(names_[i], path_for(scan_dir_, names_[i])).has_log)
                names_.push_back(names_[i] + "/log");
        }
        std::sort(names_.begin(), names_.end());
    }

    void say_why_none(const std::string& name, bool readable) const {
        if (!readable)
            warn(name + ": you may not read its history; try it as root (sudo)");
        else if (options_.names.empty() || options_.follow)
            return;
        else if (inspect_service(name, path_for(scan_dir_, name)).record)
            warn(name + ": nothing has happened to it yet");
        else
            warn(name + ": has no history: it was never supervised, or is supervised by the " +
                 "original daemontools, which keep none");
    }

    // The new ones of one service; a directory that was made anew begins with 1 again.
    std::vector<Shown> news_of(const std::string& name) {
        auto notes = history_of(path_for(scan_dir_, name));
        bool none = !notes || notes->empty();
        if (none && !last_.contains(name)) say_why_none(name, notes.has_value());
        std::uint32_t& last = last_[name];
        std::vector<Shown> result;
        if (none) return result;
        found_any_ = true;
        if (notes->back().number < last) last = 0;
        core::WallTime latest{};  // in the order of their numbers, even if the clock was set back
        for (size_t i = 0; i < notes->size(); ++i) {
            const format::Note& note = (*notes)[i];
            latest = std::max(latest, note.at);
            if (note.number <= last || !is_wanted(note)) continue;
            result.push_back({latest, options_.where.json ? json_of(name, *notes, i)
                                                          : line_of(name, *notes, i)});
        }
        last = notes->back().number;
        return result;
    }

    bool is_wanted(const format::Note& note) const {
        auto label = label_of(note);
        return (!since_ || label >= *since_) && (!until_ || label <= *until_);
    }

    std::string line_of(const std::string& name, const Notes& notes, size_t at) const {
        std::string column = visible(name);
        column.append(column.size() < width_ ? width_ - column.size() : 0, ' ');
        return time_text(label_of(notes[at]), options_.utc) + "  " + column + "  " +
               event_words(notes, at) + "\n";
    }

    static std::string json_of(const std::string& name, const Notes& notes, size_t at) {
        const format::Note& note = notes[at];
        ordered_json event;
        event["time"] = utc_text(note);
        event["name"] = name;
        event["number"] = note.number;
        event["event"] = kind_word(note.kind);
        event["text"] = event_words(notes, at);
        int pid = static_cast<int>(note.pid);
        event["pid"] = pid == 0 ? ordered_json(nullptr) : ordered_json(pid);
        add_value(note, event);
        return json_text(event, -1);
    }

    void print(const std::vector<std::string>& names, std::optional<size_t> count) {
        for (const std::string& each : names) width_ = std::max(width_, each.size());
        std::vector<Shown> events;
        for (const std::string& each : names) {
            auto some = news_of(each);
            std::move(some.begin(), some.end(), std::back_inserter(events));
        }
        std::stable_sort(events.begin(), events.end(),
                         [](const Shown& a, const Shown& b) { return a.at < b.at; });
        size_t first = count && events.size() > *count ? events.size() - *count : 0;
        std::string text;
        for (size_t i = first; i < events.size(); ++i) text += events[i].line;
        if (!sys::write_all(STDOUT_FILENO, text)) reader_is_gone_ = true;
    }

    // Until there is another set of services.
    void follow() {
        std::vector<WatchedService> watched;
        for (const std::string& name : names_) watched.push_back({name, path_for(scan_dir_, name)});
        Watch watch(watched);
        watch.mind_reader(STDOUT_FILENO);
        if (options_.names.empty()) watch.mind_scan_dir(scan_dir_);
        auto before = names_;
        choose();
        print(names_, std::nullopt);  // what came before it was watched
        while (names_ == before && !reader_is_gone_) {
            std::vector<std::string> names;
            for (size_t each : watch.wait(std::nullopt)) names.push_back(names_[each]);
            if (watch.reader_is_gone()) reader_is_gone_ = true;
            print(names, std::nullopt);
            if (watch.scan_dir_has_changed()) choose();
        }
    }

    const EventsOptions& options_;
    std::string scan_dir_;
    std::vector<std::string> names_;
    std::map<std::string, std::uint32_t> last_;  // the number of the last that was seen
    std::optional<format::Tai64n> since_;
    std::optional<format::Tai64n> until_;
    size_t width_ = 0;
    bool found_any_ = false;
    bool reader_is_gone_ = false;
};

int events_command(const EventsOptions& options) {
    return Events(options).run();
}

}  // namespace

void add_events(CommandLine& line) {
    auto options = std::make_shared<EventsOptions>();
    CLI::App* sub = line.add("events", "show starts, exits and commands, and who sent them",
                             options, events_command);
    add_names(sub, options->names);
    sub->add_flag("-f,--follow", options->follow, "follow: print new events as they come");
    sub->add_option("-n,--lines", options->lines,
                    "the last N events (20; all with times or --json)")
        ->check(wrong_count)
        ->type_name("N");
    add_since(sub, options->since);
    add_until(sub, options->until);
    sub->add_flag("--utc", options->utc, "times in UTC instead of local time");
    sub->add_flag("--json", options->where.json,
                  "write a JSON object a line (doc/events.schema.json)");
}

}  // namespace hf::cli
