// SPDX-License-Identifier: MIT
// Who waits for services is woken here by the kernel: when a status is written, when a supervision
// begins or ends, when a name comes to lead elsewhere. It never asks by itself, except where
// nothing can be watched (no inotify watches are left).
#pragma once

#include <sys/inotify.h>

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "control/wake_sources.h"
#include "sys/fd.h"

namespace hf::control {

// A service that is waited for.
struct WatchedService {
    std::string name;
    std::string path;
};

class Watch {
  public:
    explicit Watch(std::vector<WatchedService> services);

    // The end of this process, a svscan or supervise, is news of all services.
    void mind(pid_t supervisor) { supervisors_.add(supervisor); }

    // A descriptor that is watched, too: at its end (POLLERR, POLLHUP) wait() returns at once.
    void mind_reader(int output) { output_.watch(output); }
    bool reader_is_gone() const { return output_.is_gone(); }

    // wait() also returns when something comes into this scan directory, or leaves it.
    void mind_scan_dir(const std::string& scan_dir);
    bool scan_dir_has_changed() { return std::exchange(scan_dir_has_changed_, false); }

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

    std::vector<WatchedService> services_;
    sys::Fd inotify_;
    std::unordered_map<int, Names> watched_;  // by the number of the kernel's watch
    Ends supervisors_;
    ReaderGone output_;
    BlindTimer blind_;   // runs when something cannot be watched
    int scan_dir_ = -1;  // the number of its watch
    bool scan_dir_has_changed_ = false;
};

}  // namespace hf::control
