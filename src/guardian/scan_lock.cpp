// SPDX-License-Identifier: MIT
#include "guardian/scan_lock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>

#include "guardian/descriptors.h"
#include "guardian/lifecycle.h"

namespace hf::guardian {

namespace {

constexpr const char* lock_file = ".svscan.lock";

// So long an engine may take to leave after the death of its guardian.
constexpr milliseconds timeout{2000};
constexpr milliseconds between_tries{2};

// -1 if there is none that nobody else can open.
int open_lock() {
    int file = ::open(lock_file, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    struct stat status {};
    struct stat directory {};
    if (file < 0) return -1;
    const bool known = ::fstat(file, &status) == 0 && ::stat(".", &directory) == 0;
    const bool ours = status.st_uid == ::geteuid() || status.st_uid == directory.st_uid;
    if (!known || !S_ISREG(status.st_mode) || !ours || ::fchmod(file, 0600) < 0)
        close_and_forget(file);
    return file;
}

// Whether the svscan lives that wrote its pid there.
bool holder_lives(int file) {
    std::array<char, 16> text{};
    pid_t pid = 0;
    ssize_t size = ::pread(file, text.data(), text.size(), 0);
    if (size > 0) std::from_chars(text.data(), text.data() + size, pid);
    return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
}

void write_holder(int file) {
    std::array<char, 16> text{};
    int size = std::snprintf(text.data(), text.size(), "%d\n", static_cast<int>(::getpid()));
    (void)!::ftruncate(file, 0);
    (void)!::pwrite(file, text.data(), static_cast<size_t>(size), 0);
}

}  // namespace

bool lock_scan_directory(int& lock) {
    int file = open_lock();
    if (file < 0) return true;
    const auto end = Clock::now() + timeout;
    while (::flock(file, LOCK_EX | LOCK_NB) < 0) {
        const bool busy = errno == EWOULDBLOCK;
        const bool wait = errno == EINTR || (busy && !holder_lives(file) && Clock::now() < end);
        if (wait) {
            ::poll(nullptr, 0, static_cast<int>(between_tries.count()));
            continue;
        }
        close_and_forget(file);
        return !busy;
    }
    write_holder(file);
    lock = file;
    return true;
}

}  // namespace hf::guardian
