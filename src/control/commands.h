// SPDX-License-Identifier: MIT
// Commands to services.
#pragma once

#include <string>
#include <vector>

#include "control/control.h"
#include "control/watch.h"

namespace hf::control {

// Writes the control letters to the service. Empty, or what went wrong.
std::string send_letters(Control& control, const WatchedService& service,
                         const std::string& letters);

std::vector<WatchedService> watched(const std::string& scan_dir,
                                    const std::vector<std::string>& names);

}  // namespace hf::control
