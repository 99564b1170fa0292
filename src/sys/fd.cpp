// SPDX-License-Identifier: MIT
#include "sys/fd.h"

#include <fcntl.h>

#include <array>
#include <cerrno>

namespace hf::sys {

Fd open(const char* path, int flags, unsigned mode) {
    return Fd(retry([&] { return ::open(path, flags | O_CLOEXEC, mode); }));
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t written = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
}

bool read_all(int fd, std::string& bytes) {
    std::array<char, 4096> chunk{};
    for (;;) {
        ssize_t got = retry([&] { return ::read(fd, chunk.data(), chunk.size()); });
        if (got < 0) return false;
        if (got == 0) return true;
        bytes.append(chunk.data(), static_cast<size_t>(got));
    }
}

}  // namespace hf::sys
