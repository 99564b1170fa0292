// SPDX-License-Identifier: MIT
// A process of a service, what it is for, and how it ended.
#pragma once

#include "core/time.h"

namespace hf::core {

enum class Pid : int { none = 0 };

// What a process of a service is for. Whose child it is follows from that: one whose end must be
// known whatever becomes of the engine is the guardian's, and stands in the record; see
// doc/design.md, "Whose children".
enum class Role {
    main,    // ./run
    finish,  // the command that follows on its end
};

// A process that runs. Its pid alone says nothing: the kernel must have made it between
// `spawn_began` and the time when it wrote its own record, just before it executed its program.
struct Run {
    Pid pid = Pid::none;
    Time spawn_began{};  // just before it was made
    bool operator==(const Run&) const = default;
};

// How the last process ended, or why there was none.
struct ExitResult {
    enum class Kind { none, exited, signaled, dumped, unknown, not_started };
    Kind kind = Kind::none;
    int value = 0;  // exit code, signal, or errno of the start that failed
    bool operator==(const ExitResult&) const = default;
};

}  // namespace hf::core
