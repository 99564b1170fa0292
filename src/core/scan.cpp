// SPDX-License-Identifier: MIT
#include "core/scan.h"

#include <map>

namespace hf::core {

namespace {

using Kind = Change::Kind;

// One name a directory: the one it is supervised under if that is still there, else the first.
std::map<Identity, Listed> by_directory(const std::map<Identity, const Supervised*>& known,
                                        const std::vector<Listed>& found) {
    std::map<Identity, Listed> result;
    for (const Listed& each : found) {
        auto [it, first] = result.try_emplace(each.directory, each);
        auto old = known.find(each.directory);
        if (!first && old != known.end() && old->second->name == each.name) it->second = each;
    }
    return result;
}

}  // namespace

std::vector<Change> compare(const std::vector<Supervised>& supervised,
                            const std::vector<Listed>& found,
                            const std::set<std::string>& unknown) {
    std::map<Identity, const Supervised*> known;
    for (const Supervised& each : supervised) known.emplace(each.directory, &each);
    std::map<Identity, Listed> present = by_directory(known, found);
    for (const auto& [directory, old] : known) {
        if (old->linked && unknown.contains(old->name)) present[directory] = *old;
    }

    std::vector<Change> changes;
    for (const auto& [directory, old] : known) {
        if (old->linked && !present.contains(directory)) changes.push_back({Kind::unlinked, *old});
    }
    for (const auto& [directory, now] : present) {
        auto it = known.find(directory);
        if (it == known.end()) {
            changes.push_back({Kind::appeared, now});
            continue;
        }
        const Supervised& old = *it->second;
        if (!old.linked || old.name != now.name) changes.push_back({Kind::renamed, now});
        if (now.has_log && !old.has_log) changes.push_back({Kind::log_added, now});
        if (!now.has_log && old.has_log) changes.push_back({Kind::log_removed, now});
    }
    return changes;
}

}  // namespace hf::core
