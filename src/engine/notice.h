// SPDX-License-Identifier: MIT
// What can happen to an engine. Plain data; the kernel finds out, see kernel.h.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/event.h"
#include "core/process.h"
#include "core/unit.h"

namespace hf::engine {

using core::Dir;

// It is reported again, to the next engine too, until Kernel::reap() was called.
struct Death {
    core::Pid pid;
    core::ExitResult how;
    bool ran = true;  // false: the kernel knows that it never executed a program
};
struct ControlBytes {
    Dir dir;
    std::string bytes;  // what stood in its control FIFO
};
struct Rescan {
    std::optional<std::string> name;  // none: anything in the scan directory may have changed
};
struct RulesRead {  // answers Kernel::look_at_rules()
    Dir dir;
    core::Gate gate;
    bool are_new;  // rules() or waits() have changed
};
struct ReadySaid {  // Kernel::next_said() may say something now
    Dir dir;
};
struct StopCommandEnded {  // Kernel::run_stop_command() has come to its end
    Dir dir;
};
struct Shutdown {};  // stop everything in order, then leave
struct Detach {};    // leave at once, and touch nothing
using Notice = std::variant<Death, ControlBytes, Rescan, RulesRead, ReadySaid, StopCommandEnded,
                            Shutdown, Detach>;

}  // namespace hf::engine
