// SPDX-License-Identifier: MIT
// The service folder: what it holds, and a hint when that may have changed.
//
// inotify only ever means "look again": the scan is the truth. Where it cannot work (network file
// systems, no watches left) the folder is looked at every five seconds, as it always was.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/aside.h"
#include "engine/attention.h"
#include "engine/kernel.h"
#include "sys/fd.h"

namespace hf::engine {

// The current directory.
class Folder {
  public:
    Folder(sys::GuardPage* page, Watchdog& watchdog);

    // Adds what stands at the path `name` to `scan`; nothing if that is no directory.
    void examine(const std::string& name, Scan& scan);

    Scan scan(const std::optional<std::string>& name);

    // Hints: a directory at `path`, known as `name` in the folder, may have moved or got a log.
    void watch(Dir dir, const std::string& path, const std::string& name);
    void unwatch(Dir dir);

    // Becomes readable when there is a hint. Negative without inotify.
    int fd() const { return inotify_.get(); }
    void read(std::vector<Happening>& into);

    // When to look again although nothing was heard.
    std::optional<core::Time> next_look() const { return next_look_; }
    void looked(core::Time now);

  private:
    void hint(int watch, std::uint32_t mask, const char* file, std::vector<Happening>& into);

    struct Watched {
        Dir dir;
        std::string name;
    };
    Watchdog& watchdog_;
    Aside aside_;
    sys::Fd inotify_;
    int folder_watch_ = -1;
    std::unordered_map<int, Watched> watched_;
    std::unordered_map<unsigned, int> watch_of_;
    bool complete_ = false;  // everything is watched
    std::optional<core::Time> next_look_;
};

}  // namespace hf::engine
