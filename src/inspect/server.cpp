// SPDX-License-Identifier: MIT
#include "inspect/server.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace hf::inspect {

std::vector<Listener> at_port(const std::vector<Listener>& listeners, std::uint16_t port) {
    std::vector<Listener> result;
    std::copy_if(listeners.begin(), listeners.end(), std::back_inserter(result),
                 [&](const Listener& each) { return each.port == port; });
    return result;
}

Server server_of(const Processes& processes, pid_t pid, std::uint16_t port) {
    Server server{processes.tree(pid), listeners(), udp_listeners()};
    std::unordered_set<std::uint64_t> sockets;
    for (const Process* each : server.tree) {
        auto own = descriptors_of(each->pid);
        sockets.insert(own.sockets.begin(), own.sockets.end());
        server.hidden = server.hidden || !own.readable;
    }
    if (server.hidden) {
        server.own = at_port(server.own, port);
        server.own_udp = at_port(server.own_udp, port);
        return server;
    }
    auto is_foreign = [&](const Listener& each) { return !sockets.contains(each.inode); };
    std::erase_if(server.own, is_foreign);
    std::erase_if(server.own_udp, is_foreign);
    return server;
}

bool listens(pid_t pid, std::uint16_t port) {
    Processes processes;
    Server server = server_of(processes, pid, port);
    return !at_port(server.own, port).empty() || !at_port(server.own_udp, port).empty();
}

}  // namespace hf::inspect
