// SPDX-License-Identifier: MIT
// What the guardian and its engine say to each other. The guardian is the engine's parent, and that
// of every process the engine makes; the two share a socket and a page.
//
// Two versions may meet here, each the older one: fields keep their place, kinds their number and
// meaning, new ones are added behind. Who does not know a kind ignores it; what is new is sent only
// to a guardian whose page states a version that knows it.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hf::guard {

// The descriptors an engine is started with, beside 0, 1 and 2.
inline constexpr int socket_fd = 3;  // SOCK_SEQPACKET, one Message a packet
inline constexpr int memory_fd = 4;  // a memfd: a SharedPage, then what the engine keeps there
// Since version 1, if the guardian has it: the lock on the scan directory. It is held until both
// are gone, so that no other svscan begins while an engine still holds the services.
inline constexpr int lock_fd = 5;

// One packet, 16 bytes. `keep`, `kept` and `drop` bear a name behind it, without a null.
struct Message {
    enum Kind : std::int32_t {
        death = 1,   // to the engine: a child has ended. The next is told after `reaped`.
        look = 2,    // to the engine: look at the scan directory again
        halt = 3,    // to the engine: stop everything in order, then exit with 0
        reaped = 4,  // to the guardian: the death is recorded, the child can be reaped
        ready = 5,   // to the guardian: the engine has read everything back and obeys
        main_exited =
            6,      // to the guardian: the main service has ended for good, `code` is its code
        ask = 7,    // to the engine: say that you live
        alive = 8,  // to the guardian: the answer

        // Since version 1.
        whose = 9,    // to the guardian: is `pid` a child of yours, and does it live?
        answer = 10,  // to the engine: of `pid`; `code` is a Child
        keep = 11,    // to the guardian, with a descriptor: keep it, by this name, over my death
        kept = 12,    // to a new engine, with a descriptor: what an engine before had kept. All of
                      // them come before the first death; one without a name and descriptor is last
        drop = 13,    // to the guardian: close what is kept by this name
    };
    std::int32_t kind = 0;
    std::int32_t pid = 0;
    std::int32_t code = 0;    // si_code of waitid(2); of `main_exited`: an exit code
    std::int32_t status = 0;  // si_status
};
static_assert(sizeof(Message) == 16);

enum Child : std::int32_t { none = 0, living = 1, dead = 2 };

inline constexpr std::size_t longest_name = 100;  // of a descriptor that is kept
inline constexpr std::size_t longest_packet = sizeof(Message) + longest_name;

inline constexpr std::uint32_t magic = 0x74736648;  // "Hfst"
inline constexpr std::uint16_t version = 1;

// At the beginning of the memory, for as long as the guardian lives, upgraded or not. Where not
// said otherwise the guardian writes a field when it makes the page, and the engine reads it.
struct SharedPage {
    std::uint64_t session = 0;  // this guardian's life, by a number
    // A process that was made and does not yet execute its program; negative when its record is
    // written. Written by the kernel and the child, cleared by the engine.
    std::atomic<pid_t> spawning_pid = 0;
    // What the engine is at, while that could block or kill it; else empty. Written by the engine,
    // read by the guardian and the next engine.
    std::array<char, 1024> busy{};
    // What engines got stuck at or died at before: see engine/quarantine.cpp. Engine's alone.
    std::array<char, 2900> aside{};
    // Where in the memory the list of what is held begins. Engine's alone.
    std::atomic<std::uint64_t> held_at = 0;
    std::atomic<bool> prefix_output = false;  // lines of services without a log get their name
    // Who the guardian is: zeros for one before version 1, whose page ended before. That is why
    // this does not stand at the head.
    std::uint32_t magic = 0;
    std::uint16_t version = 0;
    std::uint16_t size = 0;  // of the page
    // The kernel's boot id as the guardian has read it; zeros if it could not. All its engines say
    // the same, whether /proc comes or goes.
    std::array<std::byte, 16> boot{};
    // Of the seals on records (format/seal.h); zeros: not known yet. Engine's alone.
    std::array<std::uint64_t, 2> seal_key{};
    // `busy` names a directory at which two engines in a row have died, not one where the last got
    // stuck. Written by the guardian, cleared by the engine.
    std::atomic<bool> killed_at_busy = false;
};

inline constexpr std::size_t page_size = 4096;
static_assert(sizeof(SharedPage) <= page_size);
static_assert(offsetof(SharedPage, spawning_pid) == 8 && offsetof(SharedPage, busy) == 12 &&
              offsetof(SharedPage, aside) == 1036 && offsetof(SharedPage, held_at) == 3936 &&
              offsetof(SharedPage, prefix_output) == 3944 && offsetof(SharedPage, magic) == 3948);

// What the guardian that made the page understands.
std::uint16_t version_of(const SharedPage& page);

}  // namespace hf::guard
