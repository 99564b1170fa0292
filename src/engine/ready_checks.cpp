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

ReadyChecks::ReadyChecks(sys::Poller& poller, std::uint64_t tag, Say say)
    : poller_(poller),
      tag_(tag),
      say_(std::move(say)),
      program_(sys::sibling_program("holdfast-checker")) {}

ReadyChecks::~ReadyChecks() = default;

void ReadyChecks::begin(Dir dir, core::Pid pid, const format::Check& check) {
    waiting_.insert_or_assign(static_cast<unsigned>(dir),
                              Waiting{pid, check, first_pause, now() + first_pause});
}

void ReadyChecks::forget(Dir dir) {
    waiting_.erase(static_cast<unsigned>(dir));
    if (waiting_.empty()) stop();
}

bool ReadyChecks::has_said(Dir dir) {
    const auto place = waiting_.find(static_cast<unsigned>(dir));
    if (place == waiting_.end() || !place->second.is_ready) return false;
    forget(dir);
    return true;
}

std::optional<core::Time> ReadyChecks::next() const {
    std::optional<core::Time> next;
    for (const auto& [dir, each] : waiting_) {
        const bool is_due = each.check.id == 0 && !each.is_ready;
        if (is_due && (!next || each.due < *next)) next = each.due;
    }
    return next && again_at_ ? std::max(*next, *again_at_) : next;
}

void ReadyChecks::ask_if_due(core::Time now) {
    for (auto place = waiting_.begin(); place != waiting_.end();) {
        if (again_at_ && now < *again_at_) return;
        Waiting& each = place->second;
        const bool is_due = each.check.id == 0 && !each.is_ready && each.due <= now;
        if (is_due && !sys::may_be_alive(static_cast<pid_t>(each.pid))) {
            place = waiting_.erase(place);
            continue;
        }
        if (is_due) ask(each, now);
        ++place;
    }
    if (waiting_.empty()) stop();
}

// A question is asked whole, or not at all.
void ReadyChecks::ask(Waiting& waiting, core::Time now) {
    waiting.due = now + waiting.pause;
    waiting.pause = std::min(2 * waiting.pause, last_pause);
    if (helper_.pid == 0 && !start()) return;
    waiting.check.id = ++last_id_;
    const std::string line = format::encode(format::CheckRequest(waiting.check));
    if (line.size() > PIPE_BUF) {
        say_once("supervise: warning: " + waiting.check.target +
                 ": this check is too long: it never succeeds");
        waiting.check.id = 0;
        return;
    }
    const ssize_t written =
        sys::retry([&] { return ::write(helper_.requests.get(), line.data(), line.size()); });
    if (written < 0) waiting.check.id = 0;
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
    for (auto& [dir, each] : waiting_) each.check.id = 0;
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
        return answer.id != 0 && each.second.check.id == answer.id;
    });
    if (place == waiting_.end()) return;
    place->second.check.id = 0;
    if (answer.verdict != format::CheckVerdict::ok) return;
    place->second.is_ready = true;
    into.push_back(ReadySaid{Dir(place->first)});
}

}  // namespace hf::engine
