// SPDX-License-Identifier: MIT
// What can be known of other processes, and signals that reach no one else (proc(5),
// pidfd_open(2)).
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

#include "sys/fd.h"

namespace hf::sys {

struct ProcessStat {
    char state;  // as in proc(5): 'Z' is a zombie
    pid_t parent;
    std::chrono::nanoseconds born;  // since boot, rounded down to a clock tick
};

// The kernel's clock tick: how exactly `born` is known.
std::chrono::nanoseconds clock_tick();

// None if there is no such process. Throws Error if /proc cannot be read.
std::optional<ProcessStat> process_stat(pid_t pid);

// The id of this boot, from the kernel; zeros where it does not tell.
std::array<std::byte, 16> boot_id();

// A descriptor that becomes readable when the process ends. Empty if there is none.
Fd open_process(pid_t pid);

// How the process behind a readable descriptor of open_process() ended, as waitid(2) says it
// (si_code, si_status). None where the kernel does not tell (before Linux 6.15).
struct ExitInfo {
    int code;
    int status;
};
std::optional<ExitInfo> exit_info(int process);

// kill(2), but to exactly the process behind the descriptor.
void signal_process(int process, int number);

}  // namespace hf::sys
