// SPDX-License-Identifier: MIT
// The starts that holdfast-enter makes ready: what [process] of a service.toml says needs the name
// services and other files, which may hang, so it is done in the new process itself. That has a
// pipe, which closes when ./run is executed, or the finish command. If it comes to no more than an
// errno there, the start has failed, and the end of the process is told as such.
//
// Nothing here survives the engine: then the exit code of holdfast-enter is all that is known.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/launch.h"
#include "core/rules.h"
#include "engine/notice.h"
#include "sys/fd.h"
#include "sys/pipe.h"
#include "sys/poller.h"
#include "sys/spawn.h"

namespace hf::engine {

class Entering {
  public:
    // What can be read is told to `poller` by `tag` and the pid.
    Entering(sys::Poller& poller, std::uint64_t tag);

    // Its pipe, of which it has an end by another redirection; none if it needs no making ready.
    // What is to stand before ./run of the service `name`, or instead of it, is added to `words`.
    // Throws.
    sys::Pipe prepare(const std::string& name, const core::Rules& rules, const core::Launch& launch,
                      std::vector<std::string>& words,
                      std::vector<sys::Redirection>& redirections) const;
    void started(core::Pid pid, sys::Pipe pipe);

    // It has executed its program, or said why it cannot.
    void read(core::Pid pid);

    // The deaths of those that have not executed theirs become starts that failed.
    void judge(std::vector<Notice>& happened);

  private:
    struct Attempt {
        sys::Fd pipe;
        int error = 0;
    };
    sys::Poller& poller_;
    std::uint64_t tag_;
    std::string program_;
    std::unordered_map<core::Pid, Attempt> attempts_;
};

}  // namespace hf::engine
