// SPDX-License-Identifier: MIT
// What is called for services beside their processes: stop commands and hooks.
#pragma once

#include <vector>

#include "engine/hook_calls.h"
#include "engine/stop_commands.h"

namespace hf::engine {

class Calls {
  public:
    // What is to be read is told to the poller by `tag`, and what goes wrong to `say`.
    Calls(const ServiceCommands::Surroundings& surroundings, std::uint64_t tag,
          const StopCommands::Say& say)
        : rules_(surroundings.rules),
          stops_(ServiceCommands(surroundings, tag), say),
          hooks_(ServiceCommands(surroundings, tag | of_hook), say) {}

    void run_stop_command(Dir dir, ServiceDir& service, core::Pid pid) {
        stops_.run(dir, service, pid, rules_.stop_command_of(dir));
    }
    void call_hook(Dir dir, ServiceDir& service, core::Hook hook, core::Pid pid) {
        hooks_.call(dir, service, hook, pid, rules_.hooks_of(dir));
    }
    void forget(Dir dir) {
        stops_.forget(dir);
        hooks_.forget(dir);
    }

    // To be called before waiting.
    void begin(std::vector<Notice>& into) {
        stops_.begin(into);
        hooks_.begin();
    }
    // What the poller has told by the tag and this number.
    void read(unsigned number, std::vector<Notice>& into) {
        if ((number & of_hook) != 0) return hooks_.read(Dir(number ^ of_hook));
        stops_.read(Dir(number), into);
    }

  private:
    static constexpr unsigned of_hook = 1U << 31;  // no directory has so high a number
    const RulesReader& rules_;
    StopCommands stops_;
    HookCalls hooks_;
};

}  // namespace hf::engine
