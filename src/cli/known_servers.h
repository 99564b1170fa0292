// SPDX-License-Identifier: MIT
// Servers with ways of their own, or whose package lays their files out in its own way: what has to
// stand in a run script or service.toml, too.
#pragma once

#include "cli/add_rules.h"
#include "text/run_template.h"

namespace hf::cli {

// Completes what is written for a command that is one of them.
void complete_for_server(text::RunTemplate& run_template, NewRules& rules);

}  // namespace hf::cli
