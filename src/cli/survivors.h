// SPDX-License-Identifier: MIT
// Tells of what goes on of a service that was stopped, restarted or removed.
#pragma once

#include <chrono>
#include <vector>

#include "control/commands.h"
#include "control/survivors.h"

namespace hf::cli {

// That what a process has left behind gets to end by SIGTERM.
inline constexpr std::chrono::seconds time_for_survivors(5);

// Kills the process of a service that has had its time. SIGKILL cannot be refused: within
// `time_to_die` it is gone, unless the kernel holds it.
inline constexpr std::chrono::seconds time_to_die(5);
void kill_late(control::Control& control, const control::WatchedService& service);

// Warns of what still runs of a service that has ended, or begun anew, with the command that ends
// it; and returns it. `session`: that its process led, 0 where it is not known.
std::vector<inspect::Process> warn_of_survivors(const control::ServiceView& view, pid_t session);

}  // namespace hf::cli
