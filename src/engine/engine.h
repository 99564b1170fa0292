// SPDX-License-Identifier: MIT
// The loop: listens to what happens, looks at the folder, and hands each matter to the supervision
// of the service that it concerns.
#pragma once

#include <map>
#include <set>
#include <string>

#include "engine/kernel.h"
#include "engine/pool.h"
#include "engine/supervision.h"

namespace hf::engine {

class Engine {
  public:
    // `main` is the service that everything is there for, if there is one.
    Engine(Kernel& kernel, const format::Session& session, Mode mode, std::string main = {})
        : kernel_(kernel),
          mode_(mode),
          supervision_(kernel, pool_, session, mode, std::move(main)) {}

    // Supervises until everything has been stopped in order, or until Leave. In Mode::lone it also
    // ends with its one supervision, and throws what prevents taking the directory.
    void run();

    const Pool& pool() const { return pool_; }

  private:
    void turn();
    void happen(const Death& death);
    void happen(const Letters& letters);
    void happen(const Look& look);
    void happen(const Halt&);
    void happen(const Leave&) { left_ = true; }

    void get_ready();
    void look_again();
    void look(const std::optional<std::string>& name);
    void note_unseen(Scan& scan, const std::optional<std::string>& name);
    void apply(const core::Change& change);
    void rescan_in_a_while();
    std::optional<core::Time> next_deadline() const;

    Kernel& kernel_;
    Mode mode_;
    Pool pool_;
    Supervision supervision_;
    bool seen_ = false;     // the folder could be read once
    bool ready_ = false;    // everything that was there at first has been taken, or tried
    bool halting_ = false;  // ... and is stopped as soon as that is so
    bool left_ = false;
    std::set<std::string> names_to_look_at_;
    bool look_at_all_ = false;
    std::map<std::string, std::string> unseen_;  // by name: what was last said of it
    std::optional<core::Time> rescan_at_;        // while something could not be examined
};

}  // namespace hf::engine
