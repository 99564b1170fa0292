// SPDX-License-Identifier: MIT
// The loop: listens to what happens, looks at the scan directory, and hands each matter to the
// supervision of the service that it concerns.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

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

    // Supervises until everything has been stopped in order, or until Detach. In Mode::lone it also
    // ends with its one supervision, and throws what prevents taking the directory.
    void run();

    const Pool& pool() const { return pool_; }

  private:
    void turn();
    void happen(const Death& death);
    void happen(const ControlBytes& bytes);
    void happen(const Rescan& rescan);
    void happen(const RulesRead& read);
    void happen(const ReadySaid& said);
    void happen(const StopCommandEnded& ended);
    void happen(const Shutdown&);
    void happen(const Detach&) { left_ = true; }

    void get_ready();
    void halt();
    void look_again();
    void look_at(const std::string& name);
    void look_at_all();
    std::set<std::string> say_unseen(const Scan& scan);
    void apply(const core::Change& change);
    void rescan_in_a_while();
    std::optional<core::Time> next_deadline() const;

    Kernel& kernel_;
    Mode mode_;
    Pool pool_;
    Supervision supervision_;
    bool seen_ = false;     // the scan directory could be read once
    bool ready_ = false;    // everything that was there at first has been taken, or tried
    bool halting_ = false;  // ... and is stopped as soon as that is so
    bool left_ = false;
    std::set<std::string> names_to_look_at_;
    bool all_to_look_at_ = false;
    std::map<std::string, std::string> scan_errors_;  // by name: what was last said of it
    std::optional<core::Time> rescan_at_;             // while something could not be examined
    std::optional<core::Time> halt_rest_at_;          // while everything stops in order
};

}  // namespace hf::engine
