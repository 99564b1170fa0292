// SPDX-License-Identifier: MIT
// What one service does, and when. Pure: no system call, no clock, no text, no failure.
//
// A service is a value. step() is the only way to change it; it returns what must be done in the
// world. Everything else that anybody wants to know (the status bytes, the next deadline, whether
// the supervision is over) is a function of the value.
//
// The table says what step() makes of each event: the next state, and in brackets the effects.
// "." is: no change of state, and no effect. test/unit/state_table_test.cpp reads this table and
// compares it with step(), for a linked service that wants to be up in `waiting`, `starting` and
// `up`, else down; whose last start is long ago and whose patience has a limit.
//
// clang-format off
//   event    | down        waiting     starting up            draining      stopping   killing
//   ---------+---------------------------------------------------------------------------------
//   timeout  | .           starting[S] .        .             stopping[T,C] killing[K] .
//   started  | .           .           up       .             .             .          .
//   failed   | .           .           waiting  .             .             .          .
//   exited   | .           .           .        starting[S]   down          down       down
//   order u  | starting[S] starting[S] .        .             .             up         up
//   order o  | starting[S] starting[S] .        .             .             up         up
//   order d  | .           down        .        stopping[T,C] stopping[T,C] .[T,C]     .[T,C]
//   order x  | .           .           .        .             .             .          .
//   order p  | .           .           .        .[P]          .[P]          .[P]       .[P]
//   order c  | .           .           .        .[C]          .[C]          .[C]       .[C]
//   order t  | .           .           .        .[T]          .[T]          .[T]       .[T]
//   shutdown | .           down        .        stopping[T,C] .             .[T,C]     .
//   drain    | .           down        .        draining      .             .          .
//
//   S start a process   T SIGTERM   C SIGCONT   K SIGKILL   P SIGSTOP
//
//   down      no process, and none due
//   waiting   no process; one is due at a time
//   starting  a start was asked for; the answer is due
//   up        a process runs
//   draining  a logger whose input has ended: it ends by itself, or is told to when it takes long
//   stopping  it runs and was told to end
//   killing   ... its patience was over: it was sent SIGKILL
// clang-format on
//
// `timeout` comes when the deadline has: without a limit of patience `stopping` has none.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "core/order.h"
#include "core/time.h"

namespace hf::core {

enum class State { down, waiting, starting, up, draining, stopping, killing };
enum class Want { up, down, once };
enum class Pid : int { none = 0 };

// How the last process ended, or why there was none.
struct Ending {
    enum class Kind { none, exited, signaled, dumped, unknown, not_started };
    Kind kind = Kind::none;
    int value = 0;  // exit code, signal, or errno of the start that failed
    bool operator==(const Ending&) const = default;
};

// What the administrator may set; the defaults are daemontools'.
struct Rules {
    Duration restart_interval = std::chrono::seconds(1);  // between a start and a restart, at least
    std::optional<Duration> patience;                     // from an ordered stop to SIGKILL
    bool operator==(const Rules&) const = default;
};

inline constexpr Duration closing_patience = std::chrono::seconds(10);
inline constexpr Duration drain_patience = std::chrono::seconds(5);

struct Service {
    State state = State::waiting;
    Want want = Want::up;
    bool paused = false;   // SIGSTOP was ordered
    bool leaving = false;  // the supervision ends when there is no process
    bool closing = false;  // told Shutdown or Drain: nothing is started, and patience is limited
    bool linked = true;    // it stands in the service folder
    bool asked = false;    // this process was sent a signal by order
    Pid pid = Pid::none;
    Moment changed{};             // the last change of pid
    std::optional<Time> started;  // the last start, or attempt
    Time told{};                  // draining, stopping: since when
    Ending last{};
    unsigned starts = 0;
    unsigned deaths = 0;
    Rules rules{};
    bool operator==(const Service&) const = default;
};

// What happens to a service.
struct Timeout {};  // its deadline has come
struct Started {
    Pid pid;
    Moment at;
};
struct StartFailed {
    int error;  // errno
};
struct Exited {
    Ending how;
};
struct Linked {
    bool linked;
};
struct Shutdown {};  // everything stops, and no order takes that back
struct Drain {};     // a logger's input has ended for good
using Event = std::variant<Timeout, Started, StartFailed, Exited, Order, Linked, Shutdown, Drain>;

// What must be done, in this order. Start is answered by Started or StartFailed at once.
struct Start {
    bool operator==(const Start&) const = default;
};
struct Signal {
    int number;
    bool operator==(const Signal&) const = default;
};
using Effect = std::variant<Start, Signal>;
using Effects = std::vector<Effect>;

// A service that is new to the supervision at `now`, and starts unless it is `normally_down`.
Service fresh(bool normally_down, Moment now);

// A service as a former supervision left it in `recorded`. With its process `alive` it goes on as
// it was; a process that is gone has ended, nobody knows how. `same_session`: only the engine was
// replaced, so what was ordered stays ordered; a new session begins as the directory says.
Service resumed(const Service& recorded, bool alive, bool same_session, bool normally_down,
                Moment now);

// The only way to change a Service. An event that means nothing in the present state is ignored.
Effects step(Service& service, const Event& event, Moment now);

// When to send Timeout; may lie in the past. None while only events can change anything.
std::optional<Time> deadline(const Service& service);

bool has_process(const Service& service);

// The supervision is over: there is no process, and none is to come.
bool finished(const Service& service);

// What a shell would say of its last process, if that has ended (or could not be started) and
// nothing but an order will start another: the exit code, 128 and the signal, 127 or 126 without a
// program; 111 if nobody knows.
std::optional<int> final_code(const Service& service);

}  // namespace hf::core
