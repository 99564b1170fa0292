// SPDX-License-Identifier: MIT
#include "core/service.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "core/pace.h"
#include "core/stop.h"

namespace hf::core {

namespace {

Effects start(Service& service, const Rules& rules, Moment now) {
    service.state = State::starting;
    service.started = now.boot;
    service.process.spawn_began = now.boot;
    service.paused = false;
    service.signalled = false;
    service.says_ready = rules.says_ready;
    return {Start{Role::main}};
}

// What was true of a process that is no more.
void forget_process(Service& service, Moment now) {
    service.process = {};
    service.paused = service.term_sent = service.says_ready = service.lost_needs = false;
    service.ready_since = service.asked_until = std::nullopt;
    service.stop_step = 0;
    service.changed = now;
    ++service.exits;
}

// Whether the end of a process is followed by a start. What never ran, and what is replaced,
// always.
bool is_restarted(const Service& service, const Rules& rules, bool ran) {
    if (service.want == Want::down) return false;
    if (!ran || service.replaced != Replaced::no) return true;
    if (service.want == Want::once || rules.restart == Restart::never) return false;
    return rules.restart == Restart::always || service.signalled || is_failure(rules, service.last);
}

// The service itself can say that it is not to be started again.
bool asks_to_be_down(const Rules& rules, const Exited& exited) {
    return exited.ran && exited.how.kind == ExitResult::Kind::exited &&
           rules.stop_on.contains(exited.how.value);
}

bool is_enough(const Service& service, const Rules& rules) {
    return rules.give_up != 0 && service.streak >= rules.give_up;
}

void decide(Service& service, Want want) {
    service.want = want;
    service.decided = true;
    service.pulled = false;
}

// How long it was good for something.
Duration life(const Service& service, Moment now) {
    if (service.says_ready && !service.ready_since) return Duration::zero();
    return now.boot - service.ready_since.value_or(service.started.value_or(now.boot));
}

// It has run, and nobody wants it up again.
void rest(Service& service) {
    service.state = State::down;
    if (service.want == Want::up) service.want = Want::once;
}

// Its process has ended, and all that was to follow on that: it waits for its next start, or rests.
void wait_or_rest(Service& service, const Rules& rules, bool ran) {
    service.state = State::waiting;
    if (!is_restarted(service, rules, ran)) rest(service);
    service.replaced = Replaced::no;
}

// What waits starts at once, but not sooner than the rule allows.
Effects start_if_due(Service& service, const Rules& rules, Moment now) {
    const auto due = next_due(service, rules);
    if (service.state != State::waiting || !due || due->at > now.boot) return {};
    return start(service, rules, now);
}

// The command that follows on the end of a process takes its place.
Effects finish(Service& service, Moment now) {
    service.state = State::finishing;
    service.process.spawn_began = now.boot;
    service.stop_step = 0;
    return {Start{Role::finish}};
}

Effects kill_finish() {
    return {Signal{Role::finish, SIGKILL, Reach::group}};
}

void end_finish(Service& service, const Rules& rules, Moment now) {
    service.process = {};
    service.stop_step = 0;
    service.changed = now;
    wait_or_rest(service, rules, true);
}

Effects stop(Service& service, const Rules& rules, Moment now) {
    service.want = Want::down;
    service.signalled = true;
    return tell_to_end(service, rules, now);
}

Effects replace(Service& service, const Rules& rules, Replaced why, Moment now) {
    if (service.state != State::up) return {};
    service.replaced = why;
    return tell_to_end(service, rules, now);
}

Effects on(Service& service, const Rules& rules, Timeout timeout, Moment now) {
    auto due = next_due(service, rules);
    if (!due || due->why != timeout.why || due->at > now.boot) return {};
    switch (timeout.why) {
        case Due::Why::restart: return start(service, rules, now);
        case Due::Why::drain_over: return stop(service, rules, now);
        case Due::Why::prepared: return send_signals(service, rules, now);
        case Due::Why::next_step: return send_next_signal(service, rules);
        case Due::Why::kill: service.state = State::killing; return kill_process(rules);
        case Due::Why::finish: return finish(service, now);
        case Due::Why::finish_over: ++service.stop_step; return kill_finish();
        case Due::Why::proved: service.streak = 0; return {};
        case Due::Why::not_ready: return replace(service, rules, Replaced::not_ready, now);
    }
    std::unreachable();
}

Effects on(Service& service, const Rules&, const Started& started, Moment) {
    const bool is_finish = service.state == State::finishing && started.role == Role::finish;
    if (service.state != State::starting && !is_finish) return {};
    service.process.pid = started.pid;
    service.changed = started.at;
    if (is_finish) return {};
    service.state = State::up;
    service.started = started.at.boot;
    ++service.starts;
    return {};
}

// Without a link there may be no directory any more: nothing is tried again.
Effects on(Service& service, const Rules& rules, StartFailed failed, Moment now) {
    if (failed.role == Role::finish && service.state == State::finishing)
        end_finish(service, rules, now);
    if (service.state != State::starting) return {};
    service.process = {};
    service.last = {ExitResult::Kind::not_started, failed.error};
    service.says_ready = false;
    service.streak = streak_after(rules, service.streak, {});
    if (is_enough(service, rules)) decide(service, Want::down);
    const bool again = service.want == Want::up && service.linked;
    service.state = again ? State::waiting : State::down;
    if (rules.restart == Restart::never) rest(service);
    return {};
}

Effects on_finished(Service& service, const Rules& rules, bool ran, Moment now) {
    if (service.state != State::finishing) return {};
    if (!ran) {
        service.process = {};
        return finish(service, now);
    }
    end_finish(service, rules, now);
    return start_if_due(service, rules, now);
}

// Out of the scan directory, a process that ends because someone asked ends for good.
Effects on(Service& service, const Rules& rules, const Exited& exited, Moment now) {
    if (exited.role == Role::finish) return on_finished(service, rules, exited.ran, now);
    if (!has_process(service)) return {};
    service.last = exited.how;
    if (!service.linked && service.signalled) decide(service, Want::down);
    if (exited.ran && !service.signalled && service.replaced != Replaced::needs_lost) {
        service.streak = streak_after(rules, service.streak, life(service, now));
        const bool asks = service.replaced == Replaced::no && asks_to_be_down(rules, exited);
        if (asks || is_enough(service, rules)) decide(service, Want::down);
    }
    forget_process(service, now);
    Effects effects;
    if (rules.kills_group && exited.ran) effects = kill_process(rules);
    const bool is_finished = rules.finish == 0 || !exited.ran;
    if (is_finished) wait_or_rest(service, rules, exited.ran);
    for (const Effect& each :
         is_finished ? start_if_due(service, rules, now) : finish(service, now))
        effects.push_back(each);
    return effects;
}

// To run, for ever or once: a person who asks does not wait for the restart rule.
Effects run(Service& service, const Rules& rules, Want want, Moment now) {
    if (service.shutting_down) return {};
    decide(service, want);
    service.streak = 0;
    take_back_the_stop(service);
    if (service.state == State::finishing) service.replaced = Replaced::asked;
    if (service.state != State::down && service.state != State::waiting) return {};
    if (service.gate == Gate::open) return start(service, rules, now);
    service.state = State::waiting;
    service.started.reset();
    return {};
}

// A command that would end a process, when there is none. Out of the scan directory it changes what
// is wanted, too.
Effects on_no_process(Service& service, const Command& command) {
    if (command.operation == Operation::down ||
        (command.operation == Operation::signal && !service.linked)) {
        decide(service, Want::down);
        if (service.state == State::waiting) service.state = State::down;
    }
    const bool is_finishing = role_of(service, service.process.pid) == Role::finish;
    return is_finishing && command.signal == SIGKILL ? kill_finish() : Effects{};
}

Effects on(Service& service, const Rules& rules, const Command& command, Moment now) {
    switch (command.operation) {
        case Operation::up: return run(service, rules, Want::up, now);
        case Operation::once: return run(service, rules, Want::once, now);
        case Operation::exit: service.exit_requested = true; return {};
        case Operation::down:
        case Operation::restart:
        case Operation::signal:
        case Operation::pause:
        case Operation::resume: break;
    }
    if (!has_process(service)) return on_no_process(service, command);
    if (command.operation == Operation::down) {
        decide(service, Want::down);
        return stop(service, rules, now);
    }
    if (command.operation == Operation::restart) {
        service.signalled = true;
        if (service.replaced == Replaced::no) service.replaced = Replaced::asked;
        return tell_to_end(service, rules, now);
    }
    if (command.operation == Operation::pause) service.paused = true;
    if (command.operation == Operation::resume) service.paused = false;
    if (command.operation == Operation::signal) service.signalled = true;
    if (command.signal == SIGTERM) service.term_sent = true;
    return {Signal{Role::main, command.signal}};
}

Effects on(Service& service, const Rules&, Linked linked, Moment) {
    service.linked = linked.linked;
    return {};
}

Effects on(Service& service, const Rules& rules, Gate gate, Moment now) {
    service.gate = gate;
    if (gate == Gate::unmet && rules.needs_lost == NeedsLost::stop)
        return replace(service, rules, Replaced::needs_lost, now);
    if (gate == Gate::unmet && rules.needs_lost == NeedsLost::restart)
        service.lost_needs = has_process(service);
    if (gate == Gate::open && std::exchange(service.lost_needs, false))
        return replace(service, rules, Replaced::needs_lost, now);
    return {};
}

// Latched: it is ready as long as it lives.
Effects on(Service& service, const Rules&, Ready, Moment now) {
    if (service.says_ready && has_process(service) && !service.ready_since)
        service.ready_since = now.boot;
    return {};
}

Effects on(Service& service, const Rules&, Extend extend, Moment) {
    if (service.state == State::stopping || (service.state == State::up && !is_ready(service)))
        service.asked_until = std::max(service.asked_until, std::optional(extend.until));
    return {};
}

Effects on(Service& service, const Rules& rules, Pull pull, Moment now) {
    if (service.shutting_down || service.decided || pull.on == service.pulled) return {};
    if (pull.on && service.want != Want::down) return {};
    service.pulled = pull.on;
    if (pull.on) {
        service.want = Want::up;
        take_back_the_stop(service);
        if (service.state == State::finishing) service.replaced = Replaced::asked;
        if (service.state == State::down) service.state = State::waiting;
        return start_if_due(service, rules, now);
    }
    if (service.want != Want::up) return {};
    if (has_process(service)) return stop(service, rules, now);
    service.want = Want::down;
    if (service.state == State::waiting) service.state = State::down;
    return {};
}

// From now on the supervision can only end: timeouts count from here, whatever was ordered before.
void close(Service& service, const Rules& rules, Moment now) {
    service.exit_requested = true;
    service.shutting_down = true;
    if (!is_done(service, rules)) service.want = Want::down;
    service.stop_requested_at = now.boot;
    if (service.state == State::waiting) service.state = State::down;
}

Effects on(Service& service, const Rules& rules, Shutdown, Moment now) {
    if (service.shutting_down) return {};
    close(service, rules, now);
    if (!has_process(service)) return {};
    service.stop_step = 0;
    service.signalled = true;
    if (service.state == State::killing) return {};
    return stop(service, rules, now);
}

Effects on(Service& service, const Rules& rules, StopCommandEnded, Moment now) {
    return send_signals(service, rules, now);
}

Effects on(Service& service, const Rules&, Ruled, Moment) {
    service.streak = 0;
    return {};
}

Effects on(Service& service, const Rules& rules, Drain, Moment now) {
    if (service.shutting_down) return {};
    close(service, rules, now);
    if (service.state == State::up) service.state = State::draining;
    return {};
}

}  // namespace

Service fresh(bool normally_down, Moment now) {
    Service service;
    service.changed = now;
    if (normally_down) {
        service.want = Want::down;
        service.state = State::down;
    }
    return service;
}

Service resumed(const Service& recorded, const Rules& rules, const Circumstances& found,
                Moment now) {
    const bool ran = has_any_process(recorded);
    if (!found.same_session && !(ran && found.alive)) {
        const bool stays_done = found.same_boot && is_done(recorded, rules);
        Service anew = fresh(found.normally_down || stays_done, now);
        if (stays_done) anew.want = Want::once;
        if (stays_done) anew.last = recorded.last;
        return anew;
    }
    Service service = recorded;
    service.linked = true;
    service.decided = service.decided && found.same_session;
    service.pulled = service.pulled && found.same_session;
    if (service.state == State::starting) service.state = State::waiting;
    if (!ran) service.process = {};
    if (!ran || found.alive) return service;
    if (service.state == State::finishing) {
        end_finish(service, rules, now);
        return service;
    }
    service.last = {ExitResult::Kind::unknown, 0};
    forget_process(service, now);
    service.state = State::finishing;
    if (rules.finish == 0) wait_or_rest(service, rules, true);
    return service;
}

Effects step(Service& service, const Rules& rules, const Event& event, Moment now) {
    return std::visit([&](const auto& what) { return on(service, rules, what, now); }, event);
}

}  // namespace hf::core
