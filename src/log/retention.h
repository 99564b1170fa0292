// SPDX-License-Identifier: MIT
// Names of finished log files: which name a new one gets, and which old ones go. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/tai64n.h"

namespace hf::log {

// A directory entry that looks like a finished log file: "@" and at least 24 more bytes. As in
// daemontools, any such name counts and may be deleted, whatever the bytes are.
struct Archive {
    std::string name;
    uint64_t size = 0;     // needed only when the total is limited
    bool waiting = false;  // for the processor: neither counted nor deleted
};

struct Limits {
    unsigned long files = 10;     // at most so many, with `current`: one archive fewer
    uint64_t total = UINT64_MAX;  // bytes of all archives together
};

bool looks_finished(std::string_view name);

// The names to delete, oldest first: smallest in the first 25 bytes. A file beside its compressed
// form (".zst") is one with it: neither counted nor deleted.
std::vector<std::string> to_delete(std::vector<Archive> archives, const Limits& limits);

// The label for a file finished at `now`: later than every label in use, so that the order of names
// stays the order of files when the clock is set back, and so that no two names collide.
format::Tai64n label_for(format::Tai64n now, const std::vector<Archive>& archives);

}  // namespace hf::log
