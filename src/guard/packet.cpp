// SPDX-License-Identifier: MIT
#include "guard/packet.h"

#include <sys/socket.h>

#include <cstring>

namespace hf::guard {

namespace {

using Control = std::array<char, CMSG_SPACE(sizeof(int))>;

msghdr header_of(std::array<iovec, 2>& parts) noexcept {
    msghdr header{};
    header.msg_iov = parts.data();
    header.msg_iovlen = parts.size();
    return header;
}

// The descriptor that came with a packet; -1 if there was none.
int descriptor_of(msghdr& header) noexcept {
    int fd = -1;
    for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each))
        if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_RIGHTS)
            std::memcpy(&fd, CMSG_DATA(each), sizeof fd);
    return fd;
}

}  // namespace

ssize_t receive(int socket, Packet& packet) noexcept {
    std::array<iovec, 2> parts{
        {{&packet.message, sizeof packet.message}, {packet.bytes.data(), packet.bytes.size()}}};
    alignas(cmsghdr) Control control{};
    msghdr header = header_of(parts);
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t size = ::recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size < static_cast<ssize_t>(sizeof packet.message)) return size;
    packet.name_size = static_cast<std::size_t>(size) - sizeof packet.message;
    packet.fd = descriptor_of(header);
    return size;
}

ssize_t send(int socket, const Message& message, std::string_view name, int fd,
             int flags) noexcept {
    std::array<iovec, 2> parts{{{const_cast<Message*>(&message), sizeof message},
                                {const_cast<char*>(name.data()), name.size()}}};
    alignas(cmsghdr) Control control{};
    msghdr header = header_of(parts);
    if (fd >= 0) {
        header.msg_control = control.data();
        header.msg_controllen = control.size();
        cmsghdr* rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof fd);
        std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    }
    return ::sendmsg(socket, &header, flags | MSG_NOSIGNAL);
}

}  // namespace hf::guard
