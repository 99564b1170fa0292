// SPDX-License-Identifier: MIT
#include "check/probe.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/un.h>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "check/target.h"
#include "tcp_server.h"

using namespace hf::check;
using namespace hf;

namespace {

// "127.0.0.1:80 [::1]:80"
std::string written(const std::vector<Endpoint>& endpoints) {
    std::string text;
    for (const Endpoint& each : endpoints) {
        char host[INET6_ADDRSTRLEN] = "";
        const bool is_four = each.family() == AF_INET;
        sockaddr_in four{};
        sockaddr_in6 six{};
        std::memcpy(&four, &each.address, sizeof four);
        std::memcpy(&six, &each.address, sizeof six);
        if (is_four)
            ::inet_ntop(AF_INET, &four.sin_addr, host, sizeof host);
        else
            ::inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof host);
        EXPECT_EQ(each.size, is_four ? sizeof four : sizeof six);
        text += (text.empty() ? "" : " ") +
                (is_four ? std::string(host) : "[" + std::string(host) + "]") + ":" +
                std::to_string(ntohs(is_four ? four.sin_port : six.sin6_port));
    }
    return text;
}

std::string path_in(const Endpoint& endpoint) {
    sockaddr_un address{};
    std::memcpy(&address, &endpoint.address, sizeof address);
    return std::string(address.sun_path, endpoint.size - offsetof(sockaddr_un, sun_path));
}

}  // namespace

TEST(CheckTarget, AnAddressIsNumbersOrLocalhost) {
    EXPECT_EQ(written(tcp_endpoints("127.0.0.1:5432")), "127.0.0.1:5432");
    EXPECT_EQ(written(tcp_endpoints("[fe80::1]:65535")), "[fe80::1]:65535");
    EXPECT_EQ(written(tcp_endpoints("localhost:1")), "127.0.0.1:1 [::1]:1");
    EXPECT_EQ(written(tcp_endpoints("[127.0.0.1]", 80)), "127.0.0.1:80");
    EXPECT_EQ(written(tcp_endpoints("localhost:8080", 80)), "127.0.0.1:8080 [::1]:8080");
    for (const std::string text :
         {"", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
          "127.0.0.1:-1", "127.0.0.1:80x", "::1:80", "[::1", "[::1]80", "[]:80", "example.org:80",
          "127.1:80", "[fe80::1%eth0]:80", "localhost :80"})
        EXPECT_EQ(written(tcp_endpoints(text)), "") << text;
    EXPECT_EQ(written(tcp_endpoints(std::string("127.0.0.1\0:80", 13))), "");
    EXPECT_EQ(written(tcp_endpoints("127.0.0.1:", 80)), "");
}

TEST(CheckTarget, ASocketIsAPathOrAbstract) {
    using namespace std::string_literals;
    EXPECT_EQ(path_in(*unix_endpoint("/run/x")), "/run/x\0"s);
    EXPECT_EQ(path_in(*unix_endpoint("@x y")), "\0x y"s);
    EXPECT_EQ(path_in(*unix_endpoint("/" + std::string(106, 'a'))).size(), 108U);
    for (const std::string& path :
         {""s, "/"s, "@"s, "run/x"s, "/run\0x"s, "/" + std::string(107, 'a')})
        EXPECT_FALSE(unix_endpoint(path)) << path;
}

TEST(CheckTarget, ASocketMayBeConnectedToItself) {
    const sys::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = test::bind_to_loopback(socket);
    EXPECT_FALSE(is_connected_to_itself(socket.get()));
    ASSERT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    EXPECT_TRUE(is_connected_to_itself(socket.get()));
    int pair[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    const sys::Fd one(pair[0]);
    const sys::Fd other(pair[1]);
    EXPECT_FALSE(is_connected_to_itself(one.get()));
}

namespace {

format::Check http_at(const std::string& address, const std::string& body = "") {
    return {1,   std::chrono::seconds(1), format::CheckKind::http, "http://" + address + "/", {},
            body};
}

// As soon as what it waits for has come.
std::optional<Outcome> proceed(Probe& probe) {
    const bool reads = probe.waits_for() == Probe::Wait::readable;
    pollfd descriptor{probe.fd(), static_cast<short>(reads ? POLLIN : POLLOUT), 0};
    EXPECT_EQ(sys::retry([&] { return ::poll(&descriptor, 1, -1); }), 1);
    return probe.proceed();
}

// One that has asked, and waits for the answer.
Probe asking(test::TcpServer& server, const std::string& body = "") {
    Probe probe(http_at(server.address(), body));
    EXPECT_EQ(probe.begin(), std::nullopt);
    while (probe.waits_for() == Probe::Wait::writable) EXPECT_EQ(proceed(probe), std::nullopt);
    EXPECT_EQ(probe.lack(), "no answer");
    server.accept();
    return probe;
}

}  // namespace

TEST(Probe, SaysWhatItLacks) {
    test::TcpServer server;
    EXPECT_EQ(Probe(http_at(server.address())).lack(), "no connection");
    Probe probe = asking(server, "pong");
    server.say("HTTP/1.1 200 OK\r\n\r\n");
    EXPECT_EQ(proceed(probe), std::nullopt);
    EXPECT_EQ(probe.lack(), "no end of the answer");
    server.say("pong");
    EXPECT_EQ(proceed(probe), good());
}

TEST(Probe, ReadsWhatIsLeftOfAnAnswer) {
    test::TcpServer server;
    Probe probe = asking(server);
    server.say("HTTP/1.1 200 OK\r\n\r\n");
    EXPECT_EQ(proceed(probe), good());
    EXPECT_EQ(probe.waits_for(), Probe::Wait::readable);
    server.say("more");
    EXPECT_EQ(proceed(probe), std::nullopt);
    EXPECT_EQ(probe.waits_for(), Probe::Wait::readable);
    server.close();
    EXPECT_EQ(proceed(probe), std::nullopt);
    EXPECT_EQ(probe.waits_for(), Probe::Wait::nothing);
}

TEST(Probe, AResetIsAFailureOnlyBeforeTheOutcome) {
    test::TcpServer server;
    Probe early = asking(server);
    server.reset();
    EXPECT_EQ(proceed(early), bad("connection reset"));
    Probe late = asking(server);
    server.say("HTTP/1.1 200 OK\r\n\r\n");
    EXPECT_EQ(proceed(late), good());
    server.reset();
    EXPECT_EQ(proceed(late), std::nullopt);
    EXPECT_EQ(late.waits_for(), Probe::Wait::nothing);
}
