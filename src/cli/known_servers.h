// SPDX-License-Identifier: MIT
// Servers whose package lays their files out in its own way: what has to stand in a run script,
// too.
#pragma once

#include "text/run_template.h"

namespace hf::cli {

// Completes a recipe whose command is one of them.
void complete_for_server(text::RunTemplate& run_template);

}  // namespace hf::cli
