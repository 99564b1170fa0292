// SPDX-License-Identifier: MIT
#include "inspect/probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "sys/clock.h"
#include "sys/fd.h"

namespace hf::inspect {

namespace {

using std::chrono::milliseconds;

// A socket that listens everywhere is asked through this machine's own address.
std::string address_for(const Listener& listener, bool by_ipv6) {
    if (!is_everywhere(listener)) return listener.address;
    return by_ipv6 ? "::1" : "127.0.0.1";
}

// One that takes both is asked by IPv4: the other may be switched off.
bool by_ipv6(const Listener& listener) {
    return listener.ipv6 && (listener.ipv6_only || !is_everywhere(listener));
}

// 0, or the error.
int begin_to_connect(int socket, const Listener& listener) {
    std::string address = address_for(listener, by_ipv6(listener));
    int result = -1;
    if (by_ipv6(listener)) {
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
    return result == 0 || errno == EINPROGRESS ? 0 : errno;
}

constexpr std::string_view page_wanted =
    "GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: holdfast-why\r\n\r\n";

// One connection: it is made, asked, and answers.
class Attempt {
  public:
    Attempt(const Listener& listener, Question question)
        : question_(question),
          socket_(::socket(by_ipv6(listener) ? AF_INET6 : AF_INET,
                           SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
          begin_(sys::boot_time()) {
        result_.error = socket_ ? begin_to_connect(socket_.get(), listener) : errno;
        if (result_.error != 0) socket_.reset();
    }

    bool is_open() const { return static_cast<bool>(socket_); }
    bool is_connected() const { return asked_; }
    bool waits_for_answer() const { return asked_ && question_ == Question::http; }
    pollfd waiting() const {
        return {socket_.get(), static_cast<short>(asked_ ? POLLIN : POLLOUT), 0};
    }

    // What it waited for is there.
    void go_on() {
        if (asked_) return take_answer();
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        result_.error = error;
        if (error != 0) return socket_.reset();
        if (question_ == Question::http)
            ::send(socket_.get(), page_wanted.data(), page_wanted.size(), MSG_NOSIGNAL);
        asked_ = true;
    }

    const Probed& result() const { return result_; }

  private:
    void take_answer() {
        std::array<char, 200> answer{};
        ssize_t got = ::recv(socket_.get(), answer.data(), answer.size(), 0);
        std::string text(answer.data(), got > 0 ? static_cast<size_t>(got) : 0);
        result_.first_line = text.substr(0, text.find_first_of("\r\n"));
        result_.took = std::chrono::duration_cast<milliseconds>(sys::boot_time() - begin_);
        result_.reply = Reply::answered;
        socket_.reset();
    }

    Question question_;
    sys::Fd socket_;
    std::chrono::nanoseconds begin_;
    bool asked_ = false;
    Probed result_;
};

// Lets all go on until none is open, or the time is over.
void pursue(std::vector<Attempt>& attempts, std::chrono::nanoseconds end) {
    for (;;) {
        std::vector<pollfd> waiting;
        std::vector<Attempt*> open;
        for (Attempt& each : attempts) {
            if (!each.is_open()) continue;
            waiting.push_back(each.waiting());
            open.push_back(&each);
        }
        auto left = std::chrono::ceil<milliseconds>(end - sys::boot_time()).count();
        if (open.empty() || left <= 0) return;
        if (::poll(waiting.data(), waiting.size(), static_cast<int>(left)) <= 0) continue;
        for (size_t i = 0; i < open.size(); ++i) {
            if (waiting[i].revents != 0) open[i]->go_on();
        }
    }
}

// Whether connections stand in the queue that the program should take them from.
bool has_unaccepted(const std::vector<Listener>& now, const Listener& asked) {
    return std::any_of(now.begin(), now.end(), [&](const Listener& each) {
        return each.inode == asked.inode && each.waiting > 0;
    });
}

// Not even connected, and yet there is room in that queue: what was sent did not arrive.
Reply unconnected(const std::vector<Listener>& now, const Listener& asked) {
    bool is_full = std::any_of(now.begin(), now.end(), [&](const Listener& each) {
        return each.inode == asked.inode && each.waiting > each.room;
    });
    return is_full ? Reply::unaccepted : Reply::unheard;
}

}  // namespace

std::vector<Probed> probe(const std::vector<Listener>& listeners, Question question,
                          milliseconds timeout) {
    std::vector<Attempt> attempts;
    for (const Listener& each : listeners) attempts.emplace_back(each, question);
    auto end = sys::boot_time() + timeout;
    constexpr milliseconds soon(150);  // a greeting comes at once, or none does
    if (question == Question::none) pursue(attempts, sys::boot_time() + std::min(soon, timeout));
    auto now = inspect::listeners();
    bool is_known = question == Question::none;
    for (size_t i = 0; i < attempts.size(); ++i) {
        bool waits = attempts[i].is_open() &&
                     (!attempts[i].is_connected() || has_unaccepted(now, listeners[i]));
        if (waits) is_known = false;
    }
    if (!is_known) {
        pursue(attempts, end);
        now = inspect::listeners();
    }
    std::vector<Probed> results;
    for (size_t i = 0; i < attempts.size(); ++i) {
        results.push_back(attempts[i].result());
        if (!attempts[i].is_open()) continue;
        if (!attempts[i].is_connected())
            results.back().reply = unconnected(now, listeners[i]);
        else if (has_unaccepted(now, listeners[i]))
            results.back().reply = Reply::unaccepted;
        else
            results.back().reply = attempts[i].waits_for_answer() ? Reply::silent : Reply::answered;
    }
    return results;
}

}  // namespace hf::inspect
