// SPDX-License-Identifier: MIT
#include "guardian/descriptors.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

namespace hf::guardian {

namespace {

rlimit original_limit{};

}  // namespace

void close_and_forget(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
}

void survive_exec(int fd, bool survives) {
    if (fd >= 0) ::fcntl(fd, F_SETFD, survives ? 0 : FD_CLOEXEC);
}

void raise_limit() {
    ::getrlimit(RLIMIT_NOFILE, &original_limit);
    const rlimit most{original_limit.rlim_max, original_limit.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &most);
}

void restore_limit() {
    ::setrlimit(RLIMIT_NOFILE, &original_limit);
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
