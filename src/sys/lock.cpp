// SPDX-License-Identifier: MIT
#include "sys/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

namespace hf::sys {

namespace {

constexpr size_t mapped_size = 1;  // rounded up to a page; never touched

}  // namespace

Lock Lock::take(int at, const char* name) {
    constexpr int flags = O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC;
    Lock lock;
    Fd file(retry([&] { return ::openat(at, name, flags, 0600); }));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) < 0) return lock;
    if (S_ISFIFO(status.st_mode)) {
        errno = ENXIO;  // what daemontools gets for opening it
        return lock;
    }
    if (retry([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) < 0) return lock;
    void* page = ::mmap(nullptr, mapped_size, PROT_NONE, MAP_SHARED, file.get(), 0);
    if (page != MAP_FAILED) {
        lock.page_ = page;
    } else {
        lock.fd_ = std::move(file);
    }
    return lock;
}

Lock::~Lock() {
    if (page_ != nullptr) ::munmap(page_, mapped_size);
}

}  // namespace hf::sys
