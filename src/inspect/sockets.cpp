// SPDX-License-Identifier: MIT
#include "inspect/sockets.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "inspect/processes.h"
#include "sys/fd.h"
#include "text/words.h"

namespace hf::inspect {

using namespace text;

namespace {

// What is asked for, and the state in which such a socket takes what comes: TCP_LISTEN and, for an
// UDP socket without a peer, TCP_CLOSE in the kernel's list of states.
struct Kind {
    std::uint8_t protocol;
    unsigned state;
    const char* table;
    const char* table6;
};
constexpr Kind tcp{IPPROTO_TCP, 10, "/proc/net/tcp", "/proc/net/tcp6"};
constexpr Kind udp{IPPROTO_UDP, 7, "/proc/net/udp", "/proc/net/udp6"};

std::string text_of(int family, const void* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family, address, text.data(), text.size());
    return text.data();
}

struct Request {
    nlmsghdr header;
    inet_diag_req_v2 body;
};

// IPV6_V6ONLY comes as an attribute behind the message.
bool only_ipv6(const inet_diag_msg* message, unsigned size) {
    const char* at = reinterpret_cast<const char*>(message + 1);
    const char* end = reinterpret_cast<const char*>(message) + size;
    while (at + sizeof(nlattr) <= end) {
        nlattr attribute{};
        std::memcpy(&attribute, at, sizeof attribute);
        if (attribute.nla_len < sizeof attribute) break;
        if (attribute.nla_type == INET_DIAG_SKV6ONLY && at + sizeof attribute < end)
            return at[sizeof attribute] != 0;
        at += NLA_ALIGN(attribute.nla_len);
    }
    return false;
}

Listener listener_from(const inet_diag_msg* message, unsigned size) {
    Listener result;
    result.ipv6 = message->idiag_family == AF_INET6;
    result.ipv6_only = result.ipv6 && only_ipv6(message, size);
    result.address = text_of(message->idiag_family, message->id.idiag_src);
    result.port = ntohs(message->id.idiag_sport);
    result.inode = message->idiag_inode;
    result.waiting = message->idiag_rqueue;
    result.room = message->idiag_wqueue;
    return result;
}

enum class Answer { more, done, refused };

Answer take(const char* bytes, unsigned size, std::vector<Listener>& into) {
    auto* header = reinterpret_cast<const nlmsghdr*>(bytes);
    for (; NLMSG_OK(header, size); header = NLMSG_NEXT(header, size)) {
        if (header->nlmsg_type == NLMSG_DONE) return Answer::done;
        if (header->nlmsg_type == NLMSG_ERROR) return Answer::refused;
        if (header->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) continue;
        auto* message = reinterpret_cast<const inet_diag_msg*>(NLMSG_DATA(header));
        into.push_back(listener_from(message, header->nlmsg_len - NLMSG_HDRLEN));
    }
    return Answer::more;
}

bool ask_netlink(std::uint8_t family, const Kind& kind, std::vector<Listener>& into) {
    sys::Fd socket(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!socket) return false;
    Request request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.body.sdiag_family = family;
    request.body.sdiag_protocol = kind.protocol;
    request.body.idiag_states = 1U << kind.state;
    if (::send(socket.get(), &request, sizeof request, 0) != sizeof request) return false;
    alignas(nlmsghdr) std::array<char, 32768> buffer{};
    for (;;) {
        ssize_t got =
            sys::retry([&] { return ::recv(socket.get(), buffer.data(), buffer.size(), 0); });
        if (got <= 0) return false;
        Answer answer = take(buffer.data(), static_cast<unsigned>(got), into);
        if (answer != Answer::more) return answer == Answer::done;
    }
}

// /proc/net/tcp writes an address as 32-bit words in the machine's byte order.
void read_table(const Kind& kind, bool ipv6, std::vector<Listener>& into) {
    for (const std::string& line : lines_of(contents(ipv6 ? kind.table6 : kind.table))) {
        std::array<char, 33> digits{};
        unsigned port = 0;
        unsigned state = 0;
        unsigned waiting = 0;
        unsigned long long inode = 0;
        if (std::sscanf(line.c_str(),
                        " %*u: %32[0-9A-F]:%x %*[0-9A-F:] %x %*x:%x %*s %*s %*s %*s %llu",
                        digits.data(), &port, &state, &waiting, &inode) != 5 ||
            state != kind.state)
            continue;
        std::array<std::uint32_t, 4> address{};
        for (size_t word = 0; word < (ipv6 ? 4U : 1U); ++word)
            std::sscanf(&digits[word * 8], "%8x", &address[word]);
        Listener found;
        found.ipv6 = ipv6;
        found.address = text_of(ipv6 ? AF_INET6 : AF_INET, address.data());
        found.port = static_cast<std::uint16_t>(port);
        found.waiting = waiting;
        found.inode = inode;
        into.push_back(std::move(found));
    }
}

std::vector<Listener> all_of(const Kind& kind) {
    std::vector<Listener> found;
    if (!ask_netlink(AF_INET, kind, found)) {
        found.clear();
        read_table(kind, false, found);
    }
    std::vector<Listener> six;
    if (!ask_netlink(AF_INET6, kind, six)) {
        six.clear();
        read_table(kind, true, six);
    }
    found.insert(found.end(), six.begin(), six.end());
    return found;
}

}  // namespace

std::vector<Listener> listeners() {
    return all_of(tcp);
}

std::vector<Listener> udp_listeners() {
    return all_of(udp);
}

bool is_client_of(const std::vector<std::uint64_t>& sockets, std::uint16_t port) {
    constexpr unsigned established = 1;
    constexpr unsigned calling = 2;  // TCP_SYN_SENT
    for (const char* table : {tcp.table, tcp.table6}) {
        for (const std::string& line : lines_of(contents(table))) {
            unsigned peer = 0;
            unsigned state = 0;
            unsigned long long inode = 0;
            if (std::sscanf(line.c_str(),
                            " %*u: %*[0-9A-F]:%*x %*[0-9A-F]:%x %x %*s %*s %*s %*s %*s %llu", &peer,
                            &state, &inode) != 3 ||
                peer != port || (state != established && state != calling))
                continue;
            if (std::find(sockets.begin(), sockets.end(), inode) != sockets.end()) return true;
        }
    }
    return false;
}

bool loopback_is_up() {
    sys::Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::memcpy(request.ifr_name, "lo", sizeof "lo");
    bool known = socket && ::ioctl(socket.get(), SIOCGIFFLAGS, &request) == 0;
    return !known || (request.ifr_flags & IFF_UP) != 0;
}

std::string address_text(const Listener& listener) {
    std::string port = ":" + std::to_string(listener.port);
    if (listener.address == "0.0.0.0" || (listener.address == "::" && !listener.ipv6_only))
        return "*" + port;
    return (listener.ipv6 ? "[" + listener.address + "]" : listener.address) + port;
}

bool is_loopback(const Listener& listener) {
    return listener.address.starts_with("127.") || listener.address == "::1" ||
           listener.address.starts_with("::ffff:127.");
}

bool is_everywhere(const Listener& listener) {
    return listener.address == "0.0.0.0" || listener.address == "::";
}

}  // namespace hf::inspect
