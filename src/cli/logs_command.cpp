// SPDX-License-Identifier: MIT
// holdfast logs NAME...: what services have printed, over rotated files, several merged by time.
#include <poll.h>
#include <regex.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cli/command_line.h"
#include "cli/option_time.h"
#include "cli/snapshot.h"
#include "control/output.h"
#include "inspect/files.h"
#include "inspect/log_files.h"
#include "inspect/processes.h"
#include "program/tool.h"
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

struct LogsOptions {
    Where where;
    std::vector<std::string> names;
    bool follow = false;
    std::optional<std::uint64_t> lines;  // none: 20, or all that is selected
    std::string since;
    std::string until;
    std::string pattern;
    bool utc = false;
    bool raw = false;
};

struct Source {
    std::string name;
    std::string log_dir;
};

struct Entry {
    format::Tai64n time;  // of the line, or of the last one before it that has a stamp
    size_t source = 0;
    std::string line;
};

// An extended regular expression, as of grep -E: of the C library, which takes a line of any
// length.
class Pattern {
  public:
    explicit Pattern(const std::string& text) {
        if (::regcomp(&compiled_, text.c_str(), REG_EXTENDED) != 0)
            throw Usage{"holdfast: --grep: not a regular expression: " + text};
    }
    ~Pattern() { ::regfree(&compiled_); }
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

    bool matches(const std::string& line) const {
        regmatch_t where{0, static_cast<regoff_t>(line.size())};  // a line may hold nulls
        return ::regexec(&compiled_, line.c_str(), 1, &where, REG_STARTEND) == 0;
    }

  private:
    regex_t compiled_{};
};

class Selection {
  public:
    explicit Selection(const LogsOptions& options) {
        since_ = option_time("--since", options.since, options.utc);
        until_ = option_time("--until", options.until, options.utc);
        if (!options.pattern.empty()) pattern_.emplace(options.pattern);
    }

    bool takes(const Entry& entry) const {
        if (since_ && entry.time < *since_) return false;
        if (until_ && entry.time > *until_) return false;
        return !pattern_ || pattern_->matches(entry.line);
    }

    bool takes_file(const std::string& file) const {
        auto end = finished_at(file);
        return !since_ || !end || *end >= *since_;
    }

    bool is_everything() const { return !since_ && !until_ && !pattern_; }

  private:
    std::optional<format::Tai64n> since_;
    std::optional<format::Tai64n> until_;
    std::optional<Pattern> pattern_;
};

class Printer {
  public:
    Printer(const LogsOptions& options, const std::vector<Source>& sources)
        : options_(options), sources_(sources) {
        for (const Source& each : sources) width_ = std::max(width_, each.name.size());
    }

    void append(const Entry& entry, std::string& text) const {
        if (sources_.size() > 1) {
            std::string name = sources_[entry.source].name;
            text += name.append(width_ - name.size() + 2, ' ');
        }
        LogLine line = log_line(entry.line);
        if (options_.raw || !line.time)
            text += shown(entry.line);
        else
            text += time_text(*line.time, options_.utc) + " " + shown(line.text);
        text += '\n';
    }

  private:
    // Whoever wrote it may be a client of the service: it does not speak to the terminal.
    std::string shown(const std::string& line) const { return to_terminal_ ? visible(line) : line; }

    const LogsOptions& options_;
    const std::vector<Source>& sources_;
    const bool to_terminal_ = ::isatty(STDOUT_FILENO) != 0;
    size_t width_ = 0;
};

Entry entry_of(std::string line, size_t source, format::Tai64n& last) {
    if (auto time = format::parse_label(line)) last = *time;
    return {last, source, std::move(line)};
}

// From the newest file back, until there are enough lines.
std::vector<Entry> read(const Source& source, size_t index, const Selection& selection,
                        std::optional<size_t> enough) {
    std::vector<std::vector<Entry>> blocks;
    size_t count = 0;
    auto files = log_files(source.log_dir);
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        if (enough && count >= *enough) break;
        if (!selection.takes_file(*file)) continue;
        std::vector<Entry>& block = blocks.emplace_back();
        format::Tai64n last;
        std::string text = log_content(*file);
        for (size_t at = 0; at < text.size();) {
            size_t end = std::min(text.find('\n', at), text.size());
            Entry entry = entry_of(text.substr(at, end - at), index, last);
            if (selection.takes(entry)) block.push_back(std::move(entry));
            at = end + 1;
        }
        count += block.size();
    }
    std::vector<Entry> entries;
    for (auto block = blocks.rbegin(); block != blocks.rend(); ++block)
        std::move(block->begin(), block->end(), std::back_inserter(entries));
    return entries;
}

// By time, from the newest back. The lines of one service stay as they were written, also where the
// clock was set back between them: of the last ones its time is right.
std::vector<Entry> merged(std::vector<std::vector<Entry>> sources) {
    std::vector<Entry> all;
    for (;;) {
        std::vector<Entry>* newest = nullptr;
        for (std::vector<Entry>& each : sources) {
            if (each.empty()) continue;
            if (newest == nullptr || newest->back().time <= each.back().time) newest = &each;
        }
        if (newest == nullptr) break;
        all.push_back(std::move(newest->back()));
        newest->pop_back();
    }
    std::reverse(all.begin(), all.end());
    return all;
}

// Of a service with a log directory that cannot be told.
std::string no_directory(const ServiceView& view) {
    auto launch = launch_of(parse_script(contents(view.path + "/log/run")));
    const ServiceView logger = inspect_service(view.name + "/log", view.path + "/log");
    if (!launch || !writes_log_directory(*launch))
        return ": its logger keeps no log directory that is known here; its script is " +
               shell_word(view.path + "/log/run");
    std::string text =
        ": log/run makes up the name of its log directory, which is known while the "
        "logger runs; ";
    if (logger.up()) return text + "as root: sudo holdfast logs " + shell_word(view.name);
    return text + "it does not run: holdfast why " + shell_word(view.name);
}

std::string no_log(const ServiceView& view) {
    auto launch = launch_of(parse_script(contents(view.path + "/run")));
    std::string text = " has no log";
    for (const OutputPlace& each : outputs_of(view, launch, view.path)) {
        std::string command = command_to_show(each);
        if (command.empty()) continue;
        text += "; what it prints goes to " + place_words(each) + ": " + command;
        break;
    }
    if (text.ends_with("log")) text += ": what it prints goes where svscan prints";
    const std::string log = without_links(view.path) + "/log";
    const std::string run = shell_word(log + "/run");
    return text + "\nto keep it in a log: mkdir -p " + shell_word(log) +
           R"( && printf '#!/bin/sh\nexec multilog t ./main\n' >)" + run + " && chmod +x " + run +
           " && holdfast restart " + shell_word(view.name);
}

std::vector<Source> sources_of(const LogsOptions& options) {
    std::string scan_dir = scan_directory(options.where.scan_dir);
    std::vector<Source> sources;
    for (const std::string& name : chosen(scan_dir, located(options.where, options.names), false)) {
        std::string path = path_for(scan_dir, name);
        const pid_t logger = inspect_service(name + "/log", path + "/log").pid();
        if (has_logger_of_another(path, logger)) {
            std::string other = writer_to(logger, scan_dir);
            warn(name + " has no logger: " + path + "/log is that of " +
                 (other.empty() ? "another service" : "the service " + other));
            continue;
        }
        if (auto log = log_directory_of(path)) {
            std::string refusal = refusal_of(Access::reading, *log);
            if (refusal.empty() && exists(*log + "/current"))
                refusal = refusal_of(Access::reading, *log + "/current");
            if (refusal.empty())
                sources.push_back({name, *log});
            else
                warn(name + ": " + refusal);
            continue;
        }
        ServiceView view = inspect_service(name, path);
        warn(name + (view.has_log ? no_directory(view) : no_log(view)));
    }
    return sources;
}

// Woken by the kernel when a file in one of the folders changes. Where it cannot tell (no watches
// are left, a directory that is not there yet), looks once a second.
void follow(const std::vector<Source>& sources, std::vector<LogTail>& tails,
            const Selection& selection, const Printer& printer) {
    sys::Fd inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    std::chrono::milliseconds longest(-1);  // no limit
    for (const Source& each : sources) {
        if (::inotify_add_watch(inotify.get(), each.log_dir.c_str(),
                                IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM) < 0)
            longest = std::chrono::seconds(1);
    }
    std::vector<format::Tai64n> last(sources.size());
    for (;;) {
        std::vector<std::vector<Entry>> entries(tails.size());
        for (size_t i = 0; i < tails.size(); ++i) {
            for (std::string& line : tails[i].more()) {
                Entry entry = entry_of(std::move(line), i, last[i]);
                if (selection.takes(entry)) entries[i].push_back(std::move(entry));
            }
        }
        std::string text;
        for (const Entry& each : merged(std::move(entries))) printer.append(each, text);
        if (!sys::write_all(STDOUT_FILENO, text)) return;
        pollfd news[2]{{inotify.get(), POLLIN, 0}, {STDOUT_FILENO, POLLERR, 0}};
        ::poll(news, 2, static_cast<int>(longest.count()));
        if ((news[1].revents & POLLERR) != 0) return;  // nobody reads any more
        alignas(inotify_event) std::array<char, 65536> events{};
        while (::read(inotify.get(), events.data(), events.size()) > 0) {
        }
    }
}

int logs_command(const LogsOptions& options) {
    Selection selection(options);
    auto sources = sources_of(options);
    if (sources.empty()) return 1;
    std::vector<LogTail> tails;
    if (options.follow) {
        for (const Source& each : sources) tails.emplace_back(each.log_dir);
    }
    constexpr size_t usual = 20;
    std::optional<size_t> enough = options.lines;
    if (!enough && selection.is_everything()) enough = usual;
    std::vector<std::vector<Entry>> of_each;
    for (size_t i = 0; i < sources.size(); ++i)
        of_each.push_back(read(sources[i], i, selection, enough));
    std::vector<Entry> entries = merged(std::move(of_each));
    Printer printer(options, sources);
    size_t first = enough && entries.size() > *enough ? entries.size() - *enough : 0;
    std::string text;
    for (size_t i = first; i < entries.size(); ++i) printer.append(entries[i], text);
    if (!sys::write_all(STDOUT_FILENO, text)) return 0;  // nobody reads any more
    if (options.follow) follow(sources, tails, selection, printer);
    return 0;
}

}  // namespace

void add_logs(CommandLine& line) {
    auto options = std::make_shared<LogsOptions>();
    CLI::App* sub = line.add("logs", "show the logs of services", options, logs_command);
    add_names(sub, options->names)->required();
    sub->add_flag("-f,--follow", options->follow, "follow: print new lines as they come");
    sub->add_option("-n,--lines,--tail", options->lines, "the last N lines (20)")
        ->check(wrong_count)
        ->type_name("N");
    add_since(sub, options->since);
    add_until(sub, options->until);
    sub->add_option("--grep", options->pattern, "only lines that match")->type_name("REGEX");
    sub->add_flag("--utc", options->utc, "times in UTC instead of local time");
    sub->add_flag("--raw", options->raw, "raw lines, with their labels");
}

}  // namespace hf::cli
