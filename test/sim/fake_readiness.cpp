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
    return place->second.said_ready_at || world_.bug == Bug::ready_at_once;
}

void FakeReadiness::add_notices(std::vector<engine::Notice>& into) const {
    for (const auto& [dir, awaited] : awaited_) {
        if (is_ready(awaited.serial) && world_.bug != Bug::lose_readiness)
            into.push_back(engine::ReadySaid{Dir(dir)});
    }
}

bool FakeReadiness::has_said(Dir dir) {
    const auto place = awaited_.find(static_cast<unsigned>(dir));
    if (place == awaited_.end() || !is_ready(place->second.serial)) return false;
    awaited_.erase(place);
    return true;
}

std::optional<Time> FakeReadiness::known_since(Dir dir, int living) const {
    auto said = world_.process(living).said_ready_at;
    const auto awaited = awaited_.find(static_cast<unsigned>(dir));
    if (said && awaited != awaited_.end()) said = std::max(*said, awaited->second.since);
    return said;
}

}  // namespace hf::test
