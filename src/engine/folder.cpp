// SPDX-License-Identifier: MIT
#include "engine/folder.h"

#include <dirent.h>
#include <linux/magic.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace hf::engine {

namespace {

constexpr core::Duration classic_interval = std::chrono::seconds(5);

constexpr std::uint32_t comings_and_goings =
    IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t of_itself = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;

// File systems that others can change without this kernel knowing.
bool hears_every_change() {
    struct statfs status {};
    if (::statfs(".", &status) < 0) return false;
    constexpr std::array<unsigned, 9> deaf{
        NFS_SUPER_MAGIC, SMB_SUPER_MAGIC,  CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, V9FS_MAGIC,
        AFS_SUPER_MAGIC, CODA_SUPER_MAGIC, FUSE_SUPER_MAGIC, 0x00c36400 /* ceph */};
    return std::ranges::find(deaf, static_cast<unsigned>(status.f_type)) == deaf.end();
}

}  // namespace

Folder::Folder(sys::GuardPage* page, Watchdog& watchdog)
    : watchdog_(watchdog), aside_(page), inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    if (!inotify_) return;
    folder_watch_ = ::inotify_add_watch(inotify_.get(), ".", comings_and_goings | IN_ONLYDIR);
    complete_ = folder_watch_ >= 0 && hears_every_change();
}

void Folder::examine(const std::string& name, Scan& scan) {
    if (aside_.holds(name)) {
        scan.unseen.push_back({name, "unable to reach " + name, ETIMEDOUT});
        return;
    }
    Attention attention(watchdog_, name);
    struct stat status {};
    struct stat log {};
    if (::stat(name.c_str(), &status) < 0) {
        int error = errno;
        // What is not there at all has just gone; a link that leads nowhere can be seen.
        if (::lstat(name.c_str(), &status) == 0 || errno != ENOENT)
            scan.unseen.push_back({name, "unable to stat " + name, error});
        return;
    }
    if (!S_ISDIR(status.st_mode)) return;
    std::string log_name = name + "/log";
    bool has_log = ::stat(log_name.c_str(), &log) == 0;
    if (!has_log && errno != ENOENT) {
        scan.unseen.push_back({name, "unable to stat " + log_name, errno});
        return;
    }
    scan.found.push_back({name, {status.st_dev, status.st_ino}, has_log});
}

Scan Folder::scan(const std::optional<std::string>& name) {
    Scan scan;
    if (name) {
        if ((*name)[0] != '.') examine(*name, scan);
        return scan;
    }
    std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("."), ::closedir);
    errno = folder ? 0 : errno;
    while (folder && errno == 0) {
        const dirent* entry = ::readdir(folder.get());
        if (entry == nullptr) break;
        if (entry->d_name[0] != '.') examine(entry->d_name, scan);
        errno = 0;
    }
    if (errno != 0) {
        scan.unseen.push_back({".", "unable to read directory", errno});
        scan.complete = false;
    }
    return scan;
}

void Folder::watch(Dir dir, const std::string& path, const std::string& name) {
    if (!inotify_) return;
    unwatch(dir);
    int number = ::inotify_add_watch(inotify_.get(), path.c_str(), comings_and_goings | IN_ONLYDIR);
    if (number < 0) complete_ = false;  // mostly: no watches left
    if (number < 0 || number == folder_watch_) return;
    watched_[number] = {dir, name};
    watch_of_[static_cast<unsigned>(dir)] = number;
}

void Folder::unwatch(Dir dir) {
    auto place = watch_of_.find(static_cast<unsigned>(dir));
    if (place == watch_of_.end()) return;
    ::inotify_rm_watch(inotify_.get(), place->second);
    watched_.erase(place->second);
    watch_of_.erase(place);
}

void Folder::read(std::vector<Happening>& into) {
    alignas(inotify_event) std::array<char, 16384> buffer;
    ssize_t size = sys::retry([&] { return ::read(inotify_.get(), buffer.data(), buffer.size()); });
    for (ssize_t at = 0; at < size;) {
        inotify_event event;
        std::memcpy(&event, buffer.data() + at, sizeof event);
        const char* file = event.len == 0 ? "" : buffer.data() + at + sizeof event;
        hint(event.wd, event.mask, file, into);
        at += static_cast<ssize_t>(sizeof event + event.len);
    }
}

void Folder::hint(int watch, std::uint32_t mask, const char* file, std::vector<Happening>& into) {
    if ((mask & IN_Q_OVERFLOW) != 0) return into.push_back(Look{});
    if (watch == folder_watch_) {
        if ((mask & of_itself) != 0) return;
        if (file[0] != '.') into.push_back(Look{file});
        return;
    }
    auto place = watched_.find(watch);
    if (place == watched_.end()) return;
    if ((mask & of_itself) != 0) return into.push_back(Look{});
    if (std::strcmp(file, "log") == 0) into.push_back(Look{place->second.name});
}

void Folder::looked(core::Time now) {
    next_look_.reset();
    if (!complete_) next_look_ = now + classic_interval;
}

}  // namespace hf::engine
