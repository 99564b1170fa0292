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

#include "core/scan.h"
#include "core/service.h"
#include "engine/kernel.h"

namespace hf::engine {

// A service directory: held (`dir`), or still to be taken. `foo` and `foo/log` are two entries.
struct Entry {
    core::Listed listed;
    std::optional<Dir> dir;
    core::Service service{};
    core::Time conceived{};       // of its process, see format::Record
    std::uint32_t last_note = 0;  // the number of the last in its history
    Notes notes{};                // those that are not written yet
    bool is_logger = false;
    Entry* main = nullptr;    // of a logger: whose log it reads, while that is supervised
    Entry* logger = nullptr;  // of a main: who reads its log
    bool unsaved = false;     // the status on disk is not the state: the last write failed
    std::string complaint;    // what was last said about it, so that it is said once
    core::Time retry_at{};    // when to try again to take it, or to save it
    core::Duration retry_delay{};
    bool has_left = false;  // told to exit, it has: it is taken again after a pause

    // Kept by Pool: its number, and under what it is indexed.
    unsigned number = 0;
    core::Pid indexed_pid = core::Pid::none;
    std::optional<core::Time> due;
};

class Pool {
  public:
    // A new entry, its deadline being its `retry_at`. `main` is none but for a logger.
    Entry& add(core::Listed listed, Entry* main);
    void remove(Entry& entry);

    // Its directory has been given back.
    void release(Entry& entry);

    // To be called when `entry`'s dir, pid or deadline may have changed.
    void index(Entry& entry, std::optional<core::Time> due);

    Entry* of_dir(Dir dir) const;
    Entry* of_pid(core::Pid pid) const;
    Entry* of_directory(core::Identity directory) const;  // mains only
    Entry* of_name(const std::string& name) const;        // linked mains only

    // The entry whose deadline comes first, if any has one.
    Entry* first_due() const;

    // An entry that nobody has tried to take yet, if there is one.
    Entry* first_untried() const;
    bool is_untried(const Entry& entry) const { return untried_.contains(entry.number); }
    void tried(Entry& entry) { untried_.erase(entry.number); }

    std::vector<Entry*> all() const;
    std::vector<Entry*> mains() const;
    bool empty() const { return entries_.empty(); }

  private:
    std::map<unsigned, std::unique_ptr<Entry>> entries_;
    std::map<core::Identity, Entry*> mains_;
    std::unordered_map<unsigned, Entry*> dirs_;
    std::unordered_map<int, Entry*> pids_;
    std::set<std::pair<core::Time, unsigned>> due_;  // by number, so that runs can be repeated
    std::set<unsigned> untried_;
    unsigned last_number_ = 0;
};

}  // namespace hf::engine
