// SPDX-License-Identifier: MIT
// Commands that run beside the processes of services: that show whether these are ready, and that
// precede their stop. holdfast-enter --check runs each, with the user and the directory of its
// service; it is a child of the engine, ends at its timeout, and with the engine: the pipe that is
// its standard input closes then.
#pragma once

#include <sys/resource.h>

#include <optional>
#include <string>
#include <unordered_map>

#include "engine/blocking_guard.h"
#include "engine/helper.h"
#include "engine/rules_reader.h"
#include "format/checks.h"
#include "sys/poller.h"

namespace hf::engine {

class ServiceCommands {
  public:
    // What all of them need.
    struct Surroundings {
        sys::Poller& poller;
        Watchdog& watchdog;
        const RulesReader& rules;
        const rlimit& files;  // the limit of open files that a service has
    };
    // What they say is told to the poller by `tag` and the directory.
    ServiceCommands(const Surroundings& surroundings, std::uint64_t tag);

    // What the command gets to know: the process of its service and, of a hook, its name and how
    // often that is called for.
    struct Told {
        core::Pid pid{};
        const char* hook = "-";
        unsigned count = 1;
    };
    // 0, or an errno. EBUSY: another one of this service has not ended yet, or there are too many
    // of others.
    int begin(Dir dir, ServiceDir& service, const format::TimedCommand& command, const Told& told);

    // Nobody wants to know any more: it ends soon.
    void cancel(Dir dir);

    struct Said {
        std::optional<format::CheckAnswer> answer;
        bool is_over;
    };
    // One of them has said something, or has ended.
    Said read(Dir dir);

  private:
    struct Running {
        Helper helper;
        std::string heard;
    };
    Surroundings around_;
    std::uint64_t tag_;
    std::string program_;
    std::unordered_map<unsigned, Running> running_;
};

}  // namespace hf::engine
