// SPDX-License-Identifier: MIT
// Who listens where, asked of the kernel by netlink (sock_diag(7)); of /proc/net where that is
// refused.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hf::inspect {

// A TCP socket that listens, or an UDP socket that takes what comes.
struct Listener {
    bool ipv6 = false;
    bool ipv6_only = false;
    std::string address;  // "0.0.0.0", "::", "127.0.0.1"
    std::uint16_t port = 0;
    std::uint64_t inode = 0;
    unsigned waiting = 0;  // connections that nobody has accepted yet
    unsigned room = 0;     // for how many there is room; 0: not known
};

std::vector<Listener> listeners();  // TCP
std::vector<Listener> udp_listeners();

// Whether one of these sockets (inodes) is, or is about to be, connected to this port of another
// program.
bool is_client_of(const std::vector<std::uint64_t>& sockets, std::uint16_t port);

// The interface lo, through which programs of this machine reach each other.
bool loopback_is_up();

// "127.0.0.1:8080", "[::1]:8080", "*:8080" for every address.
std::string address_text(const Listener& listener);

bool is_loopback(const Listener& listener);
bool is_everywhere(const Listener& listener);

}  // namespace hf::inspect
