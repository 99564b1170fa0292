// SPDX-License-Identifier: MIT
// What is known of one service: the value that step() in core/service.h changes, and what can be
// asked of it.
#pragma once

#include <cstdint>
#include <optional>

#include "core/event.h"
#include "core/process.h"
#include "core/rules.h"
#include "core/time.h"

namespace hf::core {

enum class State { down, waiting, starting, up, draining, preparing, stopping, killing, finishing };
enum class Want { up, down, once };

// Why another process is to take the place of the one that runs.
enum class Replaced {
    no,
    not_ready,   // it did not become ready in time
    needs_lost,  // something that it needs was not good any more
    asked,       // somebody asked for it
};

// Why the last process ended.
enum class Ending { itself, ordered, shutdown, not_ready, needs_lost };

struct Service {
    State state = State::waiting;
    Want want = Want::up;
    bool paused = false;          // SIGSTOP was ordered
    bool exit_requested = false;  // the supervision ends when there is no process
    bool shutting_down = false;   // nothing is started, stops have a timeout
    bool linked = true;           // it stands in the scan directory
    bool decided = false;         // a command, or its own end, said what is wanted
    bool pulled = false;          // else somebody who needs it did, and not its directory
    Gate gate = Gate::open;
    bool signalled = false;   // this process was sent a signal by command
    bool says_ready = false;  // this process says when it is ready
    bool lost_needs = false;  // ... and is to be replaced when its needs are good again
    Replaced replaced = Replaced::no;
    Run process{};                // all zeros while there is none
    Moment changed{};             // the last change of process.pid
    std::optional<Time> started;  // the last attempt; of what runs, when it wrote its record
    std::optional<Time> ready_since{};
    // The longest that it has asked for: to become ready or, while it stops, to end.
    std::optional<Time> asked_until{};
    Time stop_requested_at{};    // draining, preparing, stopping: since when
    std::uint8_t stop_step = 0;  // stopping: so many later signals were sent; finishing: SIGKILLs
    ExitResult last{};
    bool term_sent = false;    // this process was sent SIGTERM
    std::uint16_t streak = 0;  // failures in a row
    unsigned starts = 0;
    unsigned exits = 0;
    bool operator==(const Service&) const = default;
};

// How a later engine finds it.
struct Circumstances {
    bool alive = false;        // the process in its record
    bool same_session = true;  // as that record was written in
    bool same_boot = true;
    bool normally_down = false;  // its directory says so
};

// Its ./run runs.
bool has_process(const Service& service);

// It, or what follows on its end: the one process that it can have.
bool has_any_process(const Service& service);

// The same, or it is about to have one.
bool is_at_work(const Service& service);

// What its process is, if it is of that pid.
std::optional<Role> role_of(const Service& service, Pid pid);

// Whether a process with the pid of its own, which the kernel says was `born` then, give or take a
// `tick`, is that one: not one that has got its number since.
bool is_its_process(const Service& service, Time born, Duration tick);

// Its process is ready, as far as it says.
bool is_ready(const Service& service);

// It has run until it succeeded.
bool is_done(const Service& service, const Rules& rules);

// What others that need it wait for: it is up and ready; or, of what runs until it has succeeded,
// that it has.
bool is_good(const Service& service, const Rules& rules);

bool is_failure(const Rules& rules, ExitResult how);

// Of the process that has ended last, until another is started.
Ending ending_of(const Service& service);

// The supervision is over: there is no process, and none is to come.
bool finished(const Service& service);

// What a shell would say of such an end: the exit code, 128 and the signal, 127 or 126 without a
// program; 111 if nobody knows. None if there was none.
std::optional<int> exit_code(ExitResult how);

// The same of its last process, if nothing but a command will start another.
std::optional<int> final_code(const Service& service);

}  // namespace hf::core
