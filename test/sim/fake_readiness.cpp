// SPDX-License-Identifier: MIT
#include "fake_readiness.h"

#include <algorithm>

namespace hf::test {

using core::Time;
using engine::Dir;

void FakeReadiness::await(Dir dir, int serial) {
    awaited_[static_cast<unsigned>(dir)] = {serial, world_.now().boot};
}

bool FakeReadiness::is_ready(int serial) const {
    const auto place = world_.processes.find(serial);
    if (place == world_.processes.end()) return false;
    if (world_.bug == Bug::ready_at_once) return true;
    return place->second.said_ready_at && !place->second.word_is_taken;
}

// A socket is told of once more, and then no more, until what it says is recorded.
void FakeReadiness::add_notices(std::vector<engine::Notice>& into) {
    for (auto& [dir, awaited] : awaited_) {
        if (!is_ready(awaited.serial) || world_.bug == Bug::lose_readiness) continue;
        if (awaited.was_told && std::exchange(awaited.is_paused, true)) continue;
        into.push_back(engine::ReadySaid{Dir(dir)});
    }
}

std::optional<core::Event> FakeReadiness::next_said(Dir dir, bool is_recorded) {
    const auto place = awaited_.find(static_cast<unsigned>(dir));
    if (place == awaited_.end()) return std::nullopt;
    Awaited& awaited = place->second;
    const auto process = world_.processes.find(awaited.serial);
    if (awaited.was_told) {
        if (!is_recorded) return std::nullopt;
        if (process != world_.processes.end()) process->second.word_is_taken = true;
        awaited_.erase(place);
        return std::nullopt;
    }
    if (!is_ready(awaited.serial)) return std::nullopt;
    awaited.was_told = process->second.notifies;
    if (world_.bug == Bug::take_words_at_once) process->second.word_is_taken = true;
    if (!awaited.was_told) awaited_.erase(place);
    return core::Ready{};
}

std::optional<Time> FakeReadiness::known_since(Dir dir, int living) const {
    auto said = world_.process(living).said_ready_at;
    const auto awaited = awaited_.find(static_cast<unsigned>(dir));
    if (said && awaited != awaited_.end()) said = std::max(*said, awaited->second.since);
    return said;
}

}  // namespace hf::test
