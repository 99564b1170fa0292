// SPDX-License-Identifier: MIT
// Where a check connects to. Nobody is asked for it: a name other than localhost is none. Pure.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hf::check {

struct Endpoint {
    sockaddr_storage address;
    socklen_t size;
    int family() const { return address.ss_family; }
};

// "127.0.0.1:80", "[::1]:80", "localhost:80", which is 127.0.0.1 and then ::1. The port may be
// missing if there is a usual one. Empty for anything else.
std::vector<Endpoint> tcp_endpoints(std::string_view text,
                                    std::optional<std::uint16_t> usual_port = std::nullopt);

// A whole path, or "@NAME" for an abstract one. None if the kernel has no room for it.
std::optional<Endpoint> unix_endpoint(std::string_view path);

}  // namespace hf::check
