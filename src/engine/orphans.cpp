// SPDX-License-Identifier: MIT
#include "engine/orphans.h"

#include <csignal>

#include "sys/process.h"

namespace hf::engine {

namespace {

constexpr core::Duration longest_wait = std::chrono::milliseconds(100);
constexpr core::Duration between_questions = std::chrono::milliseconds(2);

std::optional<core::Ending> ending_of(int process) {
    using Kind = core::Ending::Kind;
    auto info = sys::exit_info(process);
    if (!info) return std::nullopt;
    Kind kind = info->code == CLD_EXITED   ? Kind::exited
                : info->code == CLD_DUMPED ? Kind::dumped
                                           : Kind::signaled;
    return core::Ending{kind, info->status};
}

}  // namespace

bool Orphans::add(core::Pid pid, sys::Poller& poller, std::uint64_t kind) {
    sys::Fd process = sys::open_process(static_cast<pid_t>(pid));
    if (!process) return false;
    poller.add(process.get(), kind | static_cast<std::uint32_t>(pid));
    orphans_[static_cast<int>(pid)].process = std::move(process);
    return true;
}

bool Orphans::remove(core::Pid pid) {
    return orphans_.erase(static_cast<int>(pid)) > 0;
}

bool Orphans::signal(core::Pid pid, int number) {
    auto place = orphans_.find(static_cast<int>(pid));
    if (place == orphans_.end()) return false;
    sys::signal_process(place->second.process.get(), number);
    return true;
}

void Orphans::ended(core::Pid pid, core::Time now, sys::Poller& poller) {
    auto place = orphans_.find(static_cast<int>(pid));
    if (place == orphans_.end() || place->second.ended) return;
    poller.remove(place->second.process.get());
    place->second.ended = now;
    place->second.ask_again = now;
}

void Orphans::tell(core::Time now, std::vector<Happening>& into) {
    for (auto& [pid, orphan] : orphans_) {
        if (!orphan.ended || orphan.told || orphan.ask_again > now) continue;
        auto ending = ending_of(orphan.process.get());
        if (!ending && now < *orphan.ended + longest_wait) {
            orphan.ask_again = now + between_questions;
            continue;
        }
        orphan.told = true;
        into.push_back(
            Death{core::Pid(pid), ending.value_or(core::Ending{core::Ending::Kind::unknown, 0})});
    }
}

std::optional<core::Time> Orphans::next() const {
    std::optional<core::Time> next;
    for (const auto& [pid, orphan] : orphans_) {
        if (!orphan.ended || orphan.told) continue;
        if (!next || orphan.ask_again < *next) next = orphan.ask_again;
    }
    return next;
}

}  // namespace hf::engine
