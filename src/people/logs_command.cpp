// SPDX-License-Identifier: MIT
// holdfast logs NAME...: what services have printed, over rotated files, several merged by time.
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <regex>

#include "people/commands.h"
#include "people/glance.h"
#include "people/log_files.h"
#include "people/times.h"
#include "sys/fd.h"
#include "tools/tool.h"

namespace hf::people {

namespace {

struct Source {
    std::string name;
    std::string folder;
};

struct Entry {
    format::Tai64n time;  // of the line, or of the last one before it that has a stamp
    size_t source = 0;
    std::string line;
};

class Selection {
  public:
    explicit Selection(const LogsOptions& options) : has_pattern_(!options.pattern.empty()) {
        since_ = option_time("--since", options.since, options.utc);
        until_ = option_time("--until", options.until, options.utc);
        try {
            pattern_ = std::regex(options.pattern, std::regex::extended | std::regex::optimize);
        } catch (const std::regex_error&) {
            throw Usage{"holdfast: --grep: not a regular expression: " + options.pattern};
        }
    }

    bool takes(const Entry& entry) const {
        if (since_ && entry.time < *since_) return false;
        if (until_ && entry.time > *until_) return false;
        return !has_pattern_ || std::regex_search(entry.line, pattern_);
    }

    bool takes_file(const std::string& file) const {
        auto end = finished_at(file);
        return !since_ || !end || *end >= *since_;
    }

    bool is_everything() const { return !since_ && !until_ && !has_pattern_; }

  private:
    bool has_pattern_;
    std::optional<format::Tai64n> since_;
    std::optional<format::Tai64n> until_;
    std::regex pattern_;
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
            text += entry.line;
        else
            text += time_text(*line.time, options_.utc) + " " + line.text;
        text += '\n';
    }

  private:
    const LogsOptions& options_;
    const std::vector<Source>& sources_;
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
    auto files = log_files(source.folder);
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        if (enough && count >= *enough) break;
        if (!selection.takes_file(*file)) break;
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

std::vector<Source> sources_of(const LogsOptions& options) {
    std::string folder = service_folder(options.where.folder);
    std::vector<Source> sources;
    for (const std::string& name : chosen(folder, options.names, false)) {
        std::string path = path_for(folder, name);
        auto log = log_folder_of(path);
        if (log) {
            sources.push_back({name, *log});
            continue;
        }
        bool has_log = look_at(name, path).has_log;
        warn(name + (has_log ? ": its log/run does not tell where it writes (it is no multilog)"
                             : " has no log: what it prints goes where svscan prints. To keep it, "
                               "make " +
                                   path + "/log/run with: exec multilog t ./main"));
    }
    return sources;
}

// Woken by the kernel when a file in one of the folders changes. Where it cannot tell (no watches
// are left, a folder that is not there yet), looks once a second.
void follow(const std::vector<Source>& sources, std::vector<LogTail>& tails,
            const Selection& selection, const Printer& printer) {
    sys::Fd inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    int longest_ms = -1;
    for (const Source& each : sources) {
        if (::inotify_add_watch(inotify.get(), each.folder.c_str(),
                                IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM) < 0)
            longest_ms = 1000;
    }
    std::vector<format::Tai64n> last(sources.size());
    for (;;) {
        std::vector<Entry> entries;
        for (size_t i = 0; i < tails.size(); ++i) {
            for (std::string& line : tails[i].more()) {
                Entry entry = entry_of(std::move(line), i, last[i]);
                if (selection.takes(entry)) entries.push_back(std::move(entry));
            }
        }
        std::stable_sort(entries.begin(), entries.end(),
                         [](const Entry& a, const Entry& b) { return a.time < b.time; });
        std::string text;
        for (const Entry& each : entries) printer.append(each, text);
        if (!sys::write_all(STDOUT_FILENO, text)) return;
        pollfd news[2]{{inotify.get(), POLLIN, 0}, {STDOUT_FILENO, POLLERR, 0}};
        ::poll(news, 2, longest_ms);
        if ((news[1].revents & POLLERR) != 0) return;  // nobody reads any more
        alignas(inotify_event) std::array<char, 65536> events{};
        while (::read(inotify.get(), events.data(), events.size()) > 0) {
        }
    }
}

}  // namespace

int logs_command(const LogsOptions& options) {
    Selection selection(options);
    auto sources = sources_of(options);
    if (sources.empty()) return 1;
    std::vector<LogTail> tails;
    if (options.follow) {
        for (const Source& each : sources) tails.emplace_back(each.folder);
    }
    bool counted = options.lines_given || selection.is_everything();
    std::optional<size_t> enough;
    if (counted) enough = options.lines;
    std::vector<Entry> entries;
    for (size_t i = 0; i < sources.size(); ++i) {
        auto some = read(sources[i], i, selection, enough);
        std::move(some.begin(), some.end(), std::back_inserter(entries));
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.time < b.time; });
    Printer printer(options, sources);
    size_t first = enough && entries.size() > *enough ? entries.size() - *enough : 0;
    std::string text;
    for (size_t i = first; i < entries.size(); ++i) printer.append(entries[i], text);
    if (!sys::write_all(STDOUT_FILENO, text)) return 0;  // nobody reads any more
    if (options.follow) follow(sources, tails, selection, printer);
    return 0;
}

}  // namespace hf::people
