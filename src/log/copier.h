// SPDX-License-Identifier: MIT
// Copies lines to syslog or to an address, without ever waiting for anybody: what cannot go at once
// waits in a small buffer (TCP) or is dropped and counted. The files come first.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

#include "log/script.h"
#include "log/signals.h"

namespace hf::log {

class Copier {
  public:
    explicit Copier(const CopyTo& target);  // throws for an address that is none
    Copier(Copier&&) = default;

    void send(std::string_view line);

    // Tries again what waits. deadline(): when it should be tried next.
    void run_due();
    std::optional<Clock::time_point> deadline() const;

    // A last try, for a moment; says how many lines were dropped, if any.
    void finish();

  private:
    bool connect();
    void push();
    std::string message(std::string_view line) const;

    CopyTo target_;
    sockaddr_storage address_{};
    socklen_t address_size_ = 0;
    sys::Fd socket_;
    Clock::time_point next_try_{};
    std::string waiting_;  // TCP only
    std::string host_;
    uint64_t dropped_ = 0;
};

}  // namespace hf::log
