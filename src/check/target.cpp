// SPDX-License-Identifier: MIT
#include "check/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstring>
#include <string>

namespace hf::check {

namespace {

template <typename Address>
Endpoint endpoint_of(const Address& address, size_t size = sizeof(Address)) {
    Endpoint endpoint{};
    std::memcpy(&endpoint.address, &address, size);
    endpoint.size = static_cast<socklen_t>(size);
    return endpoint;
}

std::vector<Endpoint> endpoints_of(const std::string& host, std::uint16_t port) {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    if (host == "localhost") {
        four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        six.sin6_addr = in6addr_loopback;
        return {endpoint_of(four), endpoint_of(six)};
    }
    if (::inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1) return {endpoint_of(four)};
    if (::inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) == 1) return {endpoint_of(six)};
    return {};
}

// 0 if it is none.
std::uint16_t port_in(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    return error == std::errc() && stop == end ? port : std::uint16_t{0};
}

}  // namespace

std::vector<Endpoint> tcp_endpoints(std::string_view text,
                                    std::optional<std::uint16_t> usual_port) {
    const bool bracketed = text.starts_with('[');
    if (bracketed) text.remove_prefix(1);
    const size_t end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && end == text.npos) return {};
    const std::string host(text.substr(0, end));
    std::string_view rest = end == text.npos ? "" : text.substr(end + (bracketed ? 1 : 0));
    std::uint16_t port = usual_port.value_or(0);
    if (!rest.empty()) port = rest[0] == ':' ? port_in(rest.substr(1)) : std::uint16_t{0};
    if (port == 0 || host.find('\0') != host.npos) return {};
    return endpoints_of(host, port);
}

std::optional<Endpoint> unix_endpoint(std::string_view path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const bool is_abstract = path.starts_with('@');
    const bool is_path = path.starts_with('/') && path.find('\0') == path.npos;
    if (path.size() < 2 || path.size() >= sizeof address.sun_path) return std::nullopt;
    if (!is_abstract && !is_path) return std::nullopt;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (is_abstract) address.sun_path[0] = '\0';
    const size_t size = offsetof(sockaddr_un, sun_path) + path.size();
    return endpoint_of(address, size + (is_abstract ? 0 : 1));
}

}  // namespace hf::check
