// SPDX-License-Identifier: MIT
// Services whose parent died before this supervision began: they live on as somebody else's
// children, so that their deaths are seen by pidfd instead.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/kernel.h"
#include "sys/fd.h"
#include "sys/poller.h"

namespace hf::engine {

class Orphans {
  public:
    // Watches `pid`, a process of that birth, from now on; wait() of `poller` reports it with a tag
    // of `kind` and its pid. False if it is gone. Where the kernel gives no pidfd, it is looked at
    // each second.
    bool add(core::Pid pid, core::Time born, core::Time now, sys::Poller& poller,
             std::uint64_t kind);
    // True if it was one of them.
    bool remove(core::Pid pid);

    // True if it was one of them and the signal was sent. What has ended here was reaped by
    // somebody else, and the group that it led may be another's by now: that gets nothing.
    bool signal(core::Pid pid, int number, core::Reach reach);

    // `pid` can be read: it has ended. How, the kernel may know only when its parent has reaped it,
    // which is waited for a little.
    void ended(core::Pid pid, core::Time now, sys::Poller& poller);

    // The deaths that can be told, and when to ask again.
    void tell(core::Time now, std::vector<Notice>& into);
    std::optional<core::Time> next() const;

  private:
    struct Orphan {
        sys::Fd process;  // empty: there is no pidfd
        core::Time born{};
        std::optional<core::Time> ended;
        core::Time ask_again{};
        bool reported = false;
    };
    static bool lives(int pid, const Orphan& orphan);

    std::unordered_map<int, Orphan> orphans_;
};

}  // namespace hf::engine
