// SPDX-License-Identifier: MIT
// How a process is told to end: by its stop command, by one signal after the other, and at last by
// SIGKILL. Part of step(); when the next of these is due, next_due() says.
#pragma once

#include "core/event.h"
#include "core/rules.h"
#include "core/state.h"

namespace hf::core {

// It is told to end, by the stop command first if there is one; once more, by the signal that it
// has come to, if it was told already.
Effects tell_to_end(Service& service, const Rules& rules, Moment now);

// The stop command has ended, or had its time: the signals have theirs from now on.
Effects send_signals(Service& service, const Rules& rules, Moment now);

// The signal that it has got was not enough.
Effects send_next_signal(Service& service, const Rules& rules);

// SIGKILL, to it or what is left of its group.
Effects kill_process(const Rules& rules);

// What somebody has told to end goes on as if it had not been.
void take_back_the_stop(Service& service);

}  // namespace hf::core
