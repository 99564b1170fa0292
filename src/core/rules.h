// SPDX-License-Identifier: MIT
// What the administrator may set for a service.
#pragma once

#include <array>
#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <optional>

#include "core/time.h"

namespace hf::core {

// A set of exit codes, 0 to 255.
class ExitCodes {
  public:
    constexpr ExitCodes(std::initializer_list<int> codes = {}) {
        for (int code : codes) add(code);
    }
    constexpr void add(int code) { bits_[word(code)] |= bit(code); }
    constexpr bool contains(int code) const { return (bits_[word(code)] & bit(code)) != 0; }
    bool operator==(const ExitCodes&) const = default;

  private:
    static constexpr size_t word(int code) { return static_cast<unsigned>(code) / 64 % 4; }
    static constexpr std::uint64_t bit(int code) {
        return std::uint64_t{1} << static_cast<unsigned>(code) % 64;
    }
    std::array<std::uint64_t, 4> bits_{};
};

enum class Restart { always, on_failure, never };

// What becomes of a process when something that its service needs is not good any more.
enum class NeedsLost {
    keep,     // it goes on
    stop,     // it is stopped, and another is started when all is good again
    restart,  // it goes on, and is replaced when all is good again
};

// A signal of those by which a service is stopped, but the first.
struct LaterSignal {
    Duration after{};  // the first
    int signal = 0;    // 0: there is none
    bool operator==(const LaterSignal&) const = default;
};
inline constexpr std::size_t most_later_signals = 7;

// The restart delay is daemontools', and so is the ordered stop without a timeout. It knows no
// limit at a shutdown either: ours is what `docker stop` gives everything in a container. A logger
// whose input has ended has a pipe of 64 KiB to write down: it gets what s6 gives a finish script.
struct Rules {
    Restart restart = Restart::always;
    ExitCodes good{0};                                 // after these it has not failed
    ExitCodes stop_on{};                               // after these it is to be down
    Duration restart_delay = std::chrono::seconds(1);  // from a start to the next, at least
    Duration longest_delay = std::chrono::seconds(1);  // ... after many failures in a row
    Duration reset_after = std::chrono::seconds(10);   // a life that long is no failure
    bool tells_well = false;        // when it has proved that, it has no failures any more
    std::uint32_t give_up = 0;      // so many failures in a row, and it is to be down; 0: never
    std::uint32_t salt = 0;         // sets apart those whose delays grow together
    bool has_stop_command = false;  // it runs before the first of these
    int stop_signal = SIGTERM;
    std::array<LaterSignal, most_later_signals> later_signals{};  // each later than the one before
    bool stops_group = false;  // these signals reach its whole group
    bool kills_group = false;  // so does SIGKILL; and a process that ends leaves none behind
    std::optional<Duration> stop_timeout{};                // from an ordered stop to SIGKILL
    Duration shutdown_timeout = std::chrono::seconds(10);  // the same of any other stop
    Duration drain_timeout = std::chrono::seconds(5);      // from the end of input to SIGTERM
    bool oneshot = false;                     // it runs until it has succeeded; then it is done
    bool says_ready = false;                  // what is started says when it is ready
    std::optional<int> ready_fd{};            // ... by a newline that it writes there
    bool notifies = false;                    // ... by sd_notify(3)
    std::optional<Duration> ready_timeout{};  // from a start to then, at most
    NeedsLost needs_lost = NeedsLost::keep;
    std::uint32_t entry = 0;   // the sum of what a process is to be before it runs; 0: as it is
    std::uint32_t finish = 0;  // the sum of what is run when it has ended; 0: nothing
    Duration finish_timeout = std::chrono::seconds(5);  // from there to SIGKILL
    bool operator==(const Rules&) const = default;
};
inline constexpr Rules default_rules{};

// The longest that the stop command may take.
constexpr Duration stop_command_time(const Rules& rules) {
    return rules.stop_timeout.value_or(rules.shutdown_timeout);
}

}  // namespace hf::core
