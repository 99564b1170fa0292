// SPDX-License-Identifier: MIT
#include "log/router.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "sys/error.h"
#include "sys/safe_open.h"

namespace hf::log {

namespace {

constexpr size_t out_size = 128 * 1024;
// A longer line is escaped in parts: each byte may become six, and one part is made at once.
constexpr size_t longest_escaped = most_held;
constexpr size_t escaped_out_size = 6 * longest_escaped + out_size;
constexpr size_t alert_size = 200;
constexpr size_t status_size = 1001;

// In a directory that others may write, only a file of its own: neither a link nor a second name.
sys::Fd open_status(const std::string& path, int flags) {
    const size_t name_at = path.rfind('/') + 1;  // npos + 1 is 0
    const sys::Fd directory =
        sys::open_directory(sys::open(".", O_PATH | O_DIRECTORY), path.substr(0, name_at));
    const char* name = path.c_str() + name_at;
    if (!directory) return {};
    return sys::open_own(directory, name, flags, 0600);
}

}  // namespace

void Regular::Free::operator()(regex_t* compiled) const {
    ::regfree(compiled);
    delete compiled;
}

Regular::Regular(const std::string& text) {
    auto compiled = std::make_unique<regex_t>();
    if (::regcomp(compiled.get(), text.c_str(), REG_EXTENDED | REG_NOSUB) != 0) {
        throw sys::Error("unable to use regular expression " + text, EINVAL);
    }
    compiled_.reset(compiled.release());
}

bool Regular::found_in(std::string_view line) const {
    regmatch_t range{0, static_cast<regoff_t>(line.size())};
    return ::regexec(compiled_.get(), line.data(), 0, &range, REG_STARTEND) == 0;
}

Router::Router(const Script& script, Retry& retry) : format_(script.stamp), retry_(retry) {
    for (const Action& action : script.actions) {
        only_directories_ = only_directories_ && std::holds_alternative<AppendTo>(action);
        if (const auto* select = std::get_if<Select>(&action)) add(*select);
        if (const auto* status = std::get_if<StatusFile>(&action)) add(*status);
        if (std::holds_alternative<Alert>(action)) steps_.emplace_back(Alert{});
        if (const auto* append = std::get_if<AppendTo>(&action)) steps_.emplace_back(*append);
        if (const auto* limit = std::get_if<AtMost>(&action)) {
            steps_.emplace_back(RateLimit(*limit));
        }
        if (const auto* copy = std::get_if<CopyTo>(&action)) steps_.emplace_back(Copier(*copy));
    }
    out_size_ = format_.escapes() ? escaped_out_size : out_size;
    if (!format_.nothing()) out_.reserve(out_size_);
    limits_.wait = match_window;
    if (format_.escapes()) limits_ = {longest_escaped + 1, longest_escaped, true};
}

void Router::add(const Select& select) {
    if (select.regular) {
        steps_.emplace_back(Choose{select.selects, Regular(select.pattern)});
    } else {
        steps_.emplace_back(Choose{select.selects, select.pattern});
    }
}

void Router::add(const StatusFile& status) {
    const int flags = O_WRONLY | O_NONBLOCK;
    sys::Fd file = open_status(status.name, flags | O_APPEND | O_CREAT);
    if (!file) sys::fail("unable to create " + status.name);
    file = open_status(status.name, flags);
    if (!file) sys::fail("unable to write " + status.name);
    steps_.emplace_back(Status{status.name, std::move(file)});
}

void Router::set_directories(std::vector<LogDir*> directories) {
    directories_ = std::move(directories);
    taken_by_.assign(directories_.size(), false);
}

std::string_view Router::take(std::string_view bytes, size_t held, const ReadState& times) {
    if (block_wise()) return take_block(bytes);
    if (!only_directories_) run_due(Clock::now());
    format_.set_time(std::chrono::nanoseconds(held > 0 ? times.held_time : times.time));
    LineLimits limits = limits_;  // what patterns see begins with the stamp
    if (!format_.escapes()) limits.wait -= format_.before().size();
    while (!bytes.empty()) {
        const Piece next = next_piece(bytes, in_line_, limits);
        if (next.length == 0) break;
        piece(bytes.substr(0, next.length), next.complete);
        bytes.remove_prefix(next.length);
        if (held > 0 && next.complete) {
            held = 0;
            format_.set_time(std::chrono::nanoseconds(times.time));
        }
    }
    return bytes;
}

// Nothing looks at single lines: all pieces go on in one.
std::string_view Router::take_block(std::string_view bytes) {
    const Block block = next_block(bytes, in_line_, limits_.wait);
    in_line_ = block.in_line;
    if (in_line_) std::fill(taken_by_.begin(), taken_by_.end(), true);
    append_everywhere(bytes.substr(0, block.length));
    return bytes.substr(block.length);
}

void Router::append_everywhere(std::string_view bytes) {
    if (bytes.empty()) return;
    for (LogDir* directory : directories_) directory->append(bytes);
}

// Part of a line; the start of one if none was begun. A complete one ends in a newline.
void Router::piece(std::string_view bytes, bool complete) {
    const std::string_view out = format_.nothing() ? bytes : stamped(bytes, complete);
    if (in_line_) {
        for (size_t i = 0; i < directories_.size(); ++i) {
            if (taken_by_[i]) directories_[i]->append(out);
        }
    } else if (only_directories_) {
        append_everywhere(out);
        if (!complete) std::fill(taken_by_.begin(), taken_by_.end(), true);
    } else {
        std::string_view line = format_.patterns_see_it() ? out : bytes;
        if (complete) line.remove_suffix(1);
        decide(0, line.substr(0, match_window), line.size() > alert_size, out);
    }
    in_line_ = !complete;
}

std::string_view Router::stamped(std::string_view bytes, bool complete) {
    const size_t most = format_.before().size() + bytes.size() * (format_.escapes() ? 6 : 1) + 8;
    if (out_.size() + most > out_size_) flush();
    const size_t start = out_.size();
    if (!in_line_) out_.append(format_.before());
    if (format_.escapes()) {
        if (complete) bytes.remove_suffix(1);
        LineFormat::escape(bytes, out_);
        if (complete) out_.append(format_.after()).push_back('\n');
    } else {
        out_.append(bytes);
    }
    return std::string_view(out_).substr(start);
}

void Router::decide(size_t first, std::string_view window, bool longer, std::string_view out) {
    bool selected = true;
    for (size_t i = first; i < steps_.size(); ++i) {
        selected = act(steps_[i], window, longer, out, selected);
    }
}

// One action on one line. Returns whether the line is selected for the next.
bool Router::act(Step& step, std::string_view window, bool longer, std::string_view out,
                 bool selected) {
    if (const auto* choose = std::get_if<Choose>(&step)) {
        if (choose->selects == selected) return selected;
        const auto* pattern = std::get_if<std::string>(&choose->pattern);
        const bool met = pattern != nullptr ? matches(*pattern, window)
                                            : std::get<Regular>(choose->pattern).found_in(window);
        return met ? choose->selects : selected;
    }
    if (const auto* append = std::get_if<AppendTo>(&step)) {
        taken_by_[append->directory] = selected;
        if (selected) directories_[append->directory]->append(out);
        return selected;
    }
    if (!selected) return false;
    if (auto* limit = std::get_if<RateLimit>(&step)) return limit->pass(now_);
    if (const auto* status = std::get_if<Status>(&step)) write_status(*status, window);
    if (auto* copier = std::get_if<Copier>(&step)) copier->send(window);
    if (std::holds_alternative<Alert>(step)) show(window, longer);
    return true;
}

// What a limit dropped is a line of its own, for the actions after the limit.
void Router::say_dropped(bool at_end) {
    if (in_line_) return;
    for (size_t i = 0; i < steps_.size(); ++i) {
        auto* limit = std::get_if<RateLimit>(&steps_[i]);
        const auto text = limit != nullptr ? limit->note(now_, at_end) : std::nullopt;
        if (!text) continue;
        const std::string line = *text + "\n";
        format_.set_time(std::chrono::system_clock::now().time_since_epoch());
        const std::string_view out = format_.nothing() ? line : stamped(line, true);
        decide(i + 1, format_.patterns_see_it() ? out.substr(0, out.size() - 1) : *text, false,
               out);
        flush();
    }
}

void Router::run_due(Clock::time_point now) {
    now_ = now;
    say_dropped(false);
    for (Step& step : steps_) {
        if (auto* copier = std::get_if<Copier>(&step)) copier->run_due();
    }
}

std::optional<Clock::time_point> Router::deadline() const {
    std::optional<Clock::time_point> next;
    for (const Step& step : steps_) {
        std::optional<Clock::time_point> due;
        if (const auto* limit = std::get_if<RateLimit>(&step)) due = limit->deadline();
        if (const auto* copier = std::get_if<Copier>(&step)) due = copier->deadline();
        if (due && (!next || *due < *next)) next = due;
    }
    return next;
}

void Router::show(std::string_view line, bool longer) const {
    std::string text(line.substr(0, alert_size));
    text.append(longer ? "...\n" : "\n");
    sys::write_all(STDERR_FILENO, text);
}

void Router::write_status(const Status& status, std::string_view line) {
    std::string text(line);
    text.resize(status_size, '\n');
    retry_.insist("unable to move to beginning of " + status.name,
                  [&] { return ::lseek(status.file.get(), 0, SEEK_SET) >= 0; });
    retry_.insist("unable to write " + status.name, [&] {
        return ::pwrite(status.file.get(), text.data(), text.size(), 0) ==
               static_cast<ssize_t>(text.size());
    });
}

void Router::finish(std::string_view held, const ReadState& times) {
    format_.set_time(std::chrono::nanoseconds(held.empty() ? times.time : times.held_time));
    if (!held.empty() || in_line_) {
        std::string last(held);
        last.push_back('\n');
        piece(last, true);
        flush();
    }
    say_dropped(true);
    for (Step& step : steps_) {
        if (auto* copier = std::get_if<Copier>(&step)) copier->finish();
    }
}

void Router::flush() {
    for (LogDir* directory : directories_) directory->flush();
    out_.clear();
}

void Router::continue_line(const std::vector<bool>& taken_by) {
    in_line_ = true;
    taken_by_ = taken_by;
}

}  // namespace hf::log
