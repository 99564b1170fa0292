// SPDX-License-Identifier: MIT
// What a service must look like, by what is expected of it.
#include <algorithm>

#include "expectation.h"
#include "format/status.h"

namespace hf::test {

using namespace core;

// It has lived long enough, since it is ready: whoever knows of its failures is told.
std::string Expectation::check_proof(const Service& service) const {
    if (!rules_->tells_well) return {};
    if (service.streak != 0 && streak_ == 0) return "it has failures that there were not";
    if (service.streak == 0 && streak_ != 0) return "its failures are forgotten";
    if (!alive_ || stopping_ || draining_ || !ready_ || streak_ == 0) return {};
    const auto due = next_due(service, *rules_);
    const Time latest = ready_since_ + rules_->reset_after;
    return !due || due->at > latest ? "nobody is told that it is well" : "";
}

std::string Expectation::check(const Service& service) const {
    if (has_process(service) != alive_) return "has_process() is wrong";
    if (service.state == State::starting) return "a start without an answer";
    if (has_any_process(service) != (alive_ || finish_runs_)) return "has_any_process() is wrong";
    auto due = next_due(service, *rules_);
    if (finished(service) && (alive_ || due)) return "finished too soon";
    if (alive_ && must_end() && !due && service.state != State::killing) return "an endless stop";
    if (preparing_ != command_runs_) return "its stop command is not run";
    if (preparing_ && (!due || due->at > prepare_since_ + stop_command_time(*rules_)))
        return "it waits for ever for its stop command";
    const auto patience = must_end() ? rules_->shutdown_timeout : rules_->stop_timeout;
    if (due && due->why == Due::Why::kill && !patience) return "a limit that nobody has set";
    if (alive_ && stopping_ && !preparing_ && !closing_ && due && patience &&
        due->at > std::max(stopping_since_ + *patience, granted_))
        return "a kill later than the rule";
    if (left_) return "its group is left behind";
    if (service.state == State::stopping && next_step() && (!due || due->at > *next_step()))
        return "a step later than the rule";
    if (is_overdue() && (!due || due->at > present.boot)) return "it waits for ever to be ready";
    if (is_ready(service) != (alive_ && ready_)) return "is_ready() is wrong";
    if (service.ready_since.value_or(ready_since_) != ready_since_) return "ready since when?";
    if (std::string proof = check_proof(service); !proof.empty()) return proof;
    if (std::string rest = check_rest(service); !rest.empty()) return rest;
    return check_status(service);
}

std::string Expectation::check_finish(const Service& service) const {
    const auto due = next_due(service, *rules_);
    if (finished(service)) return "it is over before its finish command";
    if (finish_killed_) return due ? "a deadline of what was killed" : "";
    const Time latest = finish_runs_ ? finish_since_ + rules_->finish_timeout : present.boot;
    return !due || due->at > latest ? "it waits for ever for its finish command" : "";
}

std::string Expectation::check_rest(const Service& service) const {
    if (alive_) return {};
    if (finishing_) return check_finish(service);
    auto due = next_due(service, *rules_);
    if (leaving_ && !finished(service)) return "it was to leave, and stays";
    if (!linked_ && !is_to_run() && !finished(service)) return "unlinked, and stays";
    bool to_start = is_to_run() && !finished(service) && !shut_;
    Time latest = hurried_ ? present.boot : std::max(last_start_ + delay() + slack(), present.boot);
    if (to_start && (!due || due->at > latest)) return "wants to be up, and does not start";
    if (!to_start && due) return "a deadline of what rests";
    return {};
}

std::string Expectation::check_status(const Service& service) const {
    format::Record record{service, {}, false};
    auto bytes = format::encode(record);
    auto classic = format::decode_classic(bytes);
    char want = want_ == Want::up ? 'u' : want_ == Want::down ? 'd' : '\0';
    if ((classic->pid != 0) != (alive_ || finish_runs_)) return "the status has a wrong pid";
    if (classic->paused != paused_) return "the status has a wrong pause";
    if (classic->want != want) return "the status has a wrong want";
    auto back = format::decode(bytes);
    if (!back) return "the status cannot be read back";
    back->service.changed.wall = service.changed.wall;
    back->service.gate = service.gate;  // which no record says
    if (back->service != service) return "the status loses something";
    return {};
}

}  // namespace hf::test
