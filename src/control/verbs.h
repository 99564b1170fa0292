// SPDX-License-Identifier: MIT
// The one table of what people tell services to do: `holdfast start`, `stop` and so on, and the
// keys of `holdfast top`.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "control/service.h"

namespace hf::control {

// What is waited for after a command.
enum class Goal {
    none,
    up,
    restarted,  // up, with another process than before
    down,
    paused,
    running,   // no longer paused
    reloaded,  // its process has survived the signal
};

// "up", "running again": what a service is not, while it is waited for.
std::string_view word_of(Goal goal);

struct Verb {
    std::string_view name;
    const char* help;
    std::string_view letters;  // control letters; empty: that of the signal which is named
    Goal goal;
    bool needs_process;    // a service without one has nothing to do with it
    bool ends_process;     // --force kills one that does not end in time
    const char* key = "";  // what top says when its key, the same as the letter, was pressed
};

inline constexpr std::array verbs{
    Verb{"start", "start services, and restart them when they exit (svc -u)", "u", Goal::up, false,
         false, "starting"},
    Verb{"stop", "stop services (svc -d)", "d", Goal::down, false, true, "stopping"},
    Verb{"restart", "stop services and start them again", "t", Goal::restarted, false, true,
         "restarting"},
    Verb{"reload", "reload settings: send SIGHUP, or [stop] reload", "h", Goal::reloaded, true,
         false},
    Verb{"signal", "send a signal to services", "", Goal::none, true, false},
    Verb{"pause", "suspend services: SIGSTOP (svc -p)", "p", Goal::paused, true, false},
    Verb{"continue", "resume paused services: SIGCONT (svc -c)", "c", Goal::running, true, false},
    Verb{"once", "start services once; do not restart them (svc -o)", "o", Goal::none, false,
         false},
};

// A service that was told this runs in the end.
constexpr bool should_be_up(const Verb& verb) {
    return verb.goal == Goal::up || verb.goal == Goal::restarted;
}

// The signal by which a service is told to read its settings anew: HUP, or what its rules say.
int reload_signal(const ServiceView& view);

// The letters of a verb for a service as it was seen; empty for a signal (of the verb `signal`
// alone) that has no letter.
std::string letters_of(const Verb& verb, const std::string& signal, const ServiceView& view);

}  // namespace hf::control
