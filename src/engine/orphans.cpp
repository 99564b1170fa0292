// SPDX-License-Identifier: MIT
#include "engine/orphans.h"

#include <cerrno>
#include <csignal>
#include <utility>

#include "sys/process.h"

namespace hf::engine {

namespace {

// The kernel has the exit status once the parent has reaped: an init does that in milliseconds, and
// one that never does must not delay a restart for long.
constexpr core::Duration longest_wait = std::chrono::milliseconds(100);
constexpr core::Duration between_questions = std::chrono::milliseconds(2);
// Without a pidfd: as often as supervise restarts what crashes.
constexpr core::Duration between_looks = std::chrono::seconds(1);

std::optional<core::ExitResult> exit_of(int process) {
    using Kind = core::ExitResult::Kind;
    auto info = sys::exit_info(process);
    if (!info) return std::nullopt;
    Kind kind = info->code == CLD_EXITED   ? Kind::exited
                : info->code == CLD_DUMPED ? Kind::dumped
                                           : Kind::signaled;
    return core::ExitResult{kind, info->status};
}

}  // namespace

bool Orphans::add(core::Pid pid, core::Time born, core::Time now, sys::Poller& poller,
                  std::uint64_t kind) {
    sys::Fd process = sys::open_process(static_cast<pid_t>(pid));
    if (!process && errno == ESRCH) return false;
    if (process) poller.add(process.get(), kind | static_cast<std::uint32_t>(pid));
    Orphan& orphan = orphans_[static_cast<int>(pid)];
    orphan.process = std::move(process);
    orphan.born = born;
    orphan.ask_again = now;
    return true;
}

bool Orphans::remove(core::Pid pid) {
    return orphans_.erase(static_cast<int>(pid)) > 0;
}

bool Orphans::signal(core::Pid pid, int number, core::Reach reach) {
    auto it = orphans_.find(static_cast<int>(pid));
    if (it == orphans_.end()) return false;
    const Orphan& orphan = it->second;
    if (reach == core::Reach::group && lives(it->first, orphan)) {
        sys::signal_group(it->first, number);
    } else if (orphan.process) {
        sys::signal_process(orphan.process.get(), number);
    } else if (lives(it->first, orphan)) {
        ::kill(it->first, number);
    }
    return true;
}

// What cannot be looked at is not taken for gone.
bool Orphans::lives(int pid, const Orphan& orphan) {
    if (sys::is_hidden(pid)) return true;
    auto process = sys::process_stat(pid);
    return process && process->state != 'Z' && core::Time(process->born) == orphan.born;
}

void Orphans::ended(core::Pid pid, core::Time now, sys::Poller& poller) {
    auto it = orphans_.find(static_cast<int>(pid));
    if (it == orphans_.end() || it->second.ended) return;
    poller.remove(it->second.process.get());
    it->second.ended = now;
    it->second.ask_again = now;
}

void Orphans::tell(core::Time now, std::vector<Notice>& into) {
    for (auto& [pid, orphan] : orphans_) {
        if (orphan.reported || orphan.ask_again > now) continue;
        if (!orphan.process && !orphan.ended) {
            orphan.ask_again = now + between_looks;
            if (lives(pid, orphan)) continue;
            orphan.ended = now - longest_wait;
        }
        if (!orphan.ended) continue;
        auto exit_result = exit_of(orphan.process.get());
        if (!exit_result && now < *orphan.ended + longest_wait) {
            orphan.ask_again = now + between_questions;
            continue;
        }
        orphan.reported = true;
        into.push_back(Death{core::Pid(pid), exit_result.value_or(core::ExitResult{
                                                 core::ExitResult::Kind::unknown, 0})});
    }
}

std::optional<core::Time> Orphans::next() const {
    std::optional<core::Time> next;
    for (const auto& [pid, orphan] : orphans_) {
        if (orphan.reported || (orphan.process && !orphan.ended)) continue;
        if (!next || orphan.ask_again < *next) next = orphan.ask_again;
    }
    return next;
}

}  // namespace hf::engine
