// SPDX-License-Identifier: MIT
// Carries the script out: takes what was read, finds the lines, puts the stamp on, and hands each
// line to the actions it is selected for.
#pragma once

#include <regex.h>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "log/copier.h"
#include "log/line_format.h"
#include "log/log_dir.h"
#include "log/pattern.h"
#include "log/rate_limit.h"
#include "log/splitter.h"

namespace hf::log {

// A compiled POSIX extended regular expression.
class Regular {
  public:
    explicit Regular(const std::string& text);  // throws "unable to use ~TEXT"
    Regular(Regular&& other) noexcept : compiled_(std::move(other.compiled_)) {}
    bool found_in(std::string_view line) const;

  private:
    struct Free {
        void operator()(regex_t* compiled) const;
    };
    std::unique_ptr<regex_t, Free> compiled_;
};

class Router {
  public:
    // Opens the status files; throws if it cannot.
    Router(const Script& script, Retry& retry);
    // In the order of the script; before the first line.
    void set_directories(std::vector<LogDir*> directories);

    // Goes through `bytes`, of which the first `held` came earlier. What is returned is the start
    // of a line that is too short to be dealt with before its end has come; it comes first next
    // time. `bytes` must stay until flush().
    std::string_view take(std::string_view bytes, size_t held, const ReadState& times);

    // The input ended: `held` is the last line, and the last line gets a newline.
    void finish(std::string_view held, const ReadState& times);

    void flush();

    // Copies that wait, and what the rate limits have to say when time has passed.
    void run_due(Clock::time_point now);
    std::optional<Clock::time_point> deadline() const;

    // In the middle of a line that has been dealt with up to here.
    bool in_line() const { return in_line_; }
    void continue_line(const std::vector<bool>& taken_by);
    const std::vector<bool>& taken_by() const { return taken_by_; }

  private:
    struct Choose {
        bool selects;
        std::variant<std::string, Regular> pattern;
    };
    struct Status {
        std::string name;
        sys::Fd file;
    };
    using Step = std::variant<Choose, Alert, Status, AppendTo, RateLimit, Copier>;

    bool block_wise() const { return only_directories_ && format_.nothing(); }
    std::string_view take_block(std::string_view bytes);
    void piece(std::string_view bytes, bool complete);
    std::string_view stamped(std::string_view bytes, bool complete);
    void add(const Select& select);
    void add(const StatusFile& status);
    void decide(size_t first, std::string_view window, bool longer, std::string_view out);
    bool act(Step& step, std::string_view window, bool longer, std::string_view out, bool selected);
    void say_dropped(bool at_end);
    void append_everywhere(std::string_view bytes);
    void show(std::string_view line, bool longer) const;
    void write_status(const Status& status, std::string_view line);

    LineFormat format_;
    LineLimits limits_;
    std::vector<LogDir*> directories_;
    Retry& retry_;
    size_t out_size_ = 0;
    std::vector<Step> steps_;
    bool only_directories_ = true;
    bool in_line_ = false;
    Clock::time_point now_{};     // of the last read
    std::vector<bool> taken_by_;  // by directory: the line that we are in
    std::string out_;             // stamped lines, until flush()
};

}  // namespace hf::log
