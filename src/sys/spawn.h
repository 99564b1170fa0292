// SPDX-License-Identifier: MIT
// Making a process without copying this one.
//
// The child shares this process's memory until it executes, while this process waits. So it only
// applies a plan that was prepared before: it must not allocate, throw, or call what might.
// No signal handler may run in it: all signals are blocked in this process, always.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <span>

#include "sys/fd.h"

namespace hf::sys {

// Where an open file comes to stand in the child.
struct Redirection {
    int file;
    int target;  // any descriptor; no two have the same
};
inline constexpr size_t most_redirections = 4;

// Bytes of a file, and where they stand in it.
struct Piece {
    std::span<const std::byte> bytes;
    off_t at;
};

struct SpawnPlan {
    int directory;                  // open (O_PATH): the child's working directory
    const char* program;            // as "./run", from there
    char* const* argv;              // null-terminated
    char* const* environment;       // null-terminated
    int record_file;                // open: the file that must know of the child before it executes
    std::span<const Piece> record;  // what is written there, in this order
    void (*complete)(void*, pid_t) noexcept;    // called in the child, puts its pid into the pieces
    void* context;                              // for `complete`
    std::span<const Redirection> redirections;  // most_redirections at most
    rlimit open_files;                          // RLIMIT_NOFILE of the child
    bool keeps_session;                         // else the child begins a session, and leads it
    bool parent_is_ours;  // the child's parent becomes the parent of this process
    // Holds the child's pid from its making until it is born, and from then on the negative of it
    // until it has executed the program.
    std::atomic<pid_t>* spawning_pid;
};

// How far a child came that did not execute.
enum class Stage {
    clone,
    descriptors,  // a table of its own
    directory,
    redirection,
    record,
    program,
};

struct SpawnResult {
    pid_t pid = 0;  // 0: there is no process that executes the program
    Stage stage = Stage::clone;
    int error = 0;
};

// Sets aside the descriptors by which a child gets what the plan has open. To be called early: what
// a start costs grows with their numbers. Throws if there are none.
void reserve_descriptors();

// Makes a process, as a rule in a session of its own, with an empty signal mask and no descriptors
// but 0, 1, 2 and the targets of the redirections, that runs the plan's program. Waits until it
// executes or fails. A child that failed after `clone` exits with 111 and has to be reaped like any
// other.
SpawnResult spawn(const SpawnPlan& plan) noexcept;

}  // namespace hf::sys
