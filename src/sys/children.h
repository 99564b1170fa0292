// SPDX-License-Identifier: MIT
// The children of this process: born, adopted, reaped. For small programs; the engine has its own
// way to make a process.
#pragma once

#include <sys/types.h>

#include <vector>

namespace hf::sys {

struct Death {
    pid_t pid;
    int exit_code;  // meaningless for one that a signal killed
    int signal;     // 0 for one that exited
};

// 0 in the child. Throws "unable to fork".
pid_t fork();

// Makes a process that runs `main` and exits with what that returns, and whose parent is the parent
// of this one. Throws "unable to fork".
void fork_sibling(int (*main)(void*), void* argument);

// From now on a descendant whose parent dies becomes a child of this process, not of init.
// Throws "unable to adopt orphans".
void adopt_orphans();

// Reaps all who are dead now, without blocking.
std::vector<Death> reap_children();

// Whether any child is left, dead or alive.
bool have_children();

// Those children, as far as /proc tells.
std::vector<pid_t> children();

}  // namespace hf::sys
