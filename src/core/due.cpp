// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "core/pace.h"
#include "core/service.h"

namespace hf::core {

namespace {

// The next of the signals by which it is stopped, if there is another.
std::optional<LaterSignal> next_signal(const Service& service, const Rules& rules) {
    if (service.stop_step >= rules.later_signals.size()) return std::nullopt;
    const LaterSignal& next = rules.later_signals[service.stop_step];
    return next.signal != 0 ? std::optional(next) : std::nullopt;
}

// Nobody who could be patient has asked for it.
bool must_end(const Service& service) {
    return service.shutting_down || service.replaced == Replaced::not_ready ||
           service.replaced == Replaced::needs_lost;
}

// When SIGKILL follows on the signals. Without a stop timeout only where something must end.
std::optional<Time> kill_at(const Service& service, const Rules& rules) {
    const auto timeout = must_end(service) ? rules.shutdown_timeout : rules.stop_timeout;
    if (!timeout) return std::nullopt;
    return std::max(service.stop_requested_at + *timeout, service.asked_until.value_or(Time{}));
}

std::optional<Due> due_while_stopping(const Service& service, const Rules& rules) {
    const std::optional<Time> kill = kill_at(service, rules);
    const auto next = next_signal(service, rules);
    if (next && (!kill || service.stop_requested_at + next->after < *kill))
        return Due{service.stop_requested_at + next->after, Due::Why::next_step};
    return kill ? std::optional(Due{*kill, Due::Why::kill}) : std::nullopt;
}

// When the failures before are over. Nobody has to know that before it ends, but who was told of
// them.
std::optional<Due> due_to_be_well(const Service& service, const Rules& rules) {
    if (!rules.tells_well || service.streak == 0 || !service.started) return std::nullopt;
    return Due{service.ready_since.value_or(*service.started) + rules.reset_after,
               Due::Why::proved};
}

}  // namespace

std::optional<Due> next_due(const Service& service, const Rules& rules) {
    switch (service.state) {
        case State::waiting:
            if (service.exit_requested || service.gate != Gate::open) return std::nullopt;
            if (!service.started) return Due{service.changed.boot, Due::Why::restart};
            return Due{*service.started + restart_delay(rules, service.streak, service.starts),
                       Due::Why::restart};
        case State::draining:
            return Due{service.stop_requested_at + rules.drain_timeout, Due::Why::drain_over};
        case State::preparing:
            return Due{service.stop_requested_at + stop_command_time(rules), Due::Why::prepared};
        case State::stopping: return due_while_stopping(service, rules);
        case State::up:
            if (is_ready(service)) return due_to_be_well(service, rules);
            if (service.paused || service.exit_requested) return std::nullopt;
            if (!rules.ready_timeout || !service.started) return std::nullopt;
            return Due{std::max(*service.started + *rules.ready_timeout,
                                service.asked_until.value_or(Time{})),
                       Due::Why::not_ready};
        case State::finishing:
            if (service.process.pid == Pid::none)
                return Due{service.changed.boot, Due::Why::finish};
            if (service.stop_step > 0) return std::nullopt;
            return Due{service.changed.boot + rules.finish_timeout, Due::Why::finish_over};
        case State::down:
        case State::starting:
        case State::killing: return std::nullopt;
    }
    std::unreachable();
}

}  // namespace hf::core
