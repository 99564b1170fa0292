// SPDX-License-Identifier: MIT
// Directories that somebody is making just now, file by file: they are taken when they are whole,
// so that a `down` that is there before the first start is obeyed, and nothing is said of a `run`
// that is about to be written. Pure: what was seen and the time are told.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/scan.h"
#include "core/time.h"

namespace hf::engine {

// What a look at a name in the scan directory, or at NAME/log, has found.
struct Candidate {
    core::Identity directory;
    bool has_run = false;        // one that may be executed
    bool was_here = false;       // it is a link to what was made before, or was supervised
    core::Duration untouched{};  // since its last change by the wall clock; negative: never mind
};

class Newcomers {
  public:
    // Whoever was there at first, or has been whole once, is whole for ever.
    bool is_whole(const std::string& name, const Candidate& candidate, core::Time now);

    // Whether that directory is whole by this name.
    bool knows(const std::string& name, core::Identity directory) const;

    // It is whole, and something in it is not: it counts as new at the next look.
    void put_off(const std::string& name) { whole_.erase(name); }

    // Nothing is called that any more.
    void forget(const std::string& name);

    // From now on what has not been seen before is new.
    void begin() { begun_ = true; }

    // The names that are waited for; when to look at them again, if there are any.
    std::vector<std::string> awaited() const;
    bool awaits(const std::string& name) const { return first_seen_.contains(name); }
    std::optional<core::Time> next_look() const { return next_look_; }
    void looked() { next_look_.reset(); }

  private:
    bool begun_ = false;
    std::map<std::string, core::Identity> whole_;
    std::map<std::string, core::Time> first_seen_;  // of those that are not
    std::optional<core::Time> next_look_;
};

}  // namespace hf::engine
