// SPDX-License-Identifier: MIT
#include "inspect/files.h"

#include <sys/stat.h>

#include <array>
#include <climits>
#include <cstdlib>

namespace hf::inspect {

bool is_there(const std::string& path) {
    struct stat ignored {};
    return ::lstat(path.c_str(), &ignored) == 0;
}

bool exists(const std::string& path) {
    struct stat ignored {};
    return ::stat(path.c_str(), &ignored) == 0;
}

bool is_link(const std::string& path) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode);
}

bool is_directory(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

bool is_plain_file(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode);
}

std::string real_path(const std::string& path) {
    std::array<char, PATH_MAX> real{};
    return ::realpath(path.c_str(), real.data()) != nullptr ? real.data() : "";
}

std::string without_links(const std::string& path) {
    std::string real = real_path(path);
    return real.empty() ? path : real;
}

}  // namespace hf::inspect
