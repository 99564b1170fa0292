// SPDX-License-Identifier: MIT
// Whether svscan has set a service directory aside.
#pragma once

#include <optional>
#include <string>

#include "format/quarantine_list.h"

namespace hf::control {

// Of the service, or the logger (NAME/log), whose directory has this path in a scan directory. None
// where no svscan that lives says so.
std::optional<format::Quarantined> quarantine_of(const std::string& path);

}  // namespace hf::control
