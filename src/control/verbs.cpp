// SPDX-License-Identifier: MIT
#include "control/verbs.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "core/command.h"
#include "format/rules.h"
#include "inspect/files.h"
#include "text/words.h"

namespace hf::control {

using namespace text;

namespace {

std::string letter_for(int signal) {
    if (signal <= 0) return "";
    for (const core::Command& order : core::commands) {
        bool plain = order.operation == core::Operation::signal ||
                     order.operation == core::Operation::pause ||
                     order.operation == core::Operation::resume;
        if (plain && order.signal == signal) return std::string(1, order.letter);
    }
    return "";
}

// What is down is started; what is paused could not end. Rules may say how it is stopped, and when
// it is started again: then its engine knows best, which reads them before it obeys.
std::string restart_letters(const Verb& verb, const ServiceView& view) {
    if (!view.up()) return "u";
    const bool has_rules = inspect::exists(view.path + "/" + format::service_file);
    const std::string up = view.wants_up() ? "" : "u";
    const std::string on = view.status->paused ? "c" : "";
    return view.record && has_rules ? up + "r" + on : std::string(verb.letters) + on + up;
}

}  // namespace

std::string_view word_of(Goal goal) {
    switch (goal) {
        case Goal::up:
        case Goal::restarted: return "up";
        case Goal::down: return "down";
        case Goal::paused: return "paused";
        case Goal::running: return "running again";
        case Goal::none:
        case Goal::reloaded: break;
    }
    return "";
}

int reload_signal(const ServiceView& view) {
    const auto line = std::ranges::find(view.rules.lines, "stop.reload", &format::RulesLine::key);
    return line == view.rules.lines.end() ? SIGHUP : std::atoi(line->value.c_str());
}

std::string letters_of(const Verb& verb, const std::string& signal, const ServiceView& view) {
    if (verb.goal == Goal::restarted) return restart_letters(verb, view);
    if (verb.goal == Goal::reloaded) return letter_for(reload_signal(view));
    return verb.letters.empty() ? letter_for(signal_number(signal)) : std::string(verb.letters);
}

}  // namespace hf::control
