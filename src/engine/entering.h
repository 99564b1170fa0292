// SPDX-License-Identifier: MIT
// The starts that holdfast-enter makes ready: what [process] of a service.toml says needs the name
// services and other files, which may hang, so it is done in the new process itself. That has a
// pipe, which closes when ./run is executed. If it comes to no more than an errno there, the start
// has failed, and the end of the process is told as such.
//
// Nothing here survives the engine: then the exit code of holdfast-enter is all that is known.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/notice.h"
#include "sys/fd.h"
#include "sys/poller.h"
#include "sys/spawn.h"

namespace hf::engine {

class Entering {
  public:
    // What can be read is told to `poller` by `tag` and the pid.
    Entering(sys::Poller& poller, std::uint64_t tag);

    // A pipe for one of them.
    struct Pipe {
        sys::Fd reading;
        sys::Fd writing;
    };
    // It has one, by another redirection. What is to stand before ./run is added to `words`; `sum`
    // says which [process] was accepted, of the service `name`. Throws.
    Pipe prepare(const std::string& name, std::uint32_t sum, std::vector<std::string>& words,
                 std::vector<sys::Redirection>& redirections) const;
    void started(core::Pid pid, Pipe pipe);

    // It has executed ./run, or said why it cannot.
    void read(core::Pid pid);

    // The deaths of those that have not executed ./run become starts that failed.
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
