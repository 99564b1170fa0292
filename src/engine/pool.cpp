// SPDX-License-Identifier: MIT
#include "engine/pool.h"

namespace hf::engine {

Entry& Pool::add(core::Listed listed, Entry* main) {
    unsigned number = ++last_number_;
    Entry& entry = *(entries_[number] = std::make_unique<Entry>());
    entry.number = number;
    untried_.insert(number);
    entry.listed = std::move(listed);
    entry.main = main;
    entry.is_logger = main != nullptr;
    if (main != nullptr) main->logger = &entry;
    if (main == nullptr) mains_[entry.listed.directory] = &entry;
    return entry;
}

void Pool::remove(Entry& entry) {
    index(entry, std::nullopt);
    release(entry);
    if (entry.indexed_pid != core::Pid::none) pids_.erase(static_cast<int>(entry.indexed_pid));
    auto place = mains_.find(entry.listed.directory);
    if (place != mains_.end() && place->second == &entry) mains_.erase(place);
    if (entry.main != nullptr && entry.main->logger == &entry) entry.main->logger = nullptr;
    if (entry.logger != nullptr) entry.logger->main = nullptr;
    untried_.erase(entry.number);
    entries_.erase(entry.number);
}

void Pool::release(Entry& entry) {
    if (entry.dir) dirs_.erase(static_cast<unsigned>(*entry.dir));
    entry.dir.reset();
}

void Pool::index(Entry& entry, std::optional<core::Time> due) {
    if (entry.dir) dirs_[static_cast<unsigned>(*entry.dir)] = &entry;
    if (entry.service.pid != entry.indexed_pid) {
        if (entry.indexed_pid != core::Pid::none) pids_.erase(static_cast<int>(entry.indexed_pid));
        if (entry.service.pid != core::Pid::none)
            pids_[static_cast<int>(entry.service.pid)] = &entry;
        entry.indexed_pid = entry.service.pid;
    }
    if (entry.due == due) return;
    if (entry.due) due_.erase({*entry.due, entry.number});
    if (due) due_.emplace(*due, entry.number);
    entry.due = due;
}

Entry* Pool::of_dir(Dir dir) const {
    auto place = dirs_.find(static_cast<unsigned>(dir));
    return place == dirs_.end() ? nullptr : place->second;
}

Entry* Pool::of_pid(core::Pid pid) const {
    auto place = pids_.find(static_cast<int>(pid));
    return place == pids_.end() ? nullptr : place->second;
}

Entry* Pool::of_directory(core::Identity directory) const {
    auto place = mains_.find(directory);
    return place == mains_.end() ? nullptr : place->second;
}

Entry* Pool::of_name(const std::string& name) const {
    for (const auto& [directory, entry] : mains_) {
        if (entry->listed.name == name && entry->service.linked) return entry;
    }
    return nullptr;
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
    for (const auto& [number, entry] : entries_) result.push_back(entry.get());
    return result;
}

std::vector<Entry*> Pool::mains() const {
    std::vector<Entry*> result;
    for (Entry* entry : all()) {
        if (!entry->is_logger) result.push_back(entry);
    }
    return result;
}

}  // namespace hf::engine
