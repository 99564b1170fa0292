// SPDX-License-Identifier: MIT
// The log of one service, over all the files that multilog keeps of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "format/tai64n.h"
#include "inspect/log.h"
#include "sys/fd.h"

namespace hf::inspect {

// The files in the order in which they were written: the finished ones, by their labels, then
// `current`.
std::vector<std::string> log_files(const std::string& log_dir);

// The content of a log file; what a processor has compressed (gzip, zstd, xz, bzip2) is unpacked by
// that program. Log directories are their user's: what is no plain file has no content, and of one
// of more than 64 MB only the end is read.
std::string log_content(const std::string& file);

// When a finished file ended, by its name.
std::optional<format::Tai64n> finished_at(const std::string& file);

// Reads on in `current`, over every rotation.
class LogTail {
  public:
    // Begins at the present end of the log.
    explicit LogTail(std::string log_dir);

    // What was written since the last call, in whole lines.
    std::vector<std::string> more();

  private:
    void open();
    void read();

    std::string log_dir_;
    sys::Fd current_;
    std::string rest_;  // a line whose end is not there yet
};

}  // namespace hf::inspect
