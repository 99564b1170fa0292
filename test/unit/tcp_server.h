// SPDX-License-Identifier: MIT
// A server of the test itself, at a port of 127.0.0.1: does what it is told, and nothing else.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <string_view>

#include "sys/fd.h"

namespace hf::test {

// Binds it to a port of 127.0.0.1 that the kernel chooses: the address.
inline sockaddr_in bind_to_loopback(const sys::Fd& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* bytes = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket.get(), bytes, size), 0);
    EXPECT_EQ(::getsockname(socket.get(), bytes, &size), 0);
    return address;
}

class TcpServer {
  public:
    TcpServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const sockaddr_in address = bind_to_loopback(listener_);
        EXPECT_EQ(::listen(listener_.get(), 10), 0);
        address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    }

    const std::string& address() const { return address_; }
    void accept() {
        connection_ = sys::Fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }
    void say(std::string_view text) { EXPECT_TRUE(sys::write_all(connection_.get(), text)); }
    void close() { connection_.reset(); }
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(connection_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }
    // Blocks until the other end has closed the connection.
    bool is_left() {
        std::string request;
        return sys::read_all(connection_.get(), request);
    }

  private:
    sys::Fd listener_;
    sys::Fd connection_;
    std::string address_;
};

}  // namespace hf::test
