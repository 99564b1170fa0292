// SPDX-License-Identifier: MIT
#include "log/copier.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <array>
#include <cstring>

#include "log/line_format.h"
#include "log/retry.h"
#include "sys/error.h"

namespace hf::log {

namespace {

constexpr size_t most_waiting_bytes = 64 * 1024;
constexpr std::chrono::seconds between_connects{1};
constexpr std::chrono::milliseconds between_pushes{50};
constexpr std::chrono::milliseconds last_try{300};
constexpr std::string_view syslog_path = "/dev/log";
constexpr int user_informational = 1 * 8 + 6;

template <typename Address>
socklen_t store(const Address& address, sockaddr_storage& into) {
    std::memcpy(&into, &address, sizeof address);
    return sizeof address;
}

socklen_t address_of(const CopyTo& target, sockaddr_storage& into) {
    if (target.kind == CopyTo::Kind::syslog) {
        sockaddr_un local{};
        local.sun_family = AF_UNIX;
        syslog_path.copy(local.sun_path, sizeof local.sun_path - 1);
        return store(local, into);
    }
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(target.port);
    if (::inet_pton(AF_INET, target.host.c_str(), &four.sin_addr) == 1) return store(four, into);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(target.port);
    if (::inet_pton(AF_INET6, target.host.c_str(), &six.sin6_addr) == 1) return store(six, into);
    throw sys::Error("unable to use address " + target.host, EINVAL);
}

}  // namespace

Copier::Copier(const CopyTo& target) : target_(target) {
    address_size_ = address_of(target_, address_);
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    host_ = name[0] != '\0' ? name.data() : "-";
    connect();
}

// For TCP the connection may still be under way: sending tells.
bool Copier::connect() {
    if (socket_) return true;
    if (Clock::now() < next_try_) return false;
    next_try_ = Clock::now() + between_connects;
    const int kind = target_.kind == CopyTo::Kind::tcp ? SOCK_STREAM : SOCK_DGRAM;
    sys::Fd made(::socket(address_.ss_family, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!made) return false;
    const auto* address = reinterpret_cast<const sockaddr*>(&address_);
    if (::connect(made.get(), address, address_size_) != 0 && errno != EINPROGRESS) return false;
    socket_ = std::move(made);
    return true;
}

// RFC 5424 for syslog, the bare line for an address.
std::string Copier::message(std::string_view line) const {
    if (target_.kind == CopyTo::Kind::udp) return std::string(line);
    if (target_.kind == CopyTo::Kind::tcp) return std::string(line) + "\n";
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    std::string text =
        "<" + std::to_string(user_informational) + ">1 " + iso8601(now) + " " + host_;
    text.append(" multilog ").append(std::to_string(::getpid())).append(" - - ").append(line);
    return text;
}

void Copier::send(std::string_view line) {
    const std::string text = message(line);
    if (target_.kind == CopyTo::Kind::tcp) {
        if (waiting_.size() + text.size() > most_waiting_bytes) push();
        if (waiting_.size() + text.size() > most_waiting_bytes) {
            ++dropped_;
        } else {
            waiting_ += text;
        }
        return;
    }
    // A receiver that was restarted is a new one: once more.
    for (int i = 0; i < 2; ++i) {
        if (!connect()) break;
        if (::send(socket_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
            return;
        if (errno == EAGAIN || errno == ENOBUFS) break;
        if (target_.kind == CopyTo::Kind::syslog) socket_.reset();
    }
    ++dropped_;
}

void Copier::push() {
    if (waiting_.empty() || !connect()) return;
    const ssize_t sent =
        ::send(socket_.get(), waiting_.data(), waiting_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) waiting_.erase(0, static_cast<size_t>(sent));
    if (sent < 0 && errno != EAGAIN && errno != ENOTCONN && errno != EINPROGRESS) socket_.reset();
}

void Copier::run_due() {
    push();
}

std::optional<Clock::time_point> Copier::deadline() const {
    if (waiting_.empty()) return std::nullopt;
    return socket_ ? Clock::now() + between_pushes : next_try_;
}

void Copier::finish() {
    const auto end = Clock::now() + last_try;
    while (!waiting_.empty() && Clock::now() < end) {
        push();
        if (!waiting_.empty()) ::usleep(5000);
    }
    if (!waiting_.empty()) ++dropped_;
    if (dropped_ > 0) warn("lines that could not be copied: " + std::to_string(dropped_));
}

}  // namespace hf::log
