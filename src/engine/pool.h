// SPDX-License-Identifier: MIT
// Everything that is supervised or should be, and whose turn it is when. No decisions.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/bonds.h"
#include "core/graph.h"
#include "core/scan.h"
#include "engine/kernel.h"

namespace hf::engine {

// A service directory, held or still to be taken. `foo` and `foo/log` are two entries.
struct Entry {
    const core::UnitId id;
    core::Unit& unit;
    core::Listed listed{};
    std::uint32_t last_note = 0;             // the number of the last in its history
    Notes notes{};                           // those that are not written yet
    std::optional<std::uint32_t> written{};  // the checksum of the record on disk; none: not known
    std::string complaint{};                 // what was last said about it, so that it is said once
    core::Gate rules_gate = core::Gate::open;  // as far as its service.toml is concerned
    std::optional<core::Standing> standing{};  // as others know it
    std::string noted_name{};                  // ... and by which name

    // Kept by Pool: under what it is indexed.
    std::optional<Dir> indexed_dir{};
    core::Pid indexed_pid = core::Pid::none;
    std::optional<core::Time> due{};
    std::optional<std::string> indexed_name{};
};

inline bool is_held(const Entry& entry) {
    return entry.unit.hold == core::Hold::held;
}

// With N entries every call takes at most O(log N), but where it says more.
class Pool {
  public:
    Pool();

    core::Units& units() { return units_; }
    core::Graph& graph() { return graph_; }

    // A new entry that is due at `now`; a logger, if it has an owner.
    Entry& add(core::Listed listed, core::Time now, const Entry* owner = nullptr);
    void remove(Entry& entry);

    // To be called when `entry`'s hold, pid, name, link or deadline may have changed.
    void index(Entry& entry, std::optional<core::Time> due);

    Entry& at(core::UnitId id) const { return *entries_.at(id); }
    Entry* of_dir(Dir dir) const;
    Entry* of_pid(core::Pid pid) const;
    Entry* of_directory(core::Identity directory) const;  // mains only
    Entry* of_name(const std::string& name) const;        // linked mains only

    // By the bond of the log, if there is one.
    Entry* owner(const Entry& entry) const { return find(entry.unit.owner); }
    Entry* logger(const Entry& entry) const { return find(entry.unit.logger); }

    // The entry whose deadline comes first, if any has one.
    Entry* first_due() const;

    // An entry that nobody has tried to take yet, if there is one.
    Entry* first_untried() const;

    // In the order in which they came. O(N).
    std::vector<Entry*> all() const;
    std::vector<Entry*> mains() const;  // all but loggers
    bool empty() const { return entries_.empty(); }
    size_t size() const { return entries_.size(); }

  private:
    Entry* find(std::optional<core::UnitId> id) const { return id ? &at(*id) : nullptr; }
    void index_dir(Entry& entry, std::optional<Dir> dir);
    void index_pid(Entry& entry, core::Pid pid);
    void index_name(Entry& entry, const std::optional<std::string>& name);

    core::Units units_;
    core::Graph graph_;
    std::map<core::UnitId, std::unique_ptr<Entry>> entries_;
    std::map<core::Identity, Entry*> mains_;
    std::unordered_map<unsigned, Entry*> dirs_;
    std::unordered_map<int, Entry*> pids_;
    std::set<std::pair<core::Time, core::UnitId>> due_;  // by id, so that runs can be repeated
    std::set<core::UnitId> untried_;
    std::set<std::pair<std::string, core::UnitId>> names_;  // of linked mains
};

}  // namespace hf::engine
