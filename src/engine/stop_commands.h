// SPDX-License-Identifier: MIT
// Commands that run before services are sent the first signal of a stop. As many as may run at once
// do; the others follow. They end with the engine, and the next one begins anew.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/notice.h"
#include "engine/service_commands.h"
#include "engine/service_dir.h"
#include "format/rules.h"

namespace hf::engine {

class StopCommands {
  public:
    using Say = std::function<void(const std::string&)>;

    // What goes wrong is told to `say`.
    StopCommands(ServiceCommands commands, Say say);

    // One for `dir`, whose process is `pid`; null: there is none any more. One that runs still is
    // ended first.
    void run(Dir dir, ServiceDir& service, core::Pid pid, const format::TimedCommand* command);

    // Nobody wants to know any more.
    void forget(Dir dir);

    // To be called before waiting: begins those that wait, and tells of those that cannot be run.
    void begin(std::vector<Notice>& into);

    // One has said something, or has ended.
    void read(Dir dir, std::vector<Notice>& into);

  private:
    struct Waiting {
        ServiceDir* service;
        core::Pid pid;
        format::TimedCommand command;
    };
    ServiceCommands commands_;
    Say say_;
    std::unordered_map<unsigned, Waiting> waiting_;
    std::unordered_map<unsigned, std::string> running_;  // and the names of their services
    std::unordered_set<unsigned> ended_;                 // which is to be told
};

}  // namespace hf::engine
