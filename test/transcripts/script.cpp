// SPDX-License-Identifier: MIT
#include "script.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iomanip>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "format/status.h"

namespace hf::test {

namespace {

using namespace core;

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream text(line);
    std::vector<std::string> words;
    for (std::string word; text >> word;) words.push_back(word);
    return words;
}

// "1.5s" since the beginning, which is an hour after boot.
constexpr Time beginning(std::chrono::hours(1));

Time time_of(const std::string& word) {
    return beginning + std::chrono::milliseconds(std::lround(std::stod(word) * 1000));
}

std::string text_of(Time time) {
    std::ostringstream text;
    auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(time - beginning);
    text << std::fixed << std::setprecision(3) << static_cast<double>(passed.count()) / 1000 << 's';
    return text.str();
}

std::string text_of(State state) {
    switch (state) {
        case State::down: return "down";
        case State::waiting: return "waiting";
        case State::starting: return "starting";
        case State::up: return "up";
        case State::draining: return "draining";
        case State::stopping: return "stopping";
        case State::preparing: return "preparing";
        case State::killing: return "killing";
        case State::finishing: return "finishing";
    }
    std::unreachable();
}

std::string signal_name(int number) {
    return std::string("SIG") + ::sigabbrev_np(number);
}

int number_of(const std::string& name, auto name_of) {
    for (int number = 1; number < 140; ++number) {
        const char* each = name_of(number);
        if (each != nullptr && name == each) return number;
    }
    throw std::runtime_error("no such name: " + name);
}

}  // namespace

std::string Script::run(const std::string& line) {
    output_.clear();
    Words words = words_of(line);
    if (words.at(0).back() == 's' && std::isdigit(words[0][0]) != 0) {
        pass_to(time_of(words[0]));
        words.erase(words.begin());
    }
    if (!words.empty()) happen(words);
    meet_deadlines(now_);
    return output_;
}

void Script::happen(const Words& words) {
    const std::string& what = words.at(0);
    if (what == "begin") return begin(words);
    if (what == "resume") return resume(words);
    if (what == "rules") return set_rules(words);
    if (what == "starts") {
        start_error_ = words.at(1) == "fail" ? number_of(words.at(2), ::strerrorname_np) : 0;
    } else if (what == "svc") {
        write_letters(words.at(1).substr(1));
    } else if (what == "exit") {
        tell("exited " + words.at(1),
             Exited{Role::main, {ExitResult::Kind::exited, std::stoi(words[1])}});
    } else if (what == "die") {
        int number = number_of(words.at(1).substr(3), ::sigabbrev_np);
        tell("died of " + words[1], Exited{Role::main, {ExitResult::Kind::signaled, number}});
    } else if (what == "called") {
        tell("its stop command ends", StopCommandEnded{});
    } else if (what == "finish") {
        tell("its finish command exits", Exited{Role::finish, {ExitResult::Kind::exited, 0}});
    } else if (what == "link" || what == "unlink") {
        tell(what + "ed", Linked{what == "link"});
    } else if (what == "opens" || what == "shuts") {
        tell("the gate " + what, what == "opens" ? Gate::open : Gate::shut);
    } else if (what == "unmet") {
        tell("a need is unmet", Gate::unmet);
    } else if (what == "extend") {
        tell("it asks for time", Extend{time_of(words.at(1))});
    } else if (what == "ready") {
        tell("it says that it is ready", Ready{});
    } else if (what == "pull" || what == "let-go") {
        tell(what == "pull" ? "pulled up" : "let go", Pull{what == "pull"});
    } else if (what == "shutdown") {
        tell(what, Shutdown{});
    } else if (what == "drain") {
        tell("its input has ended", Drain{});
    } else {
        throw std::runtime_error("not understood: " + what);
    }
}

void Script::write_letters(const std::string& letters) {
    for (size_t i = 0; i < letters.size(); ++i) {
        in_mid_write_ = i + 1 < letters.size();
        tell(std::string("svc -") + letters[i], command_of(letters[i]).value());
    }
}

// Those that are not named are as by default.
void Script::set_rules(const Words& words) {
    rules_ = {};
    for (const std::string& word : words) {
        const size_t sign = word.find('=');
        const std::string value = sign == word.npos ? "" : word.substr(sign + 1);
        auto time = [&] { return time_of(value) - beginning; };
        if (word == "oneshot") rules_.oneshot = true;
        if (word == "oneshot") rules_.restart = Restart::on_failure;
        if (word == "says-ready") rules_.says_ready = true;
        if (word.starts_with("ready-timeout=")) rules_.ready_timeout = time();
        if (word.starts_with("stop-timeout=")) rules_.stop_timeout = time();
        if (word.starts_with("then-int=")) rules_.later_signals[0] = {time(), SIGINT};
        if (word.starts_with("then-quit=")) rules_.later_signals[1] = {time(), SIGQUIT};
        if (word == "stop-command") rules_.has_stop_command = true;
        if (word.starts_with("finish-timeout=")) rules_.finish_timeout = time();
        if (word.starts_with("finish")) rules_.finish = 1;
        if (word == "restart=never") rules_.restart = Restart::never;
        if (word == "whole-group") rules_.kills_group = rules_.stops_group = true;
        if (word == "needs-lost=stop") rules_.needs_lost = NeedsLost::stop;
        if (word == "needs-lost=restart") rules_.needs_lost = NeedsLost::restart;
    }
}

void Script::begin(const Words& words) {
    service_ = fresh(words.back() == "down", now());
    write_line("begun");
}

void Script::resume(const Words& words) {
    auto said = [&](const char* word) { return std::ranges::find(words, word) != words.end(); };
    auto record = format::decode(format::encode({service_, {}, false}));
    service_ = resumed(record.value().service, rules_,
                       {said("alive"), !said("session"), !said("boot"), said("down")}, now());
    write_line("resumed");
}

// Deadlines that are met on the way are said; time that stands still between two is a busy loop.
void Script::pass_to(Time time) {
    meet_deadlines(time);
    now_ = std::max(time, beginning);
}

void Script::meet_deadlines(Time until) {
    for (int turns = 0; turns < 100; ++turns) {
        auto due = next_due(service_, rules_);
        if (finished(service_) || !due || due->at > until || until < beginning) return;
        now_ = std::max(due->at, now_);
        tell("timeout", Timeout{due->why});
    }
    throw std::runtime_error("a deadline that has no effect");
}

void Script::tell(const std::string& name, const Event& event) {
    const auto* exited = std::get_if<Exited>(&event);
    if (exited != nullptr && role_of(service_, service_.process.pid) != exited->role)
        throw std::runtime_error("there is no such process");
    std::string effects;
    for (const Effect& effect : step(service_, rules_, event, now())) effects += ", " + act(effect);
    write_line(name + effects);
}

std::string Script::act(const Effect& effect) {
    if (const auto* signal = std::get_if<Signal>(&effect))
        return signal_name(signal->number) + (signal->reach == Reach::group ? " to all" : "");
    if (std::holds_alternative<RunStopCommand>(effect)) return "run its stop command";
    const Role role = std::get<Start>(effect).role;
    const std::string what = role == Role::main ? "start" : "start its finish command,";
    if (start_error_ != 0) {
        step(service_, rules_, StartFailed{role, start_error_}, now());
        return what + " fails: " + ::strerrorname_np(start_error_);
    }
    int pid = next_pid_++;
    step(service_, rules_, Started{role, Pid(pid), now()}, now());
    return what + " pid " + std::to_string(pid);
}

// The status is what daemontools' tools would read of it.
void Script::write_line(const std::string& what) {
    auto bytes = format::encode({service_, {}, false});
    auto status = format::decode_classic(bytes).value();
    std::ostringstream line;
    line << text_of(now_) << ' ' << what << " -> " << text_of(service_.state);
    line << "; status: pid " << status.pid << " want " << (status.want == 0 ? '0' : status.want);
    if (status.paused) line << " paused";
    if (service_.says_ready && !is_ready(service_)) line << ", not ready";
    if (is_good(service_, rules_) && (rules_.says_ready || rules_.oneshot)) line << ", good";
    auto due = next_due(service_, rules_);
    if (finished(service_) && !in_mid_write_) {
        line << "; over";
    } else if (due) {
        line << "; next " << text_of(due->at);
    }
    output_ += line.str() + "\n";
}

Moment Script::now() const {
    return {now_, WallTime(now_.time_since_epoch())};
}

}  // namespace hf::test
