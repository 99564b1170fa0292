// SPDX-License-Identifier: MIT
#include "log/router.h"

#include <fcntl.h>

#include <algorithm>
#include <cstring>

#include "sys/error.h"

namespace hf::log {

namespace {

constexpr size_t out_size = 128 * 1024;
constexpr size_t escaped_piece = 8 * 1024;  // at most six bytes for each: still fits
constexpr size_t alert_size = 200;
constexpr size_t status_size = 1001;

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

Router::Router(const Script& script, Patience& patience)
    : stamper_(script.stamp), patience_(patience) {
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
    if (!stamper_.nothing()) out_.reserve(out_size);
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
    sys::Fd file = sys::open(status.name.c_str(), flags | O_APPEND | O_CREAT, 0600);
    if (!file) sys::fail("unable to create " + status.name);
    file = sys::open(status.name.c_str(), flags);
    if (!file) sys::fail("unable to write " + status.name);
    steps_.emplace_back(Status{status.name, std::move(file)});
}

void Router::set_directories(std::vector<LogDir*> directories) {
    directories_ = std::move(directories);
    taken_by_.assign(directories_.size(), false);
}

std::string_view Router::take(std::string_view bytes, size_t held, const ReadState& times) {
    if (block_wise()) return take_block(bytes);
    if (!only_directories_) tend(Clock::now());
    stamper_.set_time(std::chrono::nanoseconds(held > 0 ? times.held_time : times.time));
    const size_t before = stamper_.patterns_see_it() ? stamper_.before().size() : 0;
    const size_t most = stamper_.escapes() ? escaped_piece : bytes.size();
    while (!bytes.empty()) {
        const size_t newline = bytes.find('\n');
        size_t length = newline == std::string_view::npos ? bytes.size() : newline + 1;
        const bool complete = newline != std::string_view::npos && length <= most;
        if (!complete && !in_line_ && length + before < match_window) return bytes;
        if (length > most) {  // not within a character
            for (length = most; length > most - 4 && (bytes[length] & 0xc0) == 0x80;) --length;
        }
        piece(bytes.substr(0, length), complete);
        bytes.remove_prefix(length);
        if (held > 0 && complete) {
            held = 0;
            stamper_.set_time(std::chrono::nanoseconds(times.time));
        }
    }
    return {};
}

// Nothing looks at single lines: the complete ones go on in one piece.
std::string_view Router::take_block(std::string_view bytes) {
    const size_t newline = bytes.rfind('\n');
    const size_t lines = newline == std::string_view::npos ? 0 : newline + 1;
    if (lines > 0) in_line_ = false;
    const std::string_view rest = bytes.substr(lines);
    const bool hold = !in_line_ && rest.size() < match_window;
    if (!hold) {
        in_line_ = in_line_ || !rest.empty();
        std::fill(taken_by_.begin(), taken_by_.end(), true);
    }
    append_everywhere(hold ? bytes.substr(0, lines) : bytes);
    return hold ? rest : std::string_view();
}

void Router::append_everywhere(std::string_view bytes) {
    if (bytes.empty()) return;
    for (LogDir* directory : directories_) directory->append(bytes);
}

// Part of a line; the start of one if none was begun. A complete one ends in a newline.
void Router::piece(std::string_view bytes, bool complete) {
    const std::string_view out = stamper_.nothing() ? bytes : stamped(bytes, complete);
    if (in_line_) {
        for (size_t i = 0; i < directories_.size(); ++i) {
            if (taken_by_[i]) directories_[i]->append(out);
        }
    } else if (only_directories_) {
        append_everywhere(out);
        if (!complete) std::fill(taken_by_.begin(), taken_by_.end(), true);
    } else {
        std::string_view line = stamper_.patterns_see_it() ? out : bytes;
        if (complete) line.remove_suffix(1);
        decide(0, line.substr(0, match_window), line.size() > alert_size, out);
    }
    in_line_ = !complete;
}

std::string_view Router::stamped(std::string_view bytes, bool complete) {
    const size_t most = stamper_.before().size() + bytes.size() * (stamper_.escapes() ? 6 : 1) + 8;
    if (out_.size() + most > out_size) flush();
    const size_t start = out_.size();
    if (!in_line_) out_.append(stamper_.before());
    if (stamper_.escapes()) {
        if (complete) bytes.remove_suffix(1);
        Stamper::escape(bytes, out_);
        if (complete) out_.append(stamper_.after()).push_back('\n');
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
        stamper_.set_time(std::chrono::system_clock::now().time_since_epoch());
        const std::string_view out = stamper_.nothing() ? line : stamped(line, true);
        decide(i + 1, stamper_.patterns_see_it() ? out.substr(0, out.size() - 1) : *text, false,
               out);
        flush();
    }
}

void Router::tend(Clock::time_point now) {
    now_ = now;
    say_dropped(false);
    for (Step& step : steps_) {
        if (auto* copier = std::get_if<Copier>(&step)) copier->tend();
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
    patience_.insist("unable to move to beginning of " + status.name,
                     [&] { return ::lseek(status.file.get(), 0, SEEK_SET) >= 0; });
    patience_.insist("unable to write " + status.name, [&] {
        return ::pwrite(status.file.get(), text.data(), text.size(), 0) ==
               static_cast<ssize_t>(text.size());
    });
}

void Router::finish(std::string_view held, const ReadState& times) {
    stamper_.set_time(std::chrono::nanoseconds(held.empty() ? times.time : times.held_time));
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
