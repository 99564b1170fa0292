// SPDX-License-Identifier: MIT
#include "core/state.h"

#include <cerrno>
#include <utility>

namespace hf::core {

bool has_process(const Service& service) {
    return service.state == State::up || service.state == State::draining ||
           service.state == State::preparing || service.state == State::stopping ||
           service.state == State::killing;
}

bool has_any_process(const Service& service) {
    return has_process(service) ||
           (service.state == State::finishing && service.process.pid != Pid::none);
}

bool is_at_work(const Service& service) {
    return has_process(service) || service.state == State::starting ||
           service.state == State::finishing;
}

std::optional<Role> role_of(const Service& service, Pid pid) {
    if (!has_any_process(service) || service.process.pid != pid) return std::nullopt;
    return has_process(service) ? Role::main : Role::finish;
}

bool is_its_process(const Service& service, Time born, Duration tick) {
    return born <= service.changed.boot && born + tick > service.process.spawn_began;
}

bool is_ready(const Service& service) {
    return has_process(service) && (!service.says_ready || service.ready_since);
}

bool is_failure(const Rules& rules, ExitResult how) {
    return how.kind != ExitResult::Kind::exited || !rules.good.contains(how.value);
}

bool is_done(const Service& service, const Rules& rules) {
    return rules.oneshot && service.state == State::down && service.want == Want::once &&
           service.last.kind == ExitResult::Kind::exited && !is_failure(rules, service.last);
}

bool is_good(const Service& service, const Rules& rules) {
    if (rules.oneshot) return is_done(service, rules);
    return service.state == State::up && is_ready(service);
}

Ending ending_of(const Service& service) {
    if (service.replaced == Replaced::not_ready) return Ending::not_ready;
    if (service.replaced == Replaced::needs_lost) return Ending::needs_lost;
    if (service.shutting_down) return Ending::shutdown;
    return service.signalled ? Ending::ordered : Ending::itself;
}

bool finished(const Service& service) {
    if (is_at_work(service)) return false;
    return service.exit_requested || (!service.linked && service.state == State::down);
}

std::optional<int> exit_code(ExitResult how) {
    switch (how.kind) {
        case ExitResult::Kind::none: return std::nullopt;
        case ExitResult::Kind::exited: return how.value;
        case ExitResult::Kind::signaled:
        case ExitResult::Kind::dumped: return 128 + how.value;
        case ExitResult::Kind::not_started: return how.value == ENOENT ? 127 : 126;
        case ExitResult::Kind::unknown: return 111;
    }
    std::unreachable();
}

std::optional<int> final_code(const Service& service) {
    return service.state == State::down ? exit_code(service.last) : std::nullopt;
}

}  // namespace hf::core
