// SPDX-License-Identifier: MIT
#include "people/look/probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "sys/clock.h"
#include "sys/fd.h"

namespace hf::people {

namespace {

using std::chrono::milliseconds;

// A socket that listens everywhere is asked through this machine's own address.
std::string address_for(const Listener& listener) {
    if (!is_everywhere(listener)) return listener.address;
    return listener.ipv6 ? "::1" : "127.0.0.1";
}

bool begin_to_connect(int socket, const Listener& listener) {
    std::string address = address_for(listener);
    int result = -1;
    if (listener.ipv6) {
        sockaddr_in6 to{};
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(listener.port);
        ::inet_pton(AF_INET6, address.c_str(), &to.sin6_addr);
        result = ::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to);
    } else {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(listener.port);
        ::inet_pton(AF_INET, address.c_str(), &to.sin_addr);
        result = ::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }
    return result == 0 || errno == EINPROGRESS;
}

bool is_ready(int socket, short what, std::chrono::nanoseconds end) {
    auto left = std::chrono::ceil<milliseconds>(end - sys::boot_time()).count();
    pollfd waiting{socket, what, 0};
    return ::poll(&waiting, 1, static_cast<int>(std::max<long>(0, left))) > 0;
}

// Whether connections stand in the queue that the program should take them from.
bool has_unaccepted(const Listener& asked) {
    for (const Listener& listener : listeners()) {
        if (listener.inode == asked.inode) return listener.waiting > 0;
    }
    return false;
}

}  // namespace

Probed probe(const Listener& listener, milliseconds patience) {
    Probed result;
    auto begin = sys::boot_time();
    auto end = begin + patience;
    sys::Fd socket(::socket(listener.ipv6 ? AF_INET6 : AF_INET,
                            SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket || !begin_to_connect(socket.get(), listener)) return result;
    if (!is_ready(socket.get(), POLLOUT, end)) {
        result.reply = Reply::unaccepted;  // the queue is so full that the kernel lets us wait
        return result;
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return result;
    constexpr std::string_view question =
        "GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: holdfast-why\r\n\r\n";
    ::send(socket.get(), question.data(), question.size(), MSG_NOSIGNAL);
    if (!is_ready(socket.get(), POLLIN, end)) {
        result.reply = has_unaccepted(listener) ? Reply::unaccepted : Reply::silent;
        return result;
    }
    std::array<char, 200> answer{};
    ssize_t got = ::recv(socket.get(), answer.data(), answer.size(), 0);
    std::string text(answer.data(), got > 0 ? static_cast<size_t>(got) : 0);
    result.first_line = text.substr(0, text.find_first_of("\r\n"));
    result.took = std::chrono::duration_cast<milliseconds>(sys::boot_time() - begin);
    result.reply = Reply::answered;
    return result;
}

}  // namespace hf::people
