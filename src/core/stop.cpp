// SPDX-License-Identifier: MIT
#include "core/stop.h"

#include <algorithm>
#include <csignal>

namespace hf::core {

namespace {

// The signal of the step that its stop has come to. There may be fewer of them by now.
int signal_of_step(const Service& service, const Rules& rules) {
    const size_t later = std::min<size_t>(service.stop_step, rules.later_signals.size());
    const int signal = later == 0 ? 0 : rules.later_signals[later - 1].signal;
    return signal != 0 ? signal : rules.stop_signal;
}

Effects ask_to_end(Service& service, const Rules& rules) {
    const int signal = signal_of_step(service, rules);
    const Reach reach = rules.stops_group ? Reach::group : Reach::process;
    service.paused = false;
    service.term_sent = service.term_sent || signal == SIGTERM;
    return {Signal{Role::main, signal, reach}, Signal{Role::main, SIGCONT, reach}};
}

}  // namespace

Effects tell_to_end(Service& service, const Rules& rules, Moment now) {
    if (service.state == State::preparing) return {};
    if (service.state == State::up || service.state == State::draining) {
        service.state = rules.has_stop_command ? State::preparing : State::stopping;
        service.stop_requested_at = now.boot;
        service.asked_until.reset();
    }
    if (service.state == State::preparing) return {RunStopCommand{}};
    return ask_to_end(service, rules);
}

Effects send_signals(Service& service, const Rules& rules, Moment now) {
    if (service.state != State::preparing) return {};
    service.state = State::stopping;
    service.stop_requested_at = now.boot;
    return ask_to_end(service, rules);
}

Effects send_next_signal(Service& service, const Rules& rules) {
    ++service.stop_step;
    return ask_to_end(service, rules);
}

Effects kill_process(const Rules& rules) {
    return {Signal{Role::main, SIGKILL, rules.kills_group ? Reach::group : Reach::process}};
}

void take_back_the_stop(Service& service) {
    if (service.replaced != Replaced::no && service.replaced != Replaced::asked) return;
    const bool is_told = service.state == State::preparing || service.state == State::stopping ||
                         service.state == State::killing;
    if (!is_told) return;
    service.state = State::up;
    service.replaced = Replaced::no;
    service.stop_step = 0;
    service.asked_until.reset();
}

}  // namespace hf::core
