// SPDX-License-Identifier: MIT
#include "engine/pool.h"

namespace hf::engine {

Pool::Pool()
    : graph_([this](const std::string& name) {
          const Entry* entry = of_name(name);
          return entry == nullptr ? std::nullopt : entry->standing;
      }) {}

Entry& Pool::add(core::Listed listed, core::Time now, const Entry* owner) {
    core::UnitId id = units_.add(now, owner ? std::optional(owner->id) : std::nullopt);
    Entry& entry = *(entries_[id] = std::make_unique<Entry>(id, units_.at(id), std::move(listed)));
    if (owner == nullptr) mains_[entry.listed.directory] = &entry;
    index(entry, now);
    return entry;
}

void Pool::remove(Entry& entry) {
    index(entry, std::nullopt);
    index_dir(entry, std::nullopt);
    index_pid(entry, core::Pid::none);
    index_name(entry, std::nullopt);
    auto it = mains_.find(entry.listed.directory);
    if (it != mains_.end() && it->second == &entry) mains_.erase(it);
    untried_.erase(entry.id);
    units_.remove(entry.id);
    entries_.erase(entry.id);
}

void Pool::index(Entry& entry, std::optional<core::Time> due) {
    const core::Unit& unit = entry.unit;
    if (unit.hold == core::Hold::untried) {
        untried_.insert(entry.id);
    } else {
        untried_.erase(entry.id);
    }
    index_dir(entry, unit.hold == core::Hold::held ? std::optional(unit.dir) : std::nullopt);
    index_pid(entry, unit.service.process.pid);
    const bool has_name = !unit.is_logger && unit.service.linked;
    index_name(entry, has_name ? std::optional(entry.listed.name) : std::nullopt);
    if (entry.due == due) return;
    if (entry.due) due_.erase({*entry.due, entry.id});
    if (due) due_.emplace(*due, entry.id);
    entry.due = due;
}

void Pool::index_dir(Entry& entry, std::optional<Dir> dir) {
    if (dir == entry.indexed_dir) return;
    if (entry.indexed_dir) dirs_.erase(static_cast<unsigned>(*entry.indexed_dir));
    if (dir) dirs_[static_cast<unsigned>(*dir)] = &entry;
    entry.indexed_dir = dir;
}

void Pool::index_pid(Entry& entry, core::Pid pid) {
    if (pid == entry.indexed_pid) return;
    if (entry.indexed_pid != core::Pid::none) pids_.erase(static_cast<int>(entry.indexed_pid));
    if (pid != core::Pid::none) pids_[static_cast<int>(pid)] = &entry;
    entry.indexed_pid = pid;
}

void Pool::index_name(Entry& entry, const std::optional<std::string>& name) {
    if (entry.indexed_name == name) return;
    if (entry.indexed_name) names_.erase({*entry.indexed_name, entry.id});
    if (name) names_.emplace(*name, entry.id);
    entry.indexed_name = name;
}

Entry* Pool::of_dir(Dir dir) const {
    auto it = dirs_.find(static_cast<unsigned>(dir));
    return it == dirs_.end() ? nullptr : it->second;
}

Entry* Pool::of_pid(core::Pid pid) const {
    auto it = pids_.find(static_cast<int>(pid));
    return it == pids_.end() ? nullptr : it->second;
}

Entry* Pool::of_directory(core::Identity directory) const {
    auto it = mains_.find(directory);
    return it == mains_.end() ? nullptr : it->second;
}

Entry* Pool::of_name(const std::string& name) const {
    auto it = names_.lower_bound({name, core::UnitId{}});
    if (it == names_.end() || it->first != name) return nullptr;
    return entries_.at(it->second).get();
}

Entry* Pool::first_due() const {
    return due_.empty() ? nullptr : entries_.at(due_.begin()->second).get();
}

Entry* Pool::first_untried() const {
    return untried_.empty() ? nullptr : entries_.at(*untried_.begin()).get();
}

std::vector<Entry*> Pool::all() const {
    std::vector<Entry*> result;
    result.reserve(entries_.size());
    for (const auto& [id, entry] : entries_) result.push_back(entry.get());
    return result;
}

std::vector<Entry*> Pool::mains() const {
    std::vector<Entry*> result;
    for (Entry* entry : all()) {
        if (!entry->unit.is_logger) result.push_back(entry);
    }
    return result;
}

}  // namespace hf::engine
