// SPDX-License-Identifier: MIT
// A command that runs beside the process of a service, to check, to prepare its stop, or to tell
// somebody of it: it is the engine's, and on a short leash.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace hf::enter {

struct CheckBounds {
    std::chrono::milliseconds timeout{};
    rlimit files{};         // RLIMIT_NOFILE, as the service has it
    std::uint32_t sum = 0;  // of what it is to be before it runs
    int pid = 0;            // of its service; 0: there is none
    std::string hook;       // empty: it is no hook
    unsigned count = 1;
};

// As the engine writes them: "MS:SUM:SOFT:HARD:PID:HOOK:COUNT", with "-" for no hook.
std::optional<CheckBounds> check_bounds(const char* word);

// Returns in a child of this process, which is to become the command: it leads a session, reads
// nothing, and nobody reads what it writes, but the first line of its errors. This process itself
// watches it. What comes of it is a format::CheckAnswer on standard output. When it has ended, at
// its timeout, or when standard input ends, as whoever asked has gone or does not want to know any
// more, all is killed that it has started, however that tries to get away; then this process exits.
// Throws Error.
void become_check(const CheckBounds& bounds);

}  // namespace hf::enter
