// SPDX-License-Identifier: MIT
// A command that shows whether a service is ready: it is the engine's, and on a short leash.
#pragma once

#include <sys/resource.h>

#include <chrono>

namespace hf::enter {

struct CheckBounds {
    std::chrono::milliseconds timeout;
    rlimit files;  // RLIMIT_NOFILE, as the service has it
};

// Returns in a child of this process, which is to become the command: it leads a session, reads
// nothing, and nobody reads what it writes, but the first line of its errors. This process itself
// watches it. What comes of it is a format::CheckAnswer on standard output. When it has ended, at
// its timeout, or when standard input ends, as whoever asked has gone or does not want to know any
// more, all is killed that it has started, however that tries to get away; then this process exits.
// Throws Error.
void become_check(const CheckBounds& bounds);

}  // namespace hf::enter
