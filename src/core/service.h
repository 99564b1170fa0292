// SPDX-License-Identifier: MIT
// What one service does, and when. Pure: no system call, no clock, no text, no failure.
//
// A service is a value. step() is the only way to change it; it returns what must be done in the
// world. Everything else that anybody wants to know (the status bytes, the next deadline, whether
// the supervision is over) is a function of the value and of its rules.
//
// The table says what step() makes of each event: the next state, and in brackets the effects.
// "." is: no change of state, and no effect. test/unit/state_table_test.cpp reads this table and
// compares it with step(), for a linked service that wants to be up in `waiting` to `replaced`,
// else down; whose last start is long ago, which has a stop timeout and a time to become ready, and
// which is stopped when it loses what it needs.
//
// clang-format off
// event   | down        waiting     shut    starting up            unready
// --------+---------------------------------------------------------------------
// timeout | .           starting[S] .       .        .             replaced[T,C]
// started | .           .           .       up       .             .
// failed  | .           .           .       waiting  .             .
// ready   | .           .           .       .        .             up
// extend  | .           .           .       .        .             .
// exited  | .           .           .       .        starting[S]   starting[S]
// unborn  | .           .           .       .        starting[S]   starting[S]
// order u | starting[S] starting[S] .       .        .             .
// order o | starting[S] starting[S] .       .        .             .
// order d | .           down        down    .        stopping[T,C] stopping[T,C]
// order x | .           .           .       .        .             .
// order p | .           .           .       .        .[P]          .[P]
// order c | .           .           .       .        .[C]          .[C]
// order t | .           .           .       .        .[T]          .[T]
// order r | .           .           .       .        replaced[T,C] replaced[T,C]
// pulled  | starting[S] .           .       .        .             .
// let go  | .           .           .       .        .             .
// halt    | .           down        down    .        stopping[T,C] stopping[T,C]
// drain   | .           down        down    .        draining      draining
// called  | .           .           .       .        .             .
// linked  | .           .           .       .        .             .
// shuts   | .           shut        .       .        .             .
// unmet   | .           shut        .       .        replaced[T,C] replaced[T,C]
// opens   | .           .           waiting .        .             .
//
// event   | replaced      draining      preparing     stopping   killing   finishing
// --------+-------------------------------------------------------------------------
// timeout | killing[K]    stopping[T,C] stopping[T,C] killing[K] .         .[K]
// started | .             .             .             .          .         .
// failed  | .             .             .             .          .         .
// ready   | .             .             .             .          .         .
// extend  | .             .             .             .          .         .
// exited  | starting[S]   down          down          down       down      down
// unborn  | starting[S]   down          down          down       down      .[F]
// order u | .             .             up            up         up        .
// order o | .             .             up            up         up        .
// order d | stopping[T,C] stopping[T,C] .             .[T,C]     .[T,C]    .
// order x | .             .             .             .          .         .
// order p | .[P]          .[P]          .[P]          .[P]       .[P]      .
// order c | .[C]          .[C]          .[C]          .[C]       .[C]      .
// order t | .[T]          .[T]          .[T]          .[T]       .[T]      .
// order r | .[T,C]        stopping[T,C] .             .[T,C]     .[T,C]    .
// pulled  | .             .             up            up         up        .
// let go  | .             .             .             .          .         .
// halt    | stopping[T,C] .             .             .[T,C]     .         .
// drain   | stopping      .             .             .          .         .
// called  | .             .             stopping[T,C] .          .         .
// linked  | .             .             .             .          .         .
// shuts   | .             .             .             .          .         .
// unmet   | .             .             .             .          .         .
// opens   | .             .             .             .          .         .
//
//   S start a process   F start its finish command   T SIGTERM   C SIGCONT   K SIGKILL   P SIGSTOP
//
//   down      no process, and none due
//   waiting   no process; one is due at a time
//   shut      waiting behind a gate that is not open: nothing is due before it opens
//   starting  a start was asked for; the answer is due
//   up        a process runs
//   unready   ... and has not said yet that it is ready, as it is to
//   replaced  stopping, for another process to take its place: what is wanted stays
//   draining  a logger whose input has ended: it ends by itself, or is told to when it takes long
//   preparing it runs, and its stop command does, if there is one: `called` is the end of that
//   stopping  it runs and was told to end
//   killing   ... its timeout has passed: it was sent SIGKILL
//   finishing its process has ended, and the finish command runs, if there is one: `exited` and
//             `unborn` are then its own, and the next state is as if its process had ended then
// clang-format on
//
// `timeout` comes when the deadline has, with its reason; with another reason, or sooner, it means
// nothing. Without a stop timeout `stopping` has no deadline; `extend` moves the one that it has.
//
// `unborn` is an exit before the program was executed: what is to run once has not run, and
// starts.
//
// Whatever its state, nothing is started while the gate is not open: `u` and `o` then lead from
// down to waiting, and a process that ends is not followed by another. Who ordered it waits no
// longer than for the gate. That it is not open is in no record: each engine finds out by itself.
//
// A process that ends is followed by another unless the rules say that such an end is the last:
// it was to run once, then. Lives that are too short, and starts that fail, count as failures in a
// row: with each the next start may come later. What was asked for is no failure, and `u` begins
// anew.
//
// A process is replaced that was not ready in time, or by which something is missing that it needs,
// or because somebody asked for it. `u` takes that last back, as any stop; else it changes what is
// wanted, and the process ends all the same. It is always followed by another, but where it is to
// be down.
//
// What is down only because its directory says so, and not by an order, is pulled up by whoever
// needs it and is to be up itself, and goes down when there is nobody any more (`let go`).
//
// What the administrator may set is no part of the value: the same state goes on under new rules.
#pragma once

#include <optional>

#include "core/event.h"
#include "core/process.h"
#include "core/rules.h"
#include "core/state.h"
#include "core/time.h"

namespace hf::core {

// A service that is new to the supervision at `now`, and starts unless it is `normally_down`.
Service fresh(bool normally_down, Moment now);

// A service as a former supervision left it in `recorded`. With its process `alive` it goes on as
// it was; a process that is gone has ended, nobody knows how. `same_session`: only the engine was
// replaced, so what was ordered stays ordered; a new session begins as the directory says, but for
// what is done in this boot (`same_boot`).
Service resumed(const Service& recorded, const Rules& rules, const Circumstances& found,
                Moment now);

// The only way to change a Service. An event that means nothing in the present state is ignored.
Effects step(Service& service, const Rules& rules, const Event& event, Moment now);

// When to send Timeout; may lie in the past. None while only events can change anything.
std::optional<Due> next_due(const Service& service, const Rules& rules);

}  // namespace hf::core
