// SPDX-License-Identifier: MIT
#include "sys/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>

#include "sys/safe_open.h"

namespace hf::sys {

namespace {

constexpr size_t mapped_size = 1;  // rounded up to a page; never touched

}  // namespace

Lock Lock::take(const Fd& directory, const char* name) {
    Lock lock;
    Fd file = open_entry(directory, name, Kind::file, O_RDWR | O_APPEND | O_CREAT, 0600);
    if (!file) return lock;
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
