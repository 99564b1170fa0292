// SPDX-License-Identifier: MIT
// What svstat says of a service. Pure.
#pragma once

#include <chrono>
#include <string>

#include "format/status.h"

namespace hf::format {

// "up (pid 12) 3 seconds, normally down". `normally_down`: the file `down` stands there now.
// `ready`: of what is up, that it has not to say yet that it is.
std::string sentence(const ClassicStatus& status, std::chrono::seconds age, bool normally_down,
                     bool ready = true);

}  // namespace hf::format
