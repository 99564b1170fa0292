// SPDX-License-Identifier: MIT
// The guardian's end of the socket to its engine: what the engine is told, and what it owes.
//
// Whatever is told is told again until it can be sent, and each thing told is answered: a death by
// `reaped`, everything else by `alive`, for which the engine is asked. So an engine that is stuck
// is found however it is stuck, as soon as there is anything to do.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <variant>

#include "guard/packet.h"
#include "guardian/kept.h"
#include "guardian/lifecycle.h"

namespace hf::guardian {

class EngineLink {
  public:
    explicit EngineLink(const Kept& kept) : kept_(kept) {}

    // A new engine has the other end of `socket`: it is told what is kept, and asked whether it
    // lives.
    void open(int socket);
    void close();
    // It is to leave at once: it sees no more of us, and its end is awaited.
    void hang_up();
    int fd() const { return socket_; }

    // The next thing that the engine said; none when there is no more. What it says answers what is
    // awaited.
    std::optional<guard::Packet> receive();

    // Orders, obeyed by the engine in the order in which it reads them.
    void look() { look_ = ask_ = is_slow_ = true; }
    void halt();
    void ask() { ask_ = true; }
    void answer(pid_t pid, guard::Child child);

    // Sends what is still to be told. To be called after any of the above, and when `due` has come.
    void send();

    // Whether a death can be told now.
    bool is_free() const { return socket_ >= 0 && awaited_.index() == 0 && all_kept_; }
    // False if it could not be sent: to be tried again when `due` has come. One is told at a time,
    // and each once.
    bool tell_death(const guard::Message& death);

    // When to call send() or tell_death() again, or to look whether the engine is stuck.
    std::optional<Clock::time_point> due() const;
    bool is_stuck() const;
    bool awaits_sign_of_life() const { return std::holds_alternative<SignOfLife>(awaited_); }

  private:
    struct Nothing {};
    struct Reaping {
        pid_t pid;
    };
    struct SignOfLife {};

    bool send_one(const guard::Message& message);
    milliseconds timeout() const;
    void await(std::variant<Nothing, Reaping, SignOfLife> what);

    const Kept& kept_;
    int socket_ = -1;
    bool has_spoken_ = false;   // since it was started
    bool has_hung_up_ = false;  // this side
    bool all_kept_ = false;     // were told
    std::size_t next_kept_ = 0;
    bool look_ = false;
    bool halt_ = false;
    bool ask_ = false;
    bool is_slow_ = false;     // it may take its time: a whole directory is to be looked at
    guard::Message answer_{};  // `kind` 0: none is to be sent
    std::variant<Nothing, Reaping, SignOfLife> awaited_;
    Clock::time_point awaited_since_{};
    std::optional<Clock::time_point> failing_since_;  // nothing can be sent
};

}  // namespace hf::guardian
