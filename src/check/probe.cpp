// SPDX-License-Identifier: MIT
#include "check/probe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "text/error_text.h"

namespace hf::check {

namespace {

constexpr std::uint16_t http_port = 80;

Outcome failure(int error) {
    switch (error) {
        case EACCES:
        case EPERM: return unknown("the checker's account has no right to connect there");
        // What this machine, or this process, has too little of.
        case EADDRNOTAVAIL:
        case EAFNOSUPPORT:
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM: return unknown("unable to try: " + std::string(text::error_text(error)));
        default: return bad(std::string(text::error_text(error)));
    }
}

// 0: connected.
int error_of(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error;
}

bool is_in_vain(int error) {
    return error == EPIPE || error == ECONNRESET;
}

}  // namespace

Probe::Probe(const format::Check& check) {
    if (check.kind == format::CheckKind::unix_socket) {
        if (const auto endpoint = unix_endpoint(check.target)) endpoints_ = {*endpoint};
    } else if (check.kind == format::CheckKind::tcp) {
        endpoints_ = tcp_endpoints(check.target);
    } else if (const auto target = http_target(check.target)) {
        endpoints_ = tcp_endpoints(target->host, http_port);
        request_ = request_of(*target);
        http_.emplace(check);
    }
}

std::optional<Outcome> Probe::begin() {
    if (endpoints_.empty()) return over(unknown("this is no address that can be tried"));
    return connect();
}

std::optional<Outcome> Probe::proceed() {
    if (wait_ == Wait::nothing) return std::nullopt;
    if (is_connected_) return request_.empty() ? receive() : send();
    if (wait_ == Wait::later) return connect();
    const int error = error_of(socket_.get());
    return error == 0 ? connected() : not_connected(error);
}

std::string_view Probe::lack() const {
    if (!is_connected_) return "no connection";
    return http_ && http_->has_begun() ? "no end of the answer" : "no answer";
}

// The socket before it is closed only then: the new one has another number.
std::optional<Outcome> Probe::connect() {
    const Endpoint& to = endpoints_[next_];
    socket_ = sys::Fd(::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_) return not_connected(errno);
    const auto* address = reinterpret_cast<const sockaddr*>(&to.address);
    if (::connect(socket_.get(), address, to.size) == 0) return connected();
    if (errno == EINPROGRESS || errno == EINTR) {
        wait_ = Wait::writable;
    } else if (errno == EAGAIN && to.family() == AF_UNIX) {
        wait_ = Wait::later;  // too many others wait to be accepted
    } else {
        return not_connected(errno);
    }
    return std::nullopt;
}

std::optional<Outcome> Probe::connected() {
    if (is_connected_to_itself(socket_.get())) return not_connected(ECONNREFUSED);
    is_connected_ = true;
    return http_ ? send() : over(good());
}

std::optional<Outcome> Probe::not_connected(int error) {
    if (error_ == 0) error_ = error;
    if (++next_ < endpoints_.size()) return connect();
    return over(failure(error_));
}

std::optional<Outcome> Probe::send() {
    const ssize_t sent = sys::retry(
        [&] { return ::send(socket_.get(), request_.data(), request_.size(), MSG_NOSIGNAL); });
    if (sent >= 0) {
        request_.erase(0, static_cast<size_t>(sent));
    } else if (is_in_vain(errno)) {
        request_.clear();  // it may have answered all the same
    } else if (errno != EAGAIN) {
        return over(failure(errno));
    }
    wait_ = request_.empty() ? Wait::readable : Wait::writable;
    return std::nullopt;
}

std::optional<Outcome> Probe::receive() {
    std::array<char, 16 * 1024> buffer;
    const size_t most = std::min(buffer.size(), http_->room());
    const ssize_t got = sys::retry([&] { return ::recv(socket_.get(), buffer.data(), most, 0); });
    if (got < 0 && errno == EAGAIN) return std::nullopt;
    if (got < 0) return over(http_->is_told() ? std::nullopt : std::optional(failure(errno)));
    auto outcome = got == 0
                       ? http_->close()
                       : http_->take(std::string_view(buffer.data(), static_cast<size_t>(got)));
    return http_->room() == 0 ? over(std::move(outcome)) : outcome;
}

std::optional<Outcome> Probe::over(std::optional<Outcome> outcome) {
    socket_.reset();
    wait_ = Wait::nothing;
    return outcome;
}

bool is_connected_to_itself(int socket) {
    sockaddr_storage here{};
    sockaddr_storage there{};
    socklen_t here_size = sizeof here;
    socklen_t there_size = sizeof there;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&here), &here_size) != 0 ||
        ::getpeername(socket, reinterpret_cast<sockaddr*>(&there), &there_size) != 0)
        return false;
    return here.ss_family != AF_UNIX && here_size == there_size &&
           std::memcmp(&here, &there, here_size) == 0;
}

}  // namespace hf::check
