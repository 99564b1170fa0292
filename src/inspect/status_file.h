// SPDX-License-Identifier: MIT
// The bytes of a service's supervise/status, whoever has written it, as it is overwritten in place.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sys/fd.h"

namespace hf::inspect {

struct StatusFile {
    int open_error = 0;  // errno: it is not there, or may not be read
    int read_error = 0;  // errno: it is there, and is nothing that can be read
    std::vector<std::byte> bytes;
};

// What stands in `directory`/supervise/status, at most as much as such a file may have. One that is
// read while it is written is read again; what is still torn a tenth of a second later is damaged.
StatusFile read_status_file(const sys::Fd& directory);
StatusFile read_status_file(const std::string& directory);

}  // namespace hf::inspect
