// SPDX-License-Identifier: MIT
// How processes say that they are ready: by a newline, into the FIFO supervise/ready. It outlives
// an engine, and so does what is in it while its process has it open. Each process gets one of its
// own, so what an earlier one has left behind says nothing of this one.
#pragma once

#include <unordered_map>

#include "engine/notice.h"
#include "engine/service_dir.h"
#include "sys/fd.h"
#include "sys/poller.h"

namespace hf::engine {

class ReadyPipes {
  public:
    // What is to be read is told to `poller` by `tag` and the directory.
    ReadyPipes(sys::Poller& poller, std::uint64_t tag) : poller_(poller), tag_(tag) {}

    // A new FIFO for the next process: the end that it gets. Throws.
    sys::Fd make(Dir dir, ServiceDir& service);

    // That of the process `pid`, which an engine before has started. Throws where it may be tried
    // again; where there is no FIFO any more, nothing will ever be said.
    void resume(Dir dir, ServiceDir& service, core::Pid pid);

    // Whether it has said so: true once. One that has closed the FIFO without a word never will;
    // but if an engine before has started it, that may have heard the word.
    bool has_said(Dir dir);

    void forget(Dir dir) { ends_.erase(static_cast<unsigned>(dir)); }

  private:
    struct End {
        sys::Fd fd;
        core::Pid resumed = core::Pid::none;
    };
    void watch(Dir dir, End end);

    sys::Poller& poller_;
    std::uint64_t tag_;
    std::unordered_map<unsigned, End> ends_;
};

}  // namespace hf::engine
