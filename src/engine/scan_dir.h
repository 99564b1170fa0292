// SPDX-License-Identifier: MIT
// The scan directory: what it holds, and a hint when that may have changed.
//
// inotify only ever means "look again": the scan is the truth. Where it cannot work (network file
// systems, no watches left) the scan directory is looked at every five seconds, as it always was.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/blocking_guard.h"
#include "engine/kernel.h"
#include "engine/newcomers.h"
#include "engine/quarantine.h"
#include "sys/fd.h"

namespace hf::engine {

// The current directory.
class ScanDir {
  public:
    ScanDir(guard::SharedPage* page, Watchdog& watchdog);

    // Adds what stands at the path `name` to `scan`; nothing if that is no directory.
    void examine(const std::string& name, Scan& scan);

    Scan scan(const std::optional<std::string>& name);

    // Hints: a directory at `path`, known as `name` in the scan directory, may have moved or got a
    // log; also one between the look at it, when it `had_log` or not, and this.
    void watch(Dir dir, const std::string& path, const std::string& name, bool had_log);
    void unwatch(Dir dir);

    // Whoever gives the service `name` an order has made what he wants it to find: its log is taken
    // before the order is obeyed. Holds for the looks of this turn.
    void ordered(const std::string& name, std::vector<Notice>& into);
    void begin_turn() { ordered_.clear(); }

    // Becomes readable when there is a hint. Negative without inotify.
    int fd() const { return inotify_.get(); }
    void read(std::vector<Notice>& into);

    // When to look again although nothing was heard, and at what.
    std::optional<core::Time> next_look() const;
    void look_if_due(core::Time now, std::vector<Notice>& into);
    void looked(core::Time now);

  private:
    bool is_whole(const std::string& name, const struct stat& status);
    void return_to_scan_dir();
    void note_the_end(Scan& scan);
    void hint(int watch, std::uint32_t mask, const char* file, std::vector<Notice>& into);

    struct Watched {
        Dir dir;
        std::string name;
    };
    Watchdog& watchdog_;
    Quarantine quarantine_;
    sys::Fd inotify_;
    int scan_dir_watch_ = -1;
    std::unordered_map<int, Watched> watched_;
    std::unordered_map<unsigned, int> watch_of_;
    Newcomers newcomers_;
    std::set<std::string> ordered_;    // services that got an order in this turn
    std::vector<std::string> missed_;  // names to look at again: nobody will be told of what came
    std::string path_;                 // where the scan directory was found
    bool complete_ = false;            // everything is watched
    bool had_something_ = false;
    bool is_gone_ = false;  // the scan directory itself, or perhaps
    std::optional<core::Time> next_look_;
};

}  // namespace hf::engine
