// SPDX-License-Identifier: MIT
#include "guardian/engine_link.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "guardian/descriptors.h"

namespace hf::guardian {

namespace {

using guard::Message;

// An engine that owes an answer for so long is stuck. Ten thousand restarts take less; the first
// look at ten thousand directories on a cold disk may take longer.
constexpr milliseconds usual_timeout{2000};
constexpr milliseconds long_timeout{20'000};

constexpr milliseconds try_again_after{10};

}  // namespace

void EngineLink::open(int socket) {
    close();
    socket_ = socket;
    ask_ = true;
}

void EngineLink::close() {
    close_and_forget(socket_);
    has_spoken_ = has_hung_up_ = all_kept_ = look_ = halt_ = ask_ = is_slow_ = false;
    next_kept_ = 0;
    answer_ = {};
    awaited_ = Nothing{};
    failing_since_.reset();
}

void EngineLink::hang_up() {
    if (socket_ >= 0) ::shutdown(socket_, SHUT_WR);
    look_ = halt_ = ask_ = is_slow_ = false;
    has_spoken_ = has_hung_up_ = true;
    await(SignOfLife{});
}

std::optional<guard::Packet> EngineLink::receive() {
    if (socket_ < 0) return std::nullopt;
    guard::Packet result;
    const ssize_t size = guard::receive(socket_, result);
    // It has closed its end, which it does when it ends: if it does not, it is stuck.
    if (size == 0) {
        close_and_forget(socket_);
        await(SignOfLife{});
    }
    if (size < static_cast<ssize_t>(sizeof result.message)) return std::nullopt;
    has_spoken_ = true;
    const auto* reaping = std::get_if<Reaping>(&awaited_);
    if (reaping != nullptr && result.message.kind == Message::reaped &&
        result.message.pid == reaping->pid)
        awaited_ = Nothing{};
    if (result.message.kind == Message::alive && awaits_sign_of_life()) {
        awaited_ = Nothing{};
        is_slow_ = look_;
    }
    return result;
}

// Whatever it is at: it is to end now.
void EngineLink::halt() {
    halt_ = ask_ = true;
    is_slow_ = false;
}

void EngineLink::answer(pid_t pid, guard::Child child) {
    answer_ = {Message::answer, pid, child, 0};
}

void EngineLink::send() {
    if (socket_ < 0 || has_hung_up_) return;
    if (!all_kept_) {
        all_kept_ = kept_.send(socket_, next_kept_);
        if (!all_kept_ && !failing_since_) failing_since_ = Clock::now();
        if (all_kept_) failing_since_.reset();
    }
    if (answer_.kind != 0 && send_one(answer_)) answer_ = {};
    if (look_ && send_one({Message::look, 0, 0, 0})) look_ = false;
    if (halt_ && send_one({Message::halt, 0, 0, 0})) halt_ = false;
    if (look_ || halt_ || !ask_ || awaited_.index() != 0) return;
    if (!send_one({Message::ask, 0, 0, 0})) return;
    ask_ = false;
    await(SignOfLife{});
}

bool EngineLink::tell_death(const Message& death) {
    if (!is_free() || !send_one(death)) return false;
    await(Reaping{death.pid});
    return true;
}

bool EngineLink::send_one(const Message& message) {
    bool sent = ::send(socket_, &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
    if (sent) failing_since_.reset();
    if (!sent && !failing_since_) failing_since_ = Clock::now();
    return sent;
}

void EngineLink::await(std::variant<Nothing, Reaping, SignOfLife> what) {
    awaited_ = what;
    awaited_since_ = Clock::now();
}

milliseconds EngineLink::timeout() const {
    return has_spoken_ && !is_slow_ ? usual_timeout : long_timeout;
}

std::optional<Clock::time_point> EngineLink::due() const {
    if (failing_since_ && socket_ >= 0) return Clock::now() + try_again_after;
    if (awaited_.index() == 0) return std::nullopt;
    return awaited_since_ + timeout();
}

bool EngineLink::is_stuck() const {
    const auto now = Clock::now();
    if (failing_since_ && now >= *failing_since_ + usual_timeout) return true;
    return awaited_.index() != 0 && now >= awaited_since_ + timeout();
}

}  // namespace hf::guardian
