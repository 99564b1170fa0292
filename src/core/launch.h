// SPDX-License-Identifier: MIT
// What a process of a service is to be: which program, and what it reads and writes. Plain data, of
// which the kernel makes the plan of how.
#pragma once

#include <optional>

#include "core/process.h"
#include "core/unit.h"

namespace hf::core {

struct Launch {
    Role role = Role::main;
    // The directory whose log pipe becomes its standard input, or output; none: what its supervisor
    // has.
    std::optional<Dir> input{};
    std::optional<Dir> output{};
    std::optional<int> ready_fd{};  // where it says that it is ready
    bool notifies = false;          // it says so by sd_notify(3)
    // A finish command is told how the process before it ended, and why.
    ExitResult how{};
    Ending why = Ending::itself;
    bool operator==(const Launch&) const = default;
};

}  // namespace hf::core
