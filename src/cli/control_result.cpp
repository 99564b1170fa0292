// SPDX-License-Identifier: MIT
#include "cli/control_result.h"

#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace text;

namespace {

std::string with_pid(const ServiceView& view, const std::string& state) {
    return view.up() ? state + " (pid " + std::to_string(view.pid()) + ")" : state;
}

// What is said of one that should be up: how often it has ended, beside by the order.
std::string trouble_of(const Verb& verb, const Past& before, const ServiceView& now) {
    unsigned by_order = verb.goal == Goal::restarted && before.pid != 0 ? 1 : 0;
    if (!before.exits || !now.record) return " yet";
    unsigned exits = now.record->service.exits;
    if (exits <= *before.exits + by_order) return " yet";
    bool again = exits - *before.exits - by_order > 1;
    return again ? ": it exits again and again" : ": it has exited already";
}

Result unended(const Verb& verb, const ServiceView& now, bool forced) {
    std::string name = shell_word(now.name);
    bool again = verb.goal == Goal::restarted;
    std::string advice = advice_why(now.name);
    if (!forced)
        advice = "holdfast " + std::string(verb.name) + " --force " + name + " kills it; " + advice;
    return {now.name,
            Reached::late,
            with_pid(now, "stopping"),
            {now.name + " is not " + (again ? "restarted" : std::string(word_of(verb.goal))) +
             " yet: its " + (again ? "old " : "") + "process (pid " + std::to_string(now.pid()) +
             ") has not exited; " + advice}};
}

}  // namespace

bool has_not_ended(const Verb& verb, const Past& before, const ServiceView& now) {
    return verb.ends_process && now.up() && now.pid() == before.pid;
}

// A late one's state stands in a word that does not contradict what is said of it then.
Result result_of(const Verb& verb, const Past& before, const ServiceView& now, bool holds,
                 bool forced, const std::string& cause) {
    if (holds) return {now.name, Reached::yes, with_pid(now, state_word(now))};
    if (has_not_ended(verb, before, now)) return unended(verb, now, forced);
    const std::string why = advice_why(now.name);
    if (should_be_up(verb) && !cause.empty())
        return {now.name,
                Reached::late,
                with_pid(now, state_word(now)),
                {now.name + " is not up: " + cause, why}};
    bool is_new = should_be_up(verb) && now.up();
    return {now.name,
            Reached::late,
            with_pid(now, is_new ? "starting" : state_word(now)),
            {now.name + " is not " + std::string(word_of(verb.goal)) +
             (should_be_up(verb) ? trouble_of(verb, before, now) : " yet") + "; " + why}};
}

Result result_of_death_by_reload(const std::string& name, const ServiceView& view) {
    return {name,
            Reached::late,
            "",
            {name + " does not handle " + signal_name(reload_signal(view)) +
             " and was killed by it; use holdfast restart " + shell_word(name)}};
}

}  // namespace hf::cli
