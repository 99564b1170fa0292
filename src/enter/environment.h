// SPDX-License-Identifier: MIT
// [process] env, env_file, env_dir and clean_env: the environment of a process.
#pragma once

#include "enter/identity.h"
#include "format/process_rules.h"
#include "text/environment.h"

namespace hf::enter {

// What this process has, and what the rules set; what is nearer to the service wins: first `who`
// the user is, then env_dir, env_file, env. Files are read with the rights of this process. Throws
// Refusal.
text::Environment environment_of(const format::ProcessRules& rules,
                                 const std::optional<Identity>& who);

}  // namespace hf::enter
