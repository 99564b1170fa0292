// SPDX-License-Identifier: MIT
// What can happen to a service, and what can have to be done for it.
#pragma once

#include <variant>
#include <vector>

#include "core/command.h"
#include "core/process.h"
#include "core/time.h"

namespace hf::core {

// When something must happen by itself, and why.
struct Due {
    enum class Why {
        restart,      // waiting: the next start
        drain_over,   // draining: its input has ended long ago
        prepared,     // preparing: the stop command has had its time
        next_step,    // stopping: it is time for another signal
        kill,         // stopping: its timeout has passed
        not_ready,    // up: it has not become ready in time
        proved,       // up: it has failed before, and lives long enough now
        finish,       // finishing: the command is still to be started
        finish_over,  // ... or has had its time
    };
    Time at{};
    Why why = Why::restart;
    bool operator==(const Due&) const = default;
};

// What happens to a service.
struct Timeout {
    Due::Why why;  // the deadline has come that was set for this
};
struct Started {
    Role role;
    Pid pid;
    Moment at;
};
struct StartFailed {
    Role role;
    int error;  // errno
};
struct Exited {
    Role role;
    ExitResult how;
    bool ran = true;  // false: it ended before it executed its program
};
struct Linked {
    bool linked;
};
// Whether anything may start. Nothing does until it is open.
enum class Gate {
    open,
    asked,  // whether it may is being found out, and will be known soon
    shut,
    unmet,  // something that it needs is not good
};
struct Ready {};  // its process has said that it is ready
struct Extend {   // ... or that it needs until then for that, or to end; it can say so again
    Time until;
};
struct Pull {  // somebody who is to be up needs it, or wants it; or nobody any more
    bool on;
};
struct StopCommandEnded {};  // however
struct Ruled {};             // its rules are others than before
struct Shutdown {};          // everything stops, and no command takes that back
struct Drain {};             // a logger's input has ended for good
using Event = std::variant<Timeout, Started, StartFailed, Exited, Command, Linked, Gate, Ready,
                           Extend, Pull, StopCommandEnded, Ruled, Shutdown, Drain>;

// What must be done, in this order. Start is answered by Started or StartFailed at once.
struct Start {
    Role role;
    bool operator==(const Start&) const = default;
};
// Signals are for the process that there was when the event came.
enum class Reach {
    process,
    group,  // all in the process group that it leads, if it leads one
};
struct Signal {
    Role to;
    int number;
    Reach reach = Reach::process;
    bool operator==(const Signal&) const = default;
};
// Runs beside the process. StopCommandEnded answers, if there is no other such effect meanwhile.
struct RunStopCommand {
    bool operator==(const RunStopCommand&) const = default;
};
using Effect = std::variant<Start, Signal, RunStopCommand>;
using Effects = std::vector<Effect>;

}  // namespace hf::core
