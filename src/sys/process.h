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
    bool executed;                  // a program, since it was made
    std::chrono::nanoseconds born;  // since boot, rounded down to a clock tick
};

// The kernel's clock tick: how exactly `born` is known.
std::chrono::nanoseconds clock_tick();

// None if there is no such process. Throws Error if there is one that /proc does not show, as far
// as this process may look: see is_hidden().
std::optional<ProcessStat> process_stat(pid_t pid);

// Whether there is a process that /proc does not show: it is not mounted, or hides (hidepid) what
// belongs to others. What cannot be looked at must not be taken for gone.
bool is_hidden(pid_t pid);

// Whether `pid`, which may be a zombie, has executed a program since it was made. What cannot be
// looked at may have.
bool may_have_executed(pid_t pid);

// Whether `pid` has not ended: a zombie has. What cannot be looked at may be alive.
bool may_be_alive(pid_t pid);

// Whether `pid`, which may be a zombie, has that user's rights, by any of its user ids. False where
// that cannot be seen.
bool is_user_of(pid_t pid, uid_t user);

// The id of this boot, from the kernel; zeros where it does not tell.
std::array<std::byte, 16> boot_id();

// Whether the two can be ids of the same boot: one that is not known can.
bool may_be_same_boot(const std::array<std::byte, 16>& one, const std::array<std::byte, 16>& other);

// A descriptor that becomes readable when the process ends. Empty if there is none, with errno
// ESRCH, or if the kernel gives none.
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

// kill(2) of all that are in the process group which `pid` leads; of `pid` alone, if it leads none.
void signal_group(pid_t pid, int number);

}  // namespace hf::sys
