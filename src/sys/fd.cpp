// SPDX-License-Identifier: MIT
#include "sys/fd.h"

#include <fcntl.h>

#include <array>
#include <cerrno>

#include "sys/error.h"

namespace hf::sys {

Fd open(const char* path, int flags, unsigned mode) {
    return Fd(retry([&] { return ::open(path, flags | O_CLOEXEC, mode); }));
}

Fd open_at(const Fd& directory, const char* path, int flags, unsigned mode) {
    return Fd(retry([&] { return ::openat(directory.get(), path, flags | O_CLOEXEC, mode); }));
}

void pass_on(Fd fd) {
    if (::fcntl(fd.get(), F_SETFD, 0) != 0) fail("unable to pass on a descriptor");
    fd.release();
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
