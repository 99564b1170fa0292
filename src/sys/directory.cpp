// SPDX-License-Identifier: MIT
#include "sys/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

namespace hf::sys {

std::optional<std::vector<std::string>> names_in(const Fd& directory) {
    // A descriptor of its own: fdopendir takes what it is given, and moves its position.
    Fd own = open_at(directory, ".", O_RDONLY | O_DIRECTORY);
    if (!own) return std::nullopt;
    std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own.get()), ::closedir);
    if (!stream) return std::nullopt;
    own.release();

    std::vector<std::string> names;
    for (;;) {
        errno = 0;  // the only way to tell the end from a failure
        const dirent* entry = ::readdir(stream.get());
        if (entry == nullptr) break;
        std::string name(entry->d_name);
        if (name != "." && name != "..") names.push_back(std::move(name));
    }
    if (errno != 0) return std::nullopt;
    return names;
}

Fd open_searchable(int from, const char* path) {
    Fd directory(retry([&] { return ::openat(from, path, O_PATH | O_DIRECTORY | O_CLOEXEC); }));
    return directory && open_at(directory, ".", O_PATH) ? std::move(directory) : Fd();
}

bool leads_to(int directory, const char* name, const Fd& file) {
    struct stat named {};
    struct stat open {};
    return ::fstatat(directory, name, &named, 0) == 0 && ::fstat(file.get(), &open) == 0 &&
           named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

}  // namespace hf::sys
