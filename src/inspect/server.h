// SPDX-License-Identifier: MIT
// A service's processes, and where they listen.
#pragma once

#include <vector>

#include "inspect/processes.h"
#include "inspect/sockets.h"

namespace hf::inspect {

struct Server {
    std::vector<const Process*> tree;  // of the `Processes` that it was found in
    std::vector<Listener> own;
    std::vector<Listener> own_udp;
    bool hidden = false;  // this user may not see whose a socket is
};

// Where sockets are hidden, whoever listens on `port` is taken for it.
Server server_of(const Processes& processes, pid_t pid, std::uint16_t port);

std::vector<Listener> at_port(const std::vector<Listener>& listeners, std::uint16_t port);

// Whether it has `port`, for TCP or UDP.
bool listens(pid_t pid, std::uint16_t port);

}  // namespace hf::inspect
