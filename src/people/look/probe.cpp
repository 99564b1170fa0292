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

constexpr std::string_view question =
    "GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: holdfast-why\r\n\r\n";

// One connection: it is made, asked, and answers.
class Attempt {
  public:
    explicit Attempt(const Listener& listener)
        : socket_(::socket(listener.ipv6 ? AF_INET6 : AF_INET,
                           SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
          begin_(sys::boot_time()) {
        if (!socket_ || !begin_to_connect(socket_.get(), listener)) socket_.reset();
    }

    bool is_open() const { return static_cast<bool>(socket_); }
    bool is_connected() const { return asked_; }
    pollfd waiting() const {
        return {socket_.get(), static_cast<short>(asked_ ? POLLIN : POLLOUT), 0};
    }

    // What it waited for is there.
    void go_on() {
        if (asked_) return take_answer();
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return socket_.reset();
        ::send(socket_.get(), question.data(), question.size(), MSG_NOSIGNAL);
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

}  // namespace

std::vector<Probed> probe(const std::vector<Listener>& listeners, milliseconds patience) {
    std::vector<Attempt> attempts;
    for (const Listener& each : listeners) attempts.emplace_back(each);
    pursue(attempts, sys::boot_time() + patience);
    auto now = people::listeners();
    std::vector<Probed> results;
    for (size_t i = 0; i < attempts.size(); ++i) {
        results.push_back(attempts[i].result());
        if (!attempts[i].is_open()) continue;
        // Not even connected: the queue is so full that the kernel lets us wait.
        bool taken = attempts[i].is_connected() && !has_unaccepted(now, listeners[i]);
        results.back().reply = taken ? Reply::silent : Reply::unaccepted;
    }
    return results;
}

}  // namespace hf::people
