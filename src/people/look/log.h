// SPDX-License-Identifier: MIT
// The last lines that a service wrote, wherever its logger puts them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "format/tai64n.h"

namespace hf::people {

struct LogLine {
    std::optional<format::Tai64n> time;  // where the logger stamps its lines (multilog t)
    std::string text;
};

// Splits a line of a log into its stamp and the rest.
LogLine log_line(std::string line);

// The folder that the logger of the service at `path` writes to; none if it has none, or if
// log/run does not tell.
std::optional<std::string> log_folder_of(const std::string& path);

// The last `count` lines of `file`, oldest first.
std::vector<LogLine> last_lines(const std::string& file, size_t count);

}  // namespace hf::people
