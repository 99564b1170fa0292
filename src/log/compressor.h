// SPDX-License-Identifier: MIT
// Compresses a directory's finished files with the program multilog-zstd, which runs beside the
// logger and at the lowest priority. It goes through all files that are left and then ends, and is
// started again when there are new ones.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "log/archives.h"

namespace hf::log {

class Compressor {
  public:
    // Throws if the program is not there.
    Compressor(Archives& archives, int level);

    void start();  // unless it runs, has nothing to do, or failed a moment ago
    bool reap(pid_t child, int status);

  private:
    Archives& archives_;
    std::string program_;
    std::string level_;
    pid_t child_ = -1;
    std::string first_;  // of what it found to do
    std::optional<Clock::time_point> not_before_;
};

}  // namespace hf::log
