// SPDX-License-Identifier: MIT
#include "sys/file_status.h"

#include <cerrno>

namespace hf::sys {

std::optional<struct stat> file_status(const std::string& path) {
    struct stat status {};
    bool is_seen = ::lstat(path.c_str(), &status) == 0;
    if (!is_seen && errno == ENOENT) return std::nullopt;
    if (is_seen && S_ISLNK(status.st_mode)) is_seen = ::stat(path.c_str(), &status) == 0;
    if (!is_seen) status = {};
    return status;
}

}  // namespace hf::sys
