// SPDX-License-Identifier: MIT
// What the guardian and its engine say to each other. The guardian is the engine's parent, and that
// of every process the engine makes; the two share a socket and a page.
//
// Two versions may meet here: fields and meanings stay as they are, new ones are added.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace hf::sys {

// The descriptors an engine is started with, beside 0, 1 and 2.
inline constexpr int guard_socket = 3;  // SOCK_SEQPACKET, one GuardMessage a packet
inline constexpr int guard_memory = 4;  // a memfd: a GuardPage, then what the engine keeps there

struct GuardMessage {
    enum Kind : std::int32_t {
        death = 1,      // to the engine: a child has ended. The next is told after `buried`.
        look = 2,       // to the engine: look at the folder again
        halt = 3,       // to the engine: stop everything in order, then exit with 0
        buried = 4,     // to the guardian: the death is recorded, the child can be reaped
        ready = 5,      // to the guardian: the engine has read everything back and obeys
        concluded = 6,  // to the guardian: the main service has ended for good, `code` is its code
        ask = 7,        // to the engine: say that you live
        alive = 8,      // to the guardian: the answer
    };
    std::int32_t kind = 0;
    std::int32_t pid = 0;
    std::int32_t code = 0;    // si_code of waitid(2); of `concluded`: an exit code
    std::int32_t status = 0;  // si_status
};

struct GuardPage {
    std::uint64_t session = 0;       // this guardian's life, by a number
    std::atomic<pid_t> unborn = 0;   // a process that was made and does not yet execute its program
    std::array<char, 1024> busy{};   // what the engine is at, while that could block; else empty
    std::array<char, 2900> aside{};  // what engines got stuck at before: names, each with its null
    std::atomic<std::uint64_t> held_at = 0;   // where in the memory the list of what is held begins
    std::atomic<bool> prefix_output = false;  // lines of services without a log get their name
};

inline constexpr std::size_t guard_page_size = 4096;
static_assert(sizeof(GuardPage) <= guard_page_size);

}  // namespace hf::sys
