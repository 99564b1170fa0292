// SPDX-License-Identifier: MIT
#include "sys/file_status.h"

#include <cerrno>

namespace hf::sys {

std::optional<struct stat> file_status(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) < 0) {
        if (errno == ENOENT) return std::nullopt;
        return {{}};
    }
    if (S_ISLNK(status.st_mode) && ::stat(path.c_str(), &status) < 0) status = {};
    return status;
}

}  // namespace hf::sys
