// SPDX-License-Identifier: MIT
// What systemd is told of svscan, if that is a unit of Type=notify: see sd_notify(3).
#pragma once

#include "guardian/lifecycle.h"

namespace hf::guardian {

// The socket that $NOTIFY_SOCKET names, connected; -1: nobody wants to know. Takes that and what
// belongs to it out of the environment, which is not for the services.
struct Notify {
    int socket = -1;
    milliseconds interval{};  // so often "WATCHDOG=1" is wanted, at the least; 0: never
    bool operator==(const Notify&) const = default;
};
Notify take_notify();

void notify(int socket, const char* text);

}  // namespace hf::guardian
