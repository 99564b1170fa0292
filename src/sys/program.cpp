// SPDX-License-Identifier: MIT
#include "sys/program.h"

#include <sys/auxv.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>

namespace hf::sys {

std::string program_path() {
    std::array<char, PATH_MAX> path{};
    ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
    if (size > 0) return {path.data(), static_cast<size_t>(size)};
    const auto* name = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    return name != nullptr && ::realpath(name, path.data()) != nullptr ? path.data() : "";
}

std::string sibling_program(const std::string& name) {
    std::string path = program_path();
    return path.empty() ? "" : path.substr(0, path.rfind('/') + 1) + name;
}

}  // namespace hf::sys
