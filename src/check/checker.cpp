// SPDX-License-Identifier: MIT
#include "check/checker.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

namespace hf::check {

namespace {

// Between two attempts to connect to a socket that has no place for another one.
constexpr core::Duration retry_delay = std::chrono::milliseconds(20);

}  // namespace

Checker::Checker(sys::Poller& poller, Token first, size_t most, core::Time now, Say say)
    : poller_(poller), next_(first), most_(most), say_(std::move(say)), lateness_(now) {}

void Checker::take(std::string_view line, core::Time now) {
    const auto request = format::decode_check_request(line);
    if (!request) return refuse(0, "this is no request of version 1");
    if (const auto* check = std::get_if<format::Check>(&*request)) return add(*check, now);
    cancel(std::get<format::CancelCheck>(*request).id);
    begin_waiting(now);
}

void Checker::refuse(std::uint64_t id, std::string_view why) {
    say_({id, format::CheckVerdict::refused, {}, {}, std::string(why)});
}

void Checker::add(format::Check check, core::Time now) {
    if (tokens_.contains(check.id)) return refuse(check.id, "this number is in use");
    if (waiting_.size() >= most_waiting) {
        const std::string why = "too many checks wait for their turn";
        return say_({check.id, format::CheckVerdict::unknown, {}, {}, why});
    }
    tokens_[check.id] = next_;
    waiting_.emplace(next_++, Waiting{std::move(check), now});
    begin_waiting(now);
}

void Checker::cancel(std::uint64_t id) {
    const auto token = tokens_.extract(id);
    if (!token) return;
    waiting_.erase(token.mapped());
    if (const auto place = flights_.find(token.mapped()); place != flights_.end()) end(place);
}

void Checker::begin_waiting(core::Time now) {
    while (!waiting_.empty()) {
        if (flights_.size() >= most_ && !lingering_.empty())
            end(flights_.find(*lingering_.begin()));
        if (flights_.size() >= most_) return;
        const auto first = waiting_.extract(waiting_.begin());
        begin(first.key(), first.mapped().check, first.mapped().since, now);
    }
}

void Checker::begin(Token token, const format::Check& check, core::Time since, core::Time now) {
    const core::Time due = now + patience(check);
    const auto place =
        flights_.emplace(token, Flight{check, Probe(check), now, now - since, due}).first;
    due_.emplace(due, token);
    begun_.emplace(now, token);
    go_on(place, place->second.probe.begin(), now);
}

void Checker::proceed(Token token, core::Time now) {
    const auto place = flights_.find(token);
    if (place == flights_.end()) return;
    go_on(place, place->second.probe.proceed(), now);
    begin_waiting(now);
}

void Checker::pass(core::Time now) {
    while (!due_.empty() && due_.begin()->first <= now) {
        const auto place = flights_.find(due_.begin()->second);
        Flight& flight = place->second;
        if (flight.is_answered) {
            end(place);
        } else if (flight.begun + patience(flight.check) <= now) {
            answer(flight, silent(flight.check, flight.probe.lack()), now);
            end(place);
        } else {
            go_on(place, flight.probe.proceed(), now);
        }
    }
    begin_waiting(now);
    lateness_.forget_before(begun_.empty() ? now : begun_.begin()->first);
}

std::optional<core::Time> Checker::next() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
}

// What its probe has just done.
void Checker::go_on(Flights::iterator place, std::optional<Outcome> outcome, core::Time now) {
    auto& [token, flight] = *place;
    if (outcome && !flight.is_answered) answer(flight, *outcome, now);
    const Probe::Wait wait = flight.probe.waits_for();
    const core::Time limit = flight.begun + flight.check.timeout;
    if (flight.is_answered && (wait == Probe::Wait::nothing || limit <= now)) return end(place);
    if (flight.is_answered) lingering_.insert(token);
    const core::Time silence = flight.begun + patience(flight.check);
    if (flight.is_answered)
        set_due(token, flight, limit);
    else if (wait == Probe::Wait::later)
        set_due(token, flight, std::min(now + retry_delay, silence));
    else
        set_due(token, flight, silence);
    watch(token, flight);
}

void Checker::answer(Flight& flight, const Outcome& outcome, core::Time now) {
    flight.is_answered = true;
    tokens_.erase(flight.check.id);
    const core::Duration late = std::max(flight.waited, lateness_.since(flight.begun));
    say_(judge(flight.check, outcome, now - flight.begun, late));
}

void Checker::watch(Token token, Flight& flight) {
    const Probe::Wait wait = flight.probe.waits_for();
    if (wait == Probe::Wait::later) {
        flight.watched = -1;
        return;
    }
    if (flight.watched == flight.probe.fd() && flight.watched_for == wait) return;
    const auto until =
        wait == Probe::Wait::readable ? sys::Poller::Until::readable : sys::Poller::Until::writable;
    if (flight.watched == flight.probe.fd())
        poller_.change(flight.probe.fd(), token, until);
    else
        poller_.add(flight.probe.fd(), token, until);
    flight.watched = flight.probe.fd();
    flight.watched_for = wait;
}

void Checker::set_due(Token token, Flight& flight, core::Time due) {
    if (flight.due == due) return;
    due_.erase({flight.due, token});
    flight.due = due;
    due_.emplace(due, token);
}

void Checker::end(Flights::iterator place) {
    due_.erase({place->second.due, place->first});
    begun_.erase({place->second.begun, place->first});
    lingering_.erase(place->first);
    flights_.erase(place);
}

}  // namespace hf::check
