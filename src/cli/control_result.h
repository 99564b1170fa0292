// SPDX-License-Identifier: MIT
// What has come of an order to a service, in words: pure.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "control/service.h"
#include "control/verbs.h"

namespace hf::cli {

// A service before the order.
struct Past {
    pid_t pid = 0;
    std::optional<unsigned> exits = {};  // none: nobody counts them
    pid_t session = 0;
};

// The exit codes of a command are these, that of its worst result.
enum class Reached { yes = 0, late = 1, refused = 2 };

struct Result {
    std::string name;
    Reached reached = Reached::yes;
    std::string state = {};                // "stopping (pid 7)"; empty where nothing was waited for
    std::vector<std::string> advice = {};  // warnings: what is wrong, and what to do
};

// The process that an order should have ended still runs.
bool has_not_ended(const control::Verb& verb, const Past& before, const control::ServiceView& now);

// Of a service that was waited for. `holds`: the goal was reached; `forced`: by --force, if need
// be; `cause`: why it exits again and again, if that is known.
Result result_of(const control::Verb& verb, const Past& before, const control::ServiceView& now,
                 bool holds, bool forced, const std::string& cause = "");

// Of `reload`, where the process has not survived the signal.
Result result_of_death_by_reload(const std::string& name, const control::ServiceView& view);

}  // namespace hf::cli
