// SPDX-License-Identifier: MIT
// What a process says by sd_notify(3): the assignments in one datagram, a line each. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace hf::engine {

struct NotifyMessage {
    bool ready = false;                      // READY=1
    bool reloading = false;                  // RELOADING=1
    bool stopping = false;                   // STOPPING=1
    std::optional<core::Duration> extend{};  // EXTEND_TIMEOUT_USEC=
    std::optional<std::string> status{};     // STATUS=, fit to be shown
    std::optional<int> main_pid{};           // MAINPID=
    bool stores_descriptors = false;         // FDSTORE=1
    bool operator==(const NotifyMessage&) const = default;
};

// What is longer says nothing, as with systemd.
inline constexpr std::size_t longest_notify_message = 4096;
// Of a STATUS, in bytes; what is longer is cut.
inline constexpr std::size_t longest_notify_status = 200;

// What is not known is ignored, and so is what makes no sense.
NotifyMessage decode_notify(std::string_view datagram);

}  // namespace hf::engine
