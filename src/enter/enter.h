// SPDX-License-Identifier: MIT
// Makes this process what [process] says, and runs the program of a service.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "format/process_rules.h"

namespace hf::enter {

using Variables = std::vector<std::pair<std::string, std::string>>;

// To be called in the service directory. What needs rights comes before they are given up; what the
// service's user could have put there (settings, the working directory, the program) comes after,
// with his rights alone. Throws Refusal, with the process half made ready: it must end.
// `extra` is put into the environment last.
enum class Lifetime { own, of_parent };
[[noreturn]] void enter(const format::ProcessRules& rules, const std::vector<char*>& argv,
                        Lifetime lifetime = Lifetime::own, const Variables& extra = {});

}  // namespace hf::enter
