// SPDX-License-Identifier: MIT
// How a Message goes over the socket: alone, or with a name behind it and a descriptor.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <string_view>

#include "guard/protocol.h"

namespace hf::guard {

// What was received; `name` and `fd` come with some kinds only. The descriptor is the receiver's.
struct Packet {
    Message message{};
    std::array<char, longest_name> bytes{};
    std::size_t name_size = 0;
    int fd = -1;
    std::string_view name() const { return {bytes.data(), name_size}; }
};

// As recvmsg(2), without waiting. The rest is filled in if a whole Message has come.
ssize_t receive(int socket, Packet& packet) noexcept;

// As sendmsg(2) by these flags; never SIGPIPE. Without a descriptor: -1.
ssize_t send(int socket, const Message& message, std::string_view name, int fd, int flags) noexcept;

}  // namespace hf::guard
