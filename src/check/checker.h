// SPDX-License-Identifier: MIT
// All checks that are asked for: so many at once, the others wait for their turn. Each is answered
// once, and none later than three times its timeout after it began.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "check/lateness.h"
#include "check/probe.h"
#include "core/time.h"
#include "format/checks.h"
#include "sys/poller.h"

namespace hf::check {

// What waits beyond it is not tried at all.
inline constexpr size_t most_waiting = 65536;

class Checker {
  public:
    using Say = std::function<void(const format::CheckAnswer&)>;
    using Token = std::uint64_t;

    // The poller tells tokens from `first` on. `most`: of checks at once.
    Checker(sys::Poller& poller, Token first, size_t most, core::Time now, Say say);

    // A line of the engine, without its newline.
    void take(std::string_view line, core::Time now);
    void refuse(std::uint64_t id, std::string_view why);

    // The poller has told this token; it may be of a check that is over.
    void proceed(Token token, core::Time now);

    // What is due by now. Call it after proceed(): who has answered is not silent.
    void pass(core::Time now);

    // When pass() has something to do; none while nothing is in flight.
    std::optional<core::Time> next() const;

    Lateness& lateness() { return lateness_; }

  private:
    struct Flight {
        format::Check check;
        Probe probe;
        core::Time begun;
        core::Duration waited;  // for its turn
        core::Time due;
        bool is_answered = false;
        int watched = -1;  // the descriptor that the poller knows
        Probe::Wait watched_for = Probe::Wait::nothing;
    };
    struct Waiting {
        format::Check check;
        core::Time since;
    };
    using Flights = std::unordered_map<Token, Flight>;

    void add(format::Check check, core::Time now);
    void cancel(std::uint64_t id);
    void begin_waiting(core::Time now);
    void begin(Token token, const format::Check& check, core::Time since, core::Time now);
    void go_on(Flights::iterator place, std::optional<Outcome> outcome, core::Time now);
    void answer(Flight& flight, const Outcome& outcome, core::Time now);
    void watch(Token token, Flight& flight);
    void set_due(Token token, Flight& flight, core::Time due);
    void end(Flights::iterator place);

    sys::Poller& poller_;
    Token next_;
    size_t most_;
    Say say_;
    Lateness lateness_;
    Flights flights_;
    std::set<std::pair<core::Time, Token>> due_;       // one of each flight
    std::set<std::pair<core::Time, Token>> begun_;     // the same
    std::set<Token> lingering_;                        // answered: they end when others wait
    std::map<Token, Waiting> waiting_;                 // in the order in which they came
    std::unordered_map<std::uint64_t, Token> tokens_;  // of the numbers in use
};

}  // namespace hf::check
