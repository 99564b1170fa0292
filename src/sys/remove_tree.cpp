// SPDX-License-Identifier: MIT
#include "sys/remove_tree.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "sys/directory.h"
#include "sys/error.h"

namespace hf::sys {

namespace {

// Each level holds a descriptor; who nests deeper does it to do harm.
constexpr int deepest = 200;

struct stat status_of(const Fd& file, const std::string& shown) {
    struct stat status {};
    if (::fstat(file.get(), &status) < 0) fail("unable to stat " + shown);
    return status;
}

bool is_same(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void empty(const Fd& directory, dev_t device, const std::string& shown, int depth) {
    auto names = names_in(directory);
    if (!names) fail("unable to read " + shown);
    for (const std::string& name : *names) {
        const std::string path = shown + "/" + name;
        if (::unlinkat(directory.get(), name.c_str(), 0) == 0 || errno == ENOENT) continue;
        if (errno != EISDIR && errno != EPERM) fail("unable to delete " + path);
        Fd below = open_at(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        if (!below) fail("unable to delete " + path);
        if (depth == deepest) throw Error("unable to delete " + path, ENAMETOOLONG);
        if (status_of(below, path).st_dev != device)
            throw Error("unable to delete " + path + ", which is on another file system", EXDEV);
        empty(below, device, path, depth + 1);
        if (::unlinkat(directory.get(), name.c_str(), AT_REMOVEDIR) < 0 && errno != ENOENT)
            fail("unable to delete " + path);
    }
}

}  // namespace

// It may bear another name by now, in another place.
void remove_tree(const Fd& directory, const std::string& shown) {
    const struct stat itself = status_of(directory, shown);
    empty(directory, itself.st_dev, shown, 0);
    Fd above = open_at(directory, "..", O_RDONLY | O_DIRECTORY);
    auto names = above ? names_in(above) : std::nullopt;
    if (!names) fail("unable to delete " + shown);
    for (const std::string& name : *names) {
        struct stat found {};
        if (::fstatat(above.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) < 0) continue;
        if (!is_same(found, itself)) continue;
        if (::unlinkat(above.get(), name.c_str(), AT_REMOVEDIR) == 0) return;
        fail("unable to delete " + shown);
    }
    throw Error("unable to delete " + shown, ENOENT);
}

}  // namespace hf::sys
