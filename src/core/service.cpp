// SPDX-License-Identifier: MIT
#include "core/service.h"

#include <cerrno>
#include <csignal>
#include <utility>

namespace hf::core {

namespace {

Effects start(Service& service, Moment now) {
    service.state = State::starting;
    service.started = now.boot;
    service.paused = false;
    service.asked = false;
    return {Start{}};
}

// No process, and `want` decides: a restart comes at once, but not sooner than the rule allows.
Effects rest_or_restart(Service& service, Moment now) {
    if (service.want != Want::up) {
        service.state = State::down;
        return {};
    }
    service.state = State::waiting;
    auto due = deadline(service);
    if (!due || *due > now.boot) return {};
    return start(service, now);
}

Effects stop(Service& service, Moment now) {
    service.want = Want::down;
    service.paused = false;
    service.asked = true;
    if (service.state == State::up || service.state == State::draining) {
        service.state = State::stopping;
        service.told = now.boot;
    }
    return {Signal{SIGTERM}, Signal{SIGCONT}};
}

Effects on(Service& service, Timeout, Moment now) {
    auto due = deadline(service);
    if (!due || *due > now.boot) return {};
    if (service.state == State::waiting) return start(service, now);
    if (service.state == State::draining) return stop(service, now);
    service.state = State::killing;
    return {Signal{SIGKILL}};
}

Effects on(Service& service, const Started& started, Moment) {
    if (service.state != State::starting) return {};
    service.state = State::up;
    service.pid = started.pid;
    service.changed = started.at;
    service.started = started.at.boot;
    ++service.starts;
    return {};
}

// Without a link there may be no directory any more: nothing is tried again.
Effects on(Service& service, StartFailed failed, Moment) {
    if (service.state != State::starting) return {};
    service.last = {Ending::Kind::not_started, failed.error};
    bool again = service.want == Want::up && service.linked;
    service.state = again ? State::waiting : State::down;
    return {};
}

// Out of the service folder, a process that ends because someone asked ends for good.
Effects on(Service& service, const Exited& exited, Moment now) {
    if (!has_process(service)) return {};
    service.pid = Pid::none;
    service.paused = false;
    service.changed = now;
    service.last = exited.how;
    ++service.deaths;
    if (!service.linked && service.asked) service.want = Want::down;
    return rest_or_restart(service, now);
}

// The wish to run, for ever or once: a person who asks does not wait for the restart rule.
Effects run(Service& service, Want want, Moment now) {
    if (service.closing) return {};
    service.want = want;
    if (service.state == State::stopping || service.state == State::killing)
        service.state = State::up;
    if (service.state == State::down || service.state == State::waiting) return start(service, now);
    return {};
}

// An order that would end a process, when there is none. Out of the folder it ends the wish, too.
Effects on_no_process(Service& service, const Order& order) {
    if (order.wish == Wish::down || (order.wish == Wish::signal && !service.linked)) {
        service.want = Want::down;
        if (service.state == State::waiting) service.state = State::down;
    }
    return {};
}

Effects on(Service& service, const Order& order, Moment now) {
    switch (order.wish) {
        case Wish::up: return run(service, Want::up, now);
        case Wish::once: return run(service, Want::once, now);
        case Wish::leave: service.leaving = true; return {};
        case Wish::down:
        case Wish::signal:
        case Wish::pause:
        case Wish::resume: break;
    }
    if (!has_process(service)) return on_no_process(service, order);
    if (order.wish == Wish::down) return stop(service, now);
    if (order.wish == Wish::pause) service.paused = true;
    if (order.wish == Wish::resume) service.paused = false;
    if (order.wish == Wish::signal) service.asked = true;
    return {Signal{order.signal}};
}

Effects on(Service& service, Linked linked, Moment) {
    service.linked = linked.linked;
    return {};
}

// From now on the supervision can only end: patience counts from here, whatever was ordered before.
void close(Service& service, Moment now) {
    service.leaving = true;
    service.closing = true;
    service.want = Want::down;
    service.told = now.boot;
    if (service.state == State::waiting) service.state = State::down;
}

Effects on(Service& service, Shutdown, Moment now) {
    if (service.closing) return {};
    close(service, now);
    if (service.state == State::killing || !has_process(service)) return {};
    return stop(service, now);
}

Effects on(Service& service, Drain, Moment now) {
    if (service.closing) return {};
    close(service, now);
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

Service resumed(const Service& recorded, bool alive, bool same_session, bool normally_down,
                Moment now) {
    bool ran = has_process(recorded);
    if (!same_session && !(ran && alive)) return fresh(normally_down, now);
    Service service = recorded;
    service.linked = true;
    if (service.state == State::starting) service.state = State::waiting;
    if (!ran || alive) return service;
    service.pid = Pid::none;
    service.paused = false;
    service.changed = now;
    service.last = {Ending::Kind::unknown, 0};
    ++service.deaths;
    service.state = service.want == Want::up ? State::waiting : State::down;
    return service;
}

Effects step(Service& service, const Event& event, Moment now) {
    return std::visit([&](const auto& what) { return on(service, what, now); }, event);
}

std::optional<Time> deadline(const Service& service) {
    switch (service.state) {
        case State::waiting:
            if (service.leaving) return std::nullopt;
            if (!service.started) return service.changed.boot;
            return *service.started + service.rules.restart_interval;
        case State::draining: return service.told + drain_patience;
        case State::stopping:
            if (service.closing) return service.told + closing_patience;
            if (!service.rules.patience) return std::nullopt;
            return service.told + *service.rules.patience;
        case State::down:
        case State::starting:
        case State::up:
        case State::killing: return std::nullopt;
    }
    std::unreachable();
}

bool has_process(const Service& service) {
    return service.state == State::up || service.state == State::draining ||
           service.state == State::stopping || service.state == State::killing;
}

bool finished(const Service& service) {
    if (has_process(service) || service.state == State::starting) return false;
    return service.leaving || (!service.linked && service.state == State::down);
}

std::optional<int> final_code(const Service& service) {
    if (service.state != State::down) return std::nullopt;
    switch (service.last.kind) {
        case Ending::Kind::none: return std::nullopt;
        case Ending::Kind::exited: return service.last.value;
        case Ending::Kind::signaled:
        case Ending::Kind::dumped: return 128 + service.last.value;
        case Ending::Kind::not_started: return service.last.value == ENOENT ? 127 : 126;
        case Ending::Kind::unknown: return 111;
    }
    std::unreachable();
}

}  // namespace hf::core
