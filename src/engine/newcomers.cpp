// SPDX-License-Identifier: MIT
#include "engine/newcomers.h"

namespace hf::engine {

namespace {

using std::chrono::milliseconds;

constexpr core::Duration longest_wait = std::chrono::seconds(3);
constexpr core::Duration quiet = milliseconds(300);  // nothing was added for so long: it is done
constexpr core::Duration between_looks = milliseconds(100);

bool seems_finished(const Candidate& candidate) {
    if (!candidate.has_run) return false;
    return candidate.was_here || candidate.untouched < core::Duration::zero() ||
           candidate.untouched >= quiet;
}

}  // namespace

bool Newcomers::is_whole(const std::string& name, const Candidate& candidate, core::Time now) {
    if (knows(name, candidate.directory)) return true;
    core::Time since = first_seen_.try_emplace(name, now).first->second;
    if (!begun_ || seems_finished(candidate) || now - since >= longest_wait) {
        whole_[name] = candidate.directory;
        first_seen_.erase(name);
        return true;
    }
    core::Time next = now + between_looks;
    if (!next_look_ || next < *next_look_) next_look_ = next;
    return false;
}

bool Newcomers::knows(const std::string& name, core::Identity directory) const {
    auto known = whole_.find(name);
    return known != whole_.end() && known->second == directory;
}

void Newcomers::forget(const std::string& name) {
    whole_.erase(name);
    first_seen_.erase(name);
}

std::vector<std::string> Newcomers::awaited() const {
    std::vector<std::string> names;
    for (const auto& [name, since] : first_seen_) names.push_back(name);
    return names;
}

}  // namespace hf::engine
