// SPDX-License-Identifier: MIT
// Servers that put themselves into the background, and how each is kept in the foreground. Pure.
#pragma once

#include <string>

#include "inspect/launch.h"

namespace hf::diagnose {

// How this program is started so that it stays; empty if it is not known.
std::string foreground_option(const inspect::Launch& launch);

// `perhaps`: it does so unless its configuration says otherwise.
enum class Leaves { no, perhaps, yes };
Leaves leaves_foreground(const inspect::Launch& launch);

// It is a server that is known to leave, and one of its options says that it stays: a copy is of an
// earlier command, or a worker whose program was killed.
bool is_told_to_stay(const inspect::Launch& launch);

}  // namespace hf::diagnose
