// SPDX-License-Identifier: MIT
// Commands that somebody is told by of what happens to services: one at a time for each. What
// happens again meanwhile is one call, with how often. They end with the engine, and are not called
// again.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <unordered_map>

#include "core/hooks.h"
#include "engine/service_commands.h"
#include "engine/service_dir.h"
#include "format/rules.h"

namespace hf::engine {

class HookCalls {
  public:
    using Say = std::function<void(const std::string&)>;

    // What goes wrong is told to `say`.
    HookCalls(ServiceCommands commands, Say say);

    // If there is a command for that among `hooks`; null: there is none for anything.
    void call(Dir dir, ServiceDir& service, core::Hook hook, core::Pid pid,
              const format::Hooks* hooks);
    void forget(Dir dir);

    // To be called before waiting: begins those that wait.
    void begin();

    // One has said something, or has ended.
    void read(Dir dir);

  private:
    struct Call {
        format::TimedCommand command{};
        core::Pid pid{};
        unsigned count = 0;  // 0: none is to be made
    };
    struct Calls {
        ServiceDir* service;
        std::array<Call, core::hook_kinds> waiting{};
        std::string running{};  // the name of its hook; empty: none
    };
    void begin(Dir dir, Calls& calls);

    ServiceCommands commands_;
    Say say_;
    std::unordered_map<unsigned, Calls> calls_;  // of services for which one waits or runs
};

}  // namespace hf::engine
