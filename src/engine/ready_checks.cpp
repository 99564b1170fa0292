// SPDX-License-Identifier: MIT
#include "engine/ready_checks.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>

#include "format/said.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/process.h"
#include "sys/program.h"
#include "text/error_text.h"

namespace hf::engine {

namespace {

using std::chrono::milliseconds;

constexpr core::Duration first_pause = milliseconds(100);
constexpr core::Duration last_pause = std::chrono::seconds(1);
constexpr core::Duration pause_without_checker = std::chrono::seconds(1);

core::Time now() {
    return core::Time(sys::boot_time());
}

}  // namespace

ReadyChecks::ReadyChecks(sys::Poller& poller, std::uint64_t tag, ServiceCommands commands, Say say)
    : poller_(poller),
      tag_(tag),
      say_(std::move(say)),
      program_(sys::sibling_program("holdfast-checker")),
      commands_(std::move(commands)) {}

ReadyChecks::~ReadyChecks() = default;

void ReadyChecks::begin(Dir dir, ServiceDir& service, core::Pid pid,
                        const format::ReadyCheck& check) {
    commands_.cancel(dir);
    service.write_said(format::said_file, "");
    waiting_.insert_or_assign(static_cast<unsigned>(dir),
                              Waiting{&service, pid, check, first_pause, now() + first_pause});
}

void ReadyChecks::forget(Dir dir) {
    waiting_.erase(static_cast<unsigned>(dir));
    commands_.cancel(dir);
    if (waiting_.empty()) stop();
}

bool ReadyChecks::has_said(Dir dir) {
    const auto place = waiting_.find(static_cast<unsigned>(dir));
    if (place == waiting_.end()) return false;
    Waiting& waiting = place->second;
    if (!std::exchange(waiting.is_found_written, true))
        waiting.service->write_said(format::said_file, waiting.found);
    const bool is_ready = waiting.is_ready;
    if (is_ready) forget(dir);
    return is_ready;
}

std::optional<core::Time> ReadyChecks::next() const {
    std::optional<core::Time> next;
    for (const auto& [dir, each] : waiting_) {
        const bool is_due = each.asked == 0 && !each.is_ready;
        if (is_due && (!next || each.due < *next)) next = each.due;
    }
    return next && again_at_ ? std::max(*next, *again_at_) : next;
}

void ReadyChecks::ended(core::Pid pid) {
    for (const auto& [dir, each] : waiting_) {
        if (each.pid == pid) commands_.cancel(Dir(dir));
    }
}

void ReadyChecks::ask_if_due(core::Time now) {
    for (auto place = waiting_.begin(); place != waiting_.end();) {
        if (again_at_ && now < *again_at_) return;
        Waiting& each = place->second;
        const bool is_due = each.asked == 0 && !each.is_ready && each.due <= now;
        if (is_due && !sys::may_be_alive(static_cast<pid_t>(each.pid))) {
            place = waiting_.erase(place);
            continue;
        }
        if (is_due) ask(Dir(place->first), each, now);
        ++place;
    }
    if (waiting_.empty()) stop();
}

void ReadyChecks::ask(Dir dir, Waiting& waiting, core::Time now) {
    waiting.due = now + waiting.pause;
    waiting.pause = std::min(2 * waiting.pause, last_pause);
    const std::uint64_t id = ++last_id_;
    const auto* command = std::get_if<format::TimedCommand>(&waiting.check);
    const bool is_asked = command != nullptr
                              ? run(dir, waiting, *command)
                              : ask_checker(std::get<format::Check>(waiting.check), id);
    if (is_asked) waiting.asked = id;
}

// A question is asked whole, or not at all.
bool ReadyChecks::ask_checker(const format::Check& check, std::uint64_t id) {
    if (helper_.pid == 0 && !start()) return false;
    format::Check question = check;
    question.id = id;
    const std::string line = format::encode(format::CheckRequest(question));
    if (line.size() > PIPE_BUF) {
        say_once("supervise: warning: " + check.target +
                 ": this check is too long: it never succeeds");
        return false;
    }
    return sys::retry([&] { return ::write(helper_.requests.get(), line.data(), line.size()); }) >=
           0;
}

bool ReadyChecks::run(Dir dir, Waiting& waiting, const format::TimedCommand& command) {
    const int error = commands_.begin(dir, *waiting.service, command, {waiting.pid});
    if (error != 0 && error != EBUSY)
        say_once("supervise: warning: " + waiting.service->name() +
                 ": unable to run its check by holdfast-enter: " +
                 std::string(text::error_text(error)) + "; it is not ready until that can be");
    return error == 0;
}

void ReadyChecks::say_once(const std::string& line) {
    if (!std::exchange(was_said_, true)) say_(line);
}

bool ReadyChecks::start() {
    helper_ = start_helper(program_, {}, true);
    if (helper_.pid != 0) {
        again_at_.reset();
        poller_.add(helper_.answers.get(), tag_);
        return true;
    }
    say_once("supervise: warning: unable to run holdfast-checker: " +
             std::string(text::error_text(errno)) +
             "; what is found ready by a check is not ready until it can be");
    helper_ = {};
    again_at_ = now() + pause_without_checker;
    return false;
}

// At the end of its input it exits by itself; if not, nobody waits for it.
void ReadyChecks::stop() {
    const Helper helper = std::exchange(helper_, {});
    if (helper.pid == 0) return;
    ::kill(helper.pid, SIGKILL);
    sys::retry([&] { return ::waitpid(helper.pid, nullptr, 0); });
    heard_.clear();
    for (auto& [dir, each] : waiting_) {
        if (std::holds_alternative<format::Check>(each.check)) each.asked = 0;
    }
}

void ReadyChecks::read(std::vector<Notice>& into) {
    std::array<char, 4096> buffer{};
    const ssize_t got =
        sys::retry([&] { return ::read(helper_.answers.get(), buffer.data(), buffer.size()); });
    if (got < 0) return;
    if (got == 0) {
        again_at_ = now() + pause_without_checker;
        return stop();
    }
    heard_.append(buffer.data(), static_cast<size_t>(got));
    for (size_t end = heard_.find('\n'); end != heard_.npos; end = heard_.find('\n')) {
        const auto answer = format::decode_check_answer(heard_.substr(0, end));
        heard_.erase(0, end + 1);
        if (answer) this->answer(*answer, into);
    }
    if (heard_.size() > format::longest_check_line) stop();
}

void ReadyChecks::answer(const format::CheckAnswer& answer, std::vector<Notice>& into) {
    const auto place = std::ranges::find_if(waiting_, [&](const auto& each) {
        return answer.id != 0 && each.second.asked == answer.id;
    });
    if (place == waiting_.end()) return;
    place->second.asked = 0;
    take(Dir(place->first), place->second, answer, into);
}

// What is said of a process that has ended, or another way of finding out has, is nothing.
void ReadyChecks::read_command(Dir dir, std::vector<Notice>& into) {
    const ServiceCommands::Said said = commands_.read(dir);
    const auto place = waiting_.find(static_cast<unsigned>(dir));
    if (place == waiting_.end() || place->second.asked == 0) return;
    if (said.answer) take(dir, place->second, *said.answer, into);
    if (said.is_over) place->second.asked = 0;
}

void ReadyChecks::take(Dir dir, Waiting& waiting, const format::CheckAnswer& answer,
                       std::vector<Notice>& into) {
    waiting.is_ready = answer.verdict == format::CheckVerdict::ok;
    if (waiting.found != answer.text) waiting.is_found_written = false;
    waiting.found = answer.text;
    if (waiting.is_ready || !waiting.is_found_written) into.push_back(ReadySaid{dir});
}

}  // namespace hf::engine
