// SPDX-License-Identifier: MIT
#include "guardian/descriptors.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

namespace hf::guardian {

void close_and_forget(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
}

void survive_exec(int fd, bool survives) {
    if (fd >= 0) ::fcntl(fd, F_SETFD, survives ? 0 : FD_CLOEXEC);
}

bool resize(int memory, std::size_t size) {
    const auto end = static_cast<off_t>(size);
    if (::ftruncate(memory, end) == 0) return true;
    rlimit limit{};
    if (errno != EFBIG || ::getrlimit(RLIMIT_FSIZE, &limit) < 0) return false;
    const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
    const rlimit most{limit.rlim_max, limit.rlim_max};
    const bool raised =
        ::setrlimit(RLIMIT_FSIZE, &none) == 0 || ::setrlimit(RLIMIT_FSIZE, &most) == 0;
    errno = EFBIG;
    if (!raised) return false;
    const bool resized = ::ftruncate(memory, end) == 0;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return resized;
}

}  // namespace hf::guardian
