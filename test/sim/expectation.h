// SPDX-License-Identifier: MIT
// What a person expects of a service who knows only what was ordered, what was started and what
// died. Written without a look at core/service.cpp, so that the two can contradict each other.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "core/service.h"

namespace hf::test {

// The walk's now: the same in every situation.
inline constexpr core::Moment present{core::Time(std::chrono::hours(24)),
                                      core::WallTime(std::chrono::hours(24 * 365))};

class Expectation {
  public:
    Expectation(bool normally_down, const core::Rules& rules);

    bool alive() const { return alive_; }
    bool finish_runs() const { return finish_runs_; }

    // `event` is about to be told.
    void before(const core::Event& event);

    // What is wrong with that `effect` of `event`; empty: nothing.
    std::string effect(const core::Effect& effect, const core::Event& event);

    // What is wrong with the service, its status or its deadline; empty: nothing.
    std::string check(const core::Service& service) const;

    // How far back a start still matters: for a life that was long, or for the next start.
    static core::Duration memory(const core::Rules& rules) {
        const core::Duration paced =
            grows(rules) || rules.tells_well ? rules.reset_after : rules.restart_delay;
        return std::max(paced, rules.ready_timeout.value_or(paced));
    }
    // The same of the moment when it became ready.
    static core::Duration proof(const core::Rules& rules) {
        const bool counts = grows(rules) || rules.tells_well || rules.give_up != 0;
        return rules.says_ready && counts ? rules.reset_after : core::Duration::zero();
    }
    // What tells streaks apart.
    static int cut(const core::Rules& rules, int streak) {
        const bool counts = grows(rules) || rules.tells_well || rules.give_up != 0;
        return counts ? std::min(streak, longest_streak) : 0;
    }

    // Where nobody pulls, it does not matter who has decided what is wanted.
    void forget_decisions() { decided_ = pulled_ = false; }

    // For merging equal situations, and for the passing of time.
    void add_to_key(auto add, auto age) const {
        for (bool flag : {alive_,        paused_,
                          leaving_,      closing_,
                          linked_,       asked_,
                          stopping_,     owed_,
                          shut_,         hurried_,
                          starting_,     ready_,
                          lost_,         decided_,
                          pulled_,       draining_,
                          preparing_,    finishing_,
                          finish_runs_,  finish_killed_,
                          wanted_again_, finishing_ && ended_well_})
            add(flag);
        add(want_);
        add(replaced_);
        add(steps_);
        add(cut(*rules_, streak_));
        age(std::max(last_start_, present.boot - memory(*rules_)));
        if (stopping_) age(stopping_since_);
        if (alive_) age(std::max(ready_since_, present.boot - proof(*rules_)));
        if (alive_ && (stopping_ || !ready_)) age(std::max(granted_, present.boot));
        if (finish_runs_) age(finish_since_);
        if (preparing_) age(prepare_since_);
    }
    void let_pass(auto older) {
        older(last_start_);
        older(stopping_since_);
        older(ready_since_);
        older(granted_);
        older(finish_since_);
        older(prepare_since_);
    }

  private:
    static constexpr int longest_streak = 3;
    static bool grows(const core::Rules& rules) {
        return rules.longest_delay > rules.restart_delay;
    }
    void command(const core::Command& command);
    void death(const core::Exited& exited);
    void finish_death(const core::Exited& exited);
    void conclude(bool ran);
    void want_again();
    void fail();
    bool is_to_run() const {
        return want_ == core::Want::up || (want_ == core::Want::once && owed_);
    }
    core::Duration delay() const;
    core::Duration slack() const;
    void begin_closing();
    void stop();
    void gate(core::Gate gate);
    void pull(bool on);
    void replace(core::Replaced why);
    void decide(core::Want want);
    bool is_overdue() const;
    std::string start(const core::Event& event);
    std::string signal(const core::Signal& signal, const core::Event& event);
    std::string clear(const core::Signal& signal);
    std::string start_finish(const core::Event& event);
    std::string kill_finish(const core::Signal& signal, const core::Event& event);
    std::string check_finish(const core::Service& service) const;
    std::string step(const core::Signal& signal);
    void begin_stop();
    bool must_end() const;
    bool is_proved_by(const core::Event& event) const;
    std::string check_proof(const core::Service& service) const;
    void send_signals();
    std::string run_stop_command(const core::Event& event);
    std::string begin_by(const core::Event& event);
    void take_back();
    int stop_signal() const;
    std::optional<core::Time> next_step() const;
    std::string check_rest(const core::Service& service) const;
    std::string check_status(const core::Service& service) const;

    const core::Rules* rules_;
    bool alive_ = false;
    bool paused_ = false;
    bool leaving_ = false;
    bool closing_ = false;
    bool linked_ = true;
    bool asked_ = false;     // the process that runs was sent a signal
    bool stopping_ = false;  // ... and is to end
    bool shut_ = false;      // nothing may start
    bool hurried_ = false;   // ... and then somebody asked for it
    bool owed_ = false;      // if it is to run once, it has not
    bool starting_ = false;
    bool ready_ = false;    // the process that runs has said so, if it is to
    bool lost_ = false;     // ... and something that it needs was not good since
    bool decided_ = false;  // somebody said what is wanted
    bool pulled_ = false;   // else somebody else's need did
    core::Replaced replaced_ = core::Replaced::no;
    bool draining_ = false;       // its input has ended, and it was not told to end yet
    bool preparing_ = false;      // ... and before that its stop command runs
    bool command_runs_ = false;   // ... as it is to
    bool left_ = false;           // a process has ended, and others of its group live
    bool finishing_ = false;      // ... and its finish command is to run
    bool finish_runs_ = false;    // ... and does
    bool finish_killed_ = false;  // ... and has had its time
    bool wanted_again_ = false;   // ... and somebody wants it up meanwhile
    bool ended_well_ = false;     // the last process, by itself
    int streak_ = 0;              // failures in a row
    int steps_ = 0;               // signals that were sent to stop it, but the first
    core::Want want_;
    core::Time last_start_ = present.boot - std::chrono::hours(1);
    core::Time stopping_since_ = present.boot;
    core::Time ready_since_ = present.boot;
    core::Time finish_since_ = present.boot;
    core::Time prepare_since_ = present.boot;
    // Until then it is not late, nor killed, as it has asked for.
    core::Time granted_ = present.boot;
};

}  // namespace hf::test
