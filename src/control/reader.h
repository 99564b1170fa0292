// SPDX-License-Identifier: MIT
// The one reader of what a supervision says of a service: ours, or the original's.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "format/status.h"
#include "sys/fd.h"

namespace hf::control {

struct Status {
    int open_error = 0;  // errno: the file is not there, or may not be read
    int read_error = 0;  // errno: it is there, and cannot be read
    std::optional<format::ClassicStatus> classic;  // none: less stands there than daemontools write
    std::optional<format::Record> record;          // none: ours has never been here
};

// Of the service in `directory`. What was read while it was written was read again.
Status read_status(const sys::Fd& directory);
Status read_status(const std::string& directory);

// Whether a supervision of ours that lives has written it, and has not ended.
bool is_current(const Status& status);

// How long it has been as it is: by the clock that nobody can set, where a record of this boot has
// it; else by the label, as ever. There must be a classic status.
std::chrono::seconds age(const Status& status);

}  // namespace hf::control
