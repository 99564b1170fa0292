// SPDX-License-Identifier: MIT
// What the administrator may set for a service.
#pragma once

#include <optional>

#include "core/time.h"

namespace hf::core {

// The restart interval is daemontools', and so is the ordered stop without a timeout. It
// knows no limit at a shutdown either: ours is what `docker stop` gives everything in a container.
// A logger whose input has ended has a pipe of 64 KiB to write down: it gets what s6 gives a
// finish script.
struct Rules {
    Duration restart_interval = std::chrono::seconds(1);  // between a start and a restart, at least
    std::optional<Duration> stop_timeout{};               // from an ordered stop to SIGKILL
    Duration shutdown_timeout = std::chrono::seconds(10);  // the same, when everything stops
    Duration drain_timeout = std::chrono::seconds(5);      // from the end of input to SIGTERM
    bool operator==(const Rules&) const = default;
};
inline constexpr Rules default_rules{};

}  // namespace hf::core
