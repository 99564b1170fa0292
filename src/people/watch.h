// SPDX-License-Identifier: MIT
// Who waits for services is woken here by the kernel: when a status is written, when a supervision
// begins or ends, when a name comes to lead elsewhere. It never asks by itself, except where
// nothing can be watched (no inotify watches are left).
#pragma once

#include <poll.h>
#include <sys/inotify.h>

#include <chrono>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sys/fd.h"

namespace hf::people {

// A service that is waited for.
struct Awaited {
    std::string name;
    std::string path;
};

class Watch {
  public:
    explicit Watch(std::vector<Awaited> services);

    // The end of this process, a svscan or supervise, is news of all services.
    void mind(pid_t supervisor);

    // A descriptor that is watched, too: at its end (POLLERR, POLLHUP) wait() returns at once.
    void mind_reader(int output) { output_ = output; }
    bool reader_is_gone() const { return reader_is_gone_; }

    // wait() also returns when something comes into this folder, or leaves it.
    void mind_folder(const std::string& folder);
    bool folder_has_changed() { return std::exchange(folder_has_changed_, false); }

    // The numbers of the services of which there may be news. Blocks until there are any, or for
    // `timeout`.
    std::vector<size_t> wait(std::optional<std::chrono::nanoseconds> timeout);

  private:
    using Names = std::unordered_multimap<std::string, size_t>;

    bool add(const std::string& directory, std::initializer_list<std::string> names,
             size_t service);
    void arm(size_t service);
    void read_events(std::vector<size_t>& news);
    void take(const inotify_event& event, std::vector<size_t>& news);
    std::vector<size_t> everything() const;
    bool has_ended(const std::vector<pollfd>& polled);

    std::vector<Awaited> services_;
    sys::Fd inotify_;
    std::unordered_map<int, Names> watched_;  // by the number of the kernel's watch
    std::map<pid_t, sys::Fd> supervisors_;    // empty: it has ended
    bool one_had_ended_ = false;              // ... before it was watched
    int folder_ = -1;                         // the number of its watch
    bool folder_has_changed_ = false;
    int output_ = -1;
    bool reader_is_gone_ = false;
    bool complete_ = true;  // everything is watched
};

}  // namespace hf::people
