// SPDX-License-Identifier: MIT
// The files of rules in `supervise`, for those who act on them: the engine, and holdfast-enter.
#pragma once

#include <optional>

#include "format/rules.h"
#include "sys/fd.h"

namespace hf::engine {

// The file `name` there; none if it cannot be read, is damaged, or somebody else than root and this
// process's user may have written it: `supervise` may belong to the service's user.
std::optional<format::ReadRules> rules_in(const sys::Fd& supervise, const char* name);

}  // namespace hf::engine
