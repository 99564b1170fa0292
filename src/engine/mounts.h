// SPDX-License-Identifier: MIT
// Which mounted file system a path is on, without touching what is mounted there: that may hang.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hf::engine {

// An absolute path without "." and "..".
std::string normal_path(std::string_view path);

// Whether `path` is `directory` or stands below it. Both are normal.
bool is_below(std::string_view path, std::string_view directory);

// The mount points, as they were when this was made (proc_pid_mountinfo(5)).
class Mounts {
  public:
    Mounts();

    // The mount point that `path` is on; empty where /proc does not tell.
    std::string of(std::string_view path) const;

  private:
    std::vector<std::string> points_;
};

}  // namespace hf::engine
