// SPDX-License-Identifier: MIT
// The programs that run scripts put in front of the one that they are for. Pure.
#pragma once

#include "inspect/launch.h"

namespace hf::inspect {

// Takes them off the front of launch.words, one after another, and keeps in `launch` what each
// does: user, directory of settings, limits, PATH.
void peel(Launch& launch);

// Of limits that are set one after another the least holds.
void keep_least(std::optional<Limit>& limit, const Limit& other);

}  // namespace hf::inspect
