// SPDX-License-Identifier: MIT
// The last lines that a service wrote, wherever its logger puts them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "format/tai64n.h"
#include "sys/fd.h"

namespace hf::inspect {

struct LogLine {
    std::optional<format::Tai64n> time;  // where the logger stamps its lines (multilog t)
    std::string text;
};

// Splits a line of a log into its stamp and the rest.
LogLine log_line(std::string line);

// The directory that the logger of the service at `path` writes to; none if it has none, or if
// log/run does not tell.
std::optional<std::string> configured_log_directory(const std::string& path);

// A file in a log directory, if it is a plain one and no link.
sys::Fd open_log_file(const std::string& file);

// The last `most` bytes of it, from the beginning of a line.
std::string end_of(const sys::Fd& file, size_t most);

// The last `count` lines of `file`, oldest first; of a very long one the beginning.
std::vector<LogLine> last_lines(const std::string& file, size_t count);

}  // namespace hf::inspect
