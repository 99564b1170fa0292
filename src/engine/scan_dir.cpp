// SPDX-License-Identifier: MIT
#include "engine/scan_dir.h"

#include <dirent.h>
#include <linux/magic.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <utility>

#include "sys/clock.h"

namespace hf::engine {

namespace {

constexpr core::Duration classic_interval = std::chrono::seconds(5);
constexpr core::Duration return_interval = std::chrono::seconds(1);

// What inotify reports of a directory: its entries that come and go, and its own end.
constexpr std::uint32_t comings_and_goings =
    IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF;
// Those of them that are about the directory itself; file names come with the others only.
constexpr std::uint32_t of_itself = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;

// Also where it is not there any more.
std::string working_directory() {
    constexpr std::string_view gone = " (deleted)";
    std::array<char, PATH_MAX> target{};
    ssize_t size = ::readlink("/proc/self/cwd", target.data(), target.size());
    std::string path(target.data(), size > 0 ? static_cast<size_t>(size) : 0);
    if (path.ends_with(gone)) path.resize(path.size() - gone.size());
    return path;
}

// Said of a directory that has killed the engine twice.
constexpr const char* left_aside =
    " killed the engine twice and is not supervised: move its supervise/ away, or the service; the "
    "engine tries it again later";

core::Identity identity_of(const struct stat& status) {
    return {status.st_dev, status.st_ino};
}

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

ScanDir::ScanDir(guard::SharedPage* page, Watchdog& watchdog)
    : watchdog_(watchdog), quarantine_(page), inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    path_ = working_directory();
    if (!inotify_) return;
    scan_dir_watch_ = ::inotify_add_watch(inotify_.get(), ".", comings_and_goings | IN_ONLYDIR);
    complete_ = scan_dir_watch_ >= 0 && hears_every_change();
}

void ScanDir::examine(const std::string& name, Scan& scan) {
    if (auto why = quarantine_.holds(name)) {
        if (*why == Quarantine::Why::stuck)
            scan.errors.push_back({name, "unable to reach " + name, ETIMEDOUT});
        else
            scan.errors.push_back({name, name + left_aside, 0});
        return;
    }
    BlockingGuard blocking(watchdog_, name);
    struct stat status {};
    struct stat log {};
    if (::stat(name.c_str(), &status) < 0) {
        int error = errno;
        // What is not there at all has just gone; a link that leads nowhere can be seen.
        newcomers_.forget(name);
        if (::lstat(name.c_str(), &status) == 0 || errno != ENOENT)
            scan.errors.push_back({name, "unable to stat " + name, error});
        return;
    }
    if (!S_ISDIR(status.st_mode)) return;
    const bool is_new = !newcomers_.knows(name, identity_of(status));
    if (!is_whole(name, status)) return;
    std::string log_name = name + "/log";
    bool has_log = ::stat(log_name.c_str(), &log) == 0;
    if (!has_log && errno != ENOENT) {
        scan.errors.push_back({name, "unable to stat " + log_name, errno});
        return;
    }
    if (!has_log) newcomers_.forget(log_name);
    const bool is_made = has_log && S_ISDIR(log.st_mode) && !is_whole(log_name, log);
    // Its first process must not start without the log that is being made.
    if (is_made && is_new) return newcomers_.put_off(name);
    has_log = has_log && !is_made;
    scan.found.push_back({name, identity_of(status), has_log});
}

// By absolute names stand those that are held already.
bool ScanDir::is_whole(const std::string& name, const struct stat& status) {
    if (name.starts_with('/')) return true;
    struct stat file {};
    struct stat entry {};
    Candidate candidate{.directory = identity_of(status)};
    candidate.has_run = ::stat((name + "/run").c_str(), &file) == 0 && (file.st_mode & 0111) != 0;
    // What a link leads to was made before it, and so was the log in there.
    const std::string service = name.substr(0, name.find('/'));
    candidate.was_here = ordered_.contains(service) ||
                         (::lstat(service.c_str(), &entry) == 0 && S_ISLNK(entry.st_mode)) ||
                         ::lstat((name + "/supervise").c_str(), &entry) == 0;
    auto changed = std::chrono::seconds(status.st_mtim.tv_sec) +
                   std::chrono::nanoseconds(status.st_mtim.tv_nsec);
    candidate.untouched = sys::wall_time() - changed;
    return newcomers_.is_whole(name, candidate, core::Time(sys::boot_time()));
}

// A scan directory that was removed and made again by the same name is the scan directory.
void ScanDir::return_to_scan_dir() {
    struct stat here {};
    struct stat there {};
    if (::stat(".", &here) < 0 || here.st_nlink != 0 || path_.empty()) return;
    if (::stat(path_.c_str(), &there) < 0 || !S_ISDIR(there.st_mode) || ::chdir(path_.c_str()) < 0)
        return;
    if (inotify_)
        scan_dir_watch_ = ::inotify_add_watch(inotify_.get(), ".", comings_and_goings | IN_ONLYDIR);
}

// A directory that is removed loses its entries first, and then nothing tells: what has become
// empty is looked at once more, and what is gone until it is there again.
void ScanDir::note_the_end(Scan& scan) {
    struct stat here {};
    bool is_empty = scan.found.empty() && scan.errors.empty();
    bool is_gone = ::stat(".", &here) == 0 && here.st_nlink == 0;
    if (is_gone) scan.errors.push_back({".", "unable to find " + path_, ENOENT});
    is_gone_ = is_gone || (is_empty && had_something_);
    had_something_ = !is_empty;
}

Scan ScanDir::scan(const std::optional<std::string>& name) {
    Scan scan;
    quarantine_.begin_look();
    if (name) {
        if ((*name)[0] != '.') examine(*name, scan);
        return scan;
    }
    return_to_scan_dir();
    std::unique_ptr<DIR, int (*)(DIR*)> scan_dir(::opendir("."), ::closedir);
    errno = scan_dir ? 0 : errno;
    while (scan_dir && errno == 0) {
        const dirent* entry = ::readdir(scan_dir.get());
        if (entry == nullptr) break;
        if (entry->d_name[0] != '.') examine(entry->d_name, scan);
        errno = 0;
    }
    if (errno != 0) {
        scan.errors.push_back({".", "unable to read directory", errno});
        scan.complete = false;
        return scan;
    }
    newcomers_.begin();
    note_the_end(scan);
    return scan;
}

void ScanDir::watch(Dir dir, const std::string& path, const std::string& name, bool had_log) {
    if (!inotify_) return;
    unwatch(dir);
    int number = ::inotify_add_watch(inotify_.get(), path.c_str(), comings_and_goings | IN_ONLYDIR);
    if (number < 0) complete_ = false;  // mostly: no watches left
    if (number < 0 || number == scan_dir_watch_) return;
    watched_[number] = {dir, name};
    watch_of_[static_cast<unsigned>(dir)] = number;
    if (name.find('/') != name.npos) return;  // a logger, or no name of the scan directory
    const bool has_log = ::access((path + "/log").c_str(), F_OK) == 0;
    if (has_log != had_log) missed_.push_back(name);
}

void ScanDir::unwatch(Dir dir) {
    auto it = watch_of_.find(static_cast<unsigned>(dir));
    if (it == watch_of_.end()) return;
    ::inotify_rm_watch(inotify_.get(), it->second);
    watched_.erase(it->second);
    watch_of_.erase(it);
}

void ScanDir::read(std::vector<Notice>& into) {
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

void ScanDir::hint(int watch, std::uint32_t mask, const char* file, std::vector<Notice>& into) {
    if ((mask & IN_Q_OVERFLOW) != 0) return into.push_back(Rescan{});
    if (watch == scan_dir_watch_) {
        if ((mask & of_itself) != 0) return;
        if (file[0] != '.') into.push_back(Rescan{file});
        return;
    }
    auto it = watched_.find(watch);
    if (it == watched_.end()) return;
    if ((mask & of_itself) != 0) return into.push_back(Rescan{});
    if (std::strcmp(file, "log") == 0) into.push_back(Rescan{it->second.name});
}

// Where no hint is to be relied on, the log may be there all the same.
void ScanDir::ordered(const std::string& name, std::vector<Notice>& into) {
    ordered_.insert(name);
    if (!complete_ || newcomers_.awaits(name + "/log")) into.push_back(Rescan{name});
}

void ScanDir::looked(core::Time now) {
    next_look_.reset();
    if (!complete_) next_look_ = now + classic_interval;
    if (is_gone_) next_look_ = now + return_interval;
}

std::optional<core::Time> ScanDir::next_look() const {
    if (!missed_.empty()) return core::Time{};
    auto next = newcomers_.next_look();
    return next_look_ && (!next || *next_look_ < *next) ? next_look_ : next;
}

void ScanDir::look_if_due(core::Time now, std::vector<Notice>& into) {
    if (next_look_ && *next_look_ <= now) into.push_back(Rescan{});
    for (std::string& name : std::exchange(missed_, {})) into.push_back(Rescan{std::move(name)});
    if (!newcomers_.next_look() || *newcomers_.next_look() > now) return;
    newcomers_.looked();
    for (const std::string& name : newcomers_.awaited())
        into.push_back(Rescan{name.substr(0, name.find('/'))});
}

}  // namespace hf::engine
