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

// Where a file comes to stand in the child.
struct Redirection {
    const char* path = nullptr;  // none: nothing is redirected
    int flags = 0;               // of open(2)
    int target = -1;             // 0 or 1
};

// Bytes of a file, and where they stand in it.
struct Piece {
    std::span<const std::byte> bytes;
    off_t at;
};

struct SpawnPlan {
    const char* directory;          // the child's working directory
    const char* program;            // as "./run", from there
    char* const* argv;              // null-terminated
    char* const* environment;       // null-terminated
    const char* record_path;        // the file that must know of the child before it executes
    std::span<const Piece> record;  // what is written there, in this order
    void (*complete)(void*, pid_t) noexcept;  // called in the child, puts its pid into the pieces
    void* context;                            // for `complete`
    Redirection redirection;
    rlimit open_files;           // RLIMIT_NOFILE of the child
    bool parent_is_ours;         // the child's parent becomes the parent of this process
    std::atomic<pid_t>* unborn;  // holds the child's pid from its making until it is born
};

// How far a child came that did not execute.
enum class Stage { clone, directory, redirection, record, program };

struct SpawnResult {
    pid_t pid = 0;  // 0: there is no process that executes the program
    Stage stage = Stage::clone;
    int error = 0;
};

// Makes a process in a session of its own, with an empty signal mask and descriptors 0, 1 and 2
// alone, that runs the plan's program. Waits until it executes or fails. A child that failed after
// `clone` exits with 111 and has to be reaped like any other.
SpawnResult spawn(const SpawnPlan& plan) noexcept;

}  // namespace hf::sys
