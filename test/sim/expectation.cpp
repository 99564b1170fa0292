// SPDX-License-Identifier: MIT
#include "expectation.h"

#include <algorithm>
#include <csignal>

namespace hf::test {

using namespace core;
using namespace std::chrono_literals;

Expectation::Expectation(bool normally_down, const Rules& rules)
    : rules_(&rules), want_(normally_down ? Want::down : Want::up) {}

// One second, and with each failure in a row twice that, as far as it may grow.
Duration Expectation::delay() const {
    Duration doubled = rules_->restart_delay * (1 << std::clamp(streak_ - 1, 0, 10));
    return std::max(rules_->restart_delay, std::min(doubled, rules_->longest_delay));
}

Duration Expectation::slack() const {
    return delay() > rules_->restart_delay ? delay() / 10 : Duration::zero();
}

void Expectation::before(const Event& event) {
    if (const auto* each = std::get_if<Command>(&event)) command(*each);
    if (const auto* link = std::get_if<Linked>(&event)) linked_ = link->linked;
    if (const auto* each = std::get_if<Gate>(&event)) gate(*each);
    if (const auto* each = std::get_if<Pull>(&event)) pull(each->on);
    if (std::holds_alternative<Ready>(event) && alive_ && !ready_) {
        ready_ = true;
        ready_since_ = present.boot;
    }
    if (const auto* extend = std::get_if<Extend>(&event);
        extend && alive_ && !draining_ && !preparing_ && (stopping_ || !ready_))
        granted_ = std::max(granted_, extend->until);
    if (const auto* exited = std::get_if<Exited>(&event))
        exited->role == Role::main ? death(*exited) : finish_death(*exited);
    if (std::holds_alternative<Ruled>(event)) streak_ = 0;
    if (is_proved_by(event)) streak_ = 0;
    if (std::holds_alternative<StopCommandEnded>(event) && preparing_) send_signals();
    const auto* failed = std::get_if<StartFailed>(&event);
    if (failed != nullptr && failed->role == Role::finish && finishing_) conclude(true);
    if (failed != nullptr && failed->role == Role::main && starting_) {
        fail();
        if (want_ == Want::up && rules_->restart == Restart::never) want_ = Want::once;
        starting_ = false;
    }
    if (std::holds_alternative<Shutdown>(event)) {
        asked_ = asked_ || (alive_ && !closing_);
        begin_closing();
    }
    if (std::holds_alternative<Drain>(event) && !closing_) {
        const int steps = steps_;
        draining_ = alive_ && !stopping_;
        begin_closing();
        steps_ = steps;
        if (draining_) preparing_ = false;
    }
    const auto* started = std::get_if<Started>(&event);
    if (started != nullptr && started->pid == Pid(1) && started->role == Role::finish) {
        finish_runs_ = true;
        finish_since_ = present.boot;
    } else if (started != nullptr && started->pid == Pid(1)) {
        alive_ = true;
        asked_ = starting_ = false;
        stopping_ = false;
        ready_ = !rules_->says_ready;
        ready_since_ = granted_ = present.boot;
    }
}

// Whoever is stopped or replaced because of it is told at once.
void Expectation::gate(Gate gate) {
    shut_ = gate != Gate::open;
    const bool at_once = gate == Gate::unmet && rules_->needs_lost == NeedsLost::stop;
    const bool now = gate == Gate::open && lost_;
    if (alive_ && (at_once || now)) replace(Replaced::needs_lost);
    if (gate == Gate::open) lost_ = false;
    if (gate == Gate::unmet && rules_->needs_lost == NeedsLost::restart) lost_ = alive_;
}

void Expectation::replace(Replaced why) {
    if (stopping_) return;
    replaced_ = why;
    begin_stop();
}

// An order is stronger.
void Expectation::pull(bool on) {
    if (closing_ || decided_ || on == pulled_) return;
    if (on && want_ != Want::down) return;
    pulled_ = on;
    if (on) {
        want_ = Want::up;
        want_again();
    } else if (want_ == Want::up) {
        want_ = Want::down;
        if (alive_) stop();
    }
}

// What runs goes on, unless it is replaced; what has run is followed by another.
void Expectation::want_again() {
    if (replaced_ == Replaced::no || (replaced_ == Replaced::asked && alive_)) take_back();
    wanted_again_ = finishing_;
}

void Expectation::decide(Want want) {
    want_ = want;
    decided_ = true;
    pulled_ = false;
}

// It has not said in time that it is ready, and nobody asked for anything else.
bool Expectation::is_overdue() const {
    return alive_ && !ready_ && !stopping_ && !paused_ && !leaving_ && rules_->ready_timeout &&
           present.boot - last_start_ >= *rules_->ready_timeout && present.boot >= granted_;
}

void Expectation::command(const Command& command) {
    bool takes_back = command.operation == Operation::up || command.operation == Operation::once;
    if (command.operation == Operation::exit) leaving_ = true;
    if (takes_back && !closing_) {
        decide(command.operation == Operation::up ? Want::up : Want::once);
        want_again();
        streak_ = 0;
        if (shut_ && !alive_ && !finishing_) hurried_ = owed_ = true;
    }
    if (command.operation == Operation::down) {
        decide(Want::down);
        if (alive_) stop();
    }
    if (command.operation == Operation::restart && alive_) {
        if (replaced_ == Replaced::no) replaced_ = Replaced::asked;
        stop();
    }
    if (command.operation == Operation::signal && alive_) asked_ = true;
    if (command.operation == Operation::signal && !alive_ && !linked_) decide(Want::down);
}

void Expectation::stop() {
    asked_ = true;
    if (!stopping_ || draining_) begin_stop();
    draining_ = false;
}

void Expectation::take_back() {
    if (stopping_) granted_ = present.boot;
    stopping_ = preparing_ = command_runs_ = false;
    replaced_ = Replaced::no;
}

// What has got signals already is prepared.
void Expectation::begin_stop() {
    if (!stopping_ || draining_) {
        granted_ = present.boot;
        preparing_ = rules_->has_stop_command;
    }
    prepare_since_ = present.boot;
    stopping_ = true;
    stopping_since_ = present.boot;
    steps_ = 0;
}

void Expectation::send_signals() {
    preparing_ = command_runs_ = false;
    stopping_since_ = present.boot;
}

bool Expectation::is_proved_by(const Event& event) const {
    const auto* timeout = std::get_if<Timeout>(&event);
    return timeout != nullptr && timeout->why == Due::Why::proved && rules_->tells_well && alive_ &&
           ready_ && !stopping_ && !draining_ && present.boot >= ready_since_ + rules_->reset_after;
}

// Nobody who could be patient has asked for that.
bool Expectation::must_end() const {
    return closing_ || (replaced_ != Replaced::no && replaced_ != Replaced::asked);
}

int Expectation::stop_signal() const {
    return steps_ == 0 ? rules_->stop_signal : rules_->later_signals.at(steps_ - 1).signal;
}

// When it is to get another signal, if it lives so long.
std::optional<Time> Expectation::next_step() const {
    const LaterSignal& next = rules_->later_signals.at(steps_);
    return next.signal != 0 ? std::optional(stopping_since_ + next.after) : std::nullopt;
}

void Expectation::fail() {
    ++streak_;
    if (rules_->give_up != 0 && streak_ >= static_cast<int>(rules_->give_up)) decide(Want::down);
}

// What somebody asked for is no failure of the service, and no success.
void Expectation::death(const Exited& exited) {
    const bool by_itself = exited.how.kind == ExitResult::Kind::exited;
    const bool is_replaced = replaced_ != Replaced::no;
    if (!linked_ && asked_) decide(Want::down);
    if (exited.ran && !asked_ && replaced_ != Replaced::needs_lost) {
        if (ready_ && present.boot - ready_since_ >= rules_->reset_after)
            streak_ = 0;
        else
            fail();
        if (by_itself && !is_replaced && rules_->stop_on.contains(exited.how.value))
            decide(Want::down);
    }
    ended_well_ = by_itself && rules_->good.contains(exited.how.value) && !asked_;
    alive_ = paused_ = asked_ = stopping_ = ready_ = lost_ = draining_ = false;
    preparing_ = command_runs_ = false;
    steps_ = 0;
    left_ = exited.ran && rules_->kills_group;
    finishing_ = exited.ran && rules_->finish != 0;
    if (!finishing_) conclude(exited.ran);
}

// One that never ran is started anew.
void Expectation::finish_death(const Exited& exited) {
    finish_runs_ = finish_killed_ = false;
    if (exited.ran) conclude(true);
}

// Whether another follows.
void Expectation::conclude(bool ran) {
    const bool is_replaced = replaced_ != Replaced::no || wanted_again_;
    bool is_last = !is_replaced && (rules_->restart == Restart::never ||
                                    (rules_->restart == Restart::on_failure && ended_well_));
    if (ran && want_ == Want::up && is_last) want_ = Want::once;  // and it has run
    owed_ = want_ == Want::once && (!ran || is_replaced);
    replaced_ = Replaced::no;
    finishing_ = wanted_again_ = false;
}

void Expectation::begin_closing() {
    if (closing_) return;
    closing_ = leaving_ = true;
    want_ = Want::down;
    const bool runs = alive_;
    begin_stop();
    stopping_ = runs;
    preparing_ = preparing_ && runs;
}

std::string Expectation::effect(const Effect& effect, const Event& event) {
    if (std::holds_alternative<RunStopCommand>(effect)) return run_stop_command(event);
    const auto* sent = std::get_if<Signal>(&effect);
    if (sent == nullptr)
        return std::get<Start>(effect).role == Role::main ? start(event) : start_finish(event);
    if (sent->to == Role::finish) return kill_finish(*sent, event);
    return std::holds_alternative<Exited>(event) ? clear(*sent) : signal(*sent, event);
}

// Only a person is served at once; and nobody starts what was ordered to rest.
std::string Expectation::start(const Event& event) {
    bool by_order = std::holds_alternative<Command>(event);
    const auto* timeout = std::get_if<Timeout>(&event);
    if (timeout != nullptr && timeout->why != Due::Why::restart) return "a start by mistake";
    if (alive_) return "a second process";
    if (left_) return "a start beside what is left of its group";
    if (finishing_) return "a start beside its finish command";
    if (shut_) return "a start behind a gate that is shut";
    if (want_ == Want::down) return "a start of what is to be down";
    if (closing_) return "a start while everything stops";
    if (!by_order && leaving_) return "a start of what was told to leave";
    if (!by_order && !is_to_run()) return "a restart of what was to run once";
    if (!by_order && !hurried_ && last_start_ > present.boot - delay() + slack())
        return "a restart sooner than the rule";
    last_start_ = present.boot;
    owed_ = hurried_ = paused_ = false;
    starting_ = true;
    return {};
}

// Once for each process that has run, and not beside it.
std::string Expectation::start_finish(const Event& event) {
    const auto* timeout = std::get_if<Timeout>(&event);
    if (timeout != nullptr && timeout->why != Due::Why::finish) return "a finish by mistake";
    if (alive_ || left_) return "a finish command beside its service";
    if (finish_runs_) return "a second finish command";
    if (!finishing_) return "a finish command that follows on nothing";
    return {};
}

std::string Expectation::kill_finish(const Signal& signal, const Event& event) {
    const bool by_order = std::holds_alternative<Command>(event);
    if (!finish_runs_) return "a signal to nobody";
    if (signal.number != SIGKILL || signal.reach != Reach::group) return "a wrong signal";
    if (by_order) return {};
    if (finish_killed_) return "it is killed again";
    if (present.boot < finish_since_ + rules_->finish_timeout) return "an impatient SIGKILL";
    finish_killed_ = true;
    return {};
}

// Its process has ended.
std::string Expectation::clear(const Signal& signal) {
    if (!left_) return "a signal to nobody";
    if (signal.number != SIGKILL || signal.reach != Reach::group) return "its group is not killed";
    left_ = false;
    return {};
}

// It has had its time to end on the signal before.
std::string Expectation::step(const Signal& signal) {
    if (signal.number == SIGCONT) return {};
    const auto due = next_step();
    if (!stopping_ || !due) return "a step that there is not";
    if (*due > present.boot) return "a step sooner than the rule";
    ++steps_;
    return {};
}

// What its time alone tells to end; or to go on with that, after its stop command.
std::string Expectation::begin_by(const Event& event) {
    const auto* timeout = std::get_if<Timeout>(&event);
    if (timeout == nullptr) return {};
    if (timeout->why == Due::Why::drain_over) {
        begin_stop();
        draining_ = false;
        asked_ = true;
    }
    const bool is_late = timeout->why == Due::Why::not_ready;
    if (is_late && !stopping_ && !is_overdue()) return "a replacement sooner than the rule";
    if (is_late) replace(Replaced::not_ready);
    if (timeout->why != Due::Why::prepared) return {};
    if (present.boot < prepare_since_ + stop_command_time(*rules_))
        return "its stop command has not had its time";
    send_signals();
    return {};
}

// Once in a stop, before all signals.
std::string Expectation::run_stop_command(const Event& event) {
    if (!alive_) return "a stop command without a process";
    if (std::string broken = begin_by(event); !broken.empty()) return broken;
    if (!preparing_) return "a stop command that nobody asked for";
    if (command_runs_) return "a second stop command";
    command_runs_ = true;
    return {};
}

std::string Expectation::signal(const Signal& signal, const Event& event) {
    const int number = signal.number;
    if (!alive_) return "a signal to nobody";
    if (number == SIGSTOP) paused_ = true;
    if (number == SIGCONT) paused_ = false;
    const auto* timeout = std::get_if<Timeout>(&event);
    const auto* order = std::get_if<Command>(&event);
    if (timeout != nullptr && timeout->why == Due::Why::next_step) {
        if (std::string broken = step(signal); !broken.empty()) return broken;
    }
    if (number != SIGCONT) {
        if (std::string broken = begin_by(event); !broken.empty()) return broken;
    }
    bool stops = order != nullptr
                     ? order->operation == Operation::down || order->operation == Operation::restart
                     : timeout == nullptr || timeout->why != Due::Why::kill;
    if (stops && preparing_) return "a signal before its stop command has ended";
    if (stops && number != SIGCONT && number != stop_signal()) return "a wrong signal";
    const bool whole = number == SIGKILL ? rules_->kills_group : rules_->stops_group;
    const bool is_plain = order != nullptr && !stops;
    if ((signal.reach == Reach::group) != (whole && !is_plain)) return "a signal to others";
    if (timeout == nullptr) return {};
    if (!stopping_) return "an unasked signal";
    bool kills = timeout->why == Due::Why::kill;
    if (kills != (number == SIGKILL)) return "a signal by mistake";
    Duration stopped = present.boot - stopping_since_;
    if (number == SIGKILL && (stopped < 2s || present.boot < granted_))
        return "an impatient SIGKILL";
    return {};
}

}  // namespace hf::test
