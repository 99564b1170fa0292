// SPDX-License-Identifier: MIT
#include "log/archives.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>

#include "sys/error.h"
#include "sys/safe_open.h"
#include "text/error_text.h"

namespace hf::log {

namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

std::string label_text(format::Tai64n moment) {
    const auto label = format::label(moment);
    return {label.begin(), label.end()};
}

std::chrono::nanoseconds wall_clock() {
    return std::chrono::system_clock::now().time_since_epoch();
}

// What a file system says that cannot do it, now or ever.
bool is_unable(int code) {
    return code == EINVAL || code == ENOSYS || code == EOPNOTSUPP;
}

}  // namespace

bool sync_file(int fd) {
    return ::fsync(fd) == 0 || is_unable(errno);
}

bool change_mode(int fd, unsigned mode) {
    if (::fchmod(fd, mode) == 0 || is_unable(errno)) return true;
    const int code = errno;
    struct stat status {};
    const bool ours =
        ::fstat(fd, &status) == 0 && (::geteuid() == 0 || status.st_uid == ::geteuid());
    errno = code;
    return ours && code == EPERM;
}

Archives::Archives(std::string name, const DirectoryRules& rules, Retry& retry)
    : name_(std::move(name)), rules_(rules), retry_(retry) {
    ::mkdir(name_.c_str(), 0700);
    directory_ = sys::open(name_.c_str(), O_RDONLY | O_DIRECTORY);
    if (!directory_) sys::fail("unable to open directory " + name_);
}

bool Archives::make_again() {
    struct stat status {};
    if (::fstat(directory_.get(), &status) != 0) return false;
    errno = ENOENT;
    if (status.st_nlink != 0) return false;
    if (::mkdir(name_.c_str(), 0700) != 0 && errno != EEXIST) return false;
    sys::Fd made = sys::open(name_.c_str(), O_RDONLY | O_DIRECTORY);
    if (!made) return false;
    directory_ = std::move(made);
    return true;
}

sys::Fd Archives::open(const char* file, int flags) const {
    return sys::open_own(directory_, file, flags | O_NONBLOCK | O_NOFOLLOW, growing_mode);
}

bool Archives::is_own(const struct stat& file) const {
    if (!S_ISREG(file.st_mode)) return false;
    if (file.st_nlink <= 1) return true;
    const size_t archives = archive_names_of(file.st_ino).size();
    struct stat status {};
    if (::fstat(directory_.get(), &status) == 0 && sys::is_ours_alone(status)) return archives > 0;
    const bool current =
        ::fstatat(directory_.get(), "current", &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        status.st_ino == file.st_ino;
    return archives + (current ? 1 : 0) >= file.st_nlink;
}

Found Archives::find(const char* file) const {
    struct stat status {};
    if (::fstatat(directory_.get(), file, &status, 0) == 0) {
        return {.exists = true, .finished = (status.st_mode & S_IXUSR) != 0};
    }
    if (errno != ENOENT) sys::fail("unable to stat " + path(file));
    return {};
}

std::optional<std::vector<Archive>> Archives::list() const {
    const int copy = ::openat(directory_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy < 0) return std::nullopt;
    const std::unique_ptr<DIR, CloseDirectory> entries(::fdopendir(copy));
    if (!entries) return std::nullopt;
    std::vector<Archive> found;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(entries.get());
        if (entry == nullptr) break;
        if (!looks_finished(entry->d_name) || entry->d_type == DT_DIR) continue;
        Archive archive{entry->d_name};
        if (look_at(archive)) found.push_back(std::move(archive));
    }
    if (errno != 0) return std::nullopt;
    return found;
}

// Size and mode, where the rules ask for them. False if the file is gone.
bool Archives::look_at(Archive& archive) const {
    const bool may_wait = !rules_.processor.empty() && archive.name.ends_with(".u");
    if (rules_.total == UINT64_MAX && !may_wait) return true;
    struct stat status {};
    const char* name = archive.name.c_str();
    if (::fstatat(directory_.get(), name, &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
    archive.size = static_cast<uint64_t>(status.st_size);
    archive.waiting = may_wait && (status.st_mode & S_IXUSR) != 0;
    return true;
}

bool Archives::name_it(const char* file, const std::string& code) {
    format::Tai64n moment = format::tai64n(wall_clock());
    if (last_label_) {
        if (*last_label_ >= moment) moment = next_moment(*last_label_);
    } else {
        moment = label_for(moment, list().value_or(std::vector<Archive>()));
    }
    for (;; moment = next_moment(moment)) {
        if (rename_new(file, (label_text(moment) + code).c_str())) break;
        if (errno != EEXIST) return false;
    }
    last_label_ = moment;
    return true;
}

// Many file systems know no RENAME_NOREPLACE, and say so in different ways. There it is enough to
// look: the lock makes us the only one who gives such names here.
bool Archives::rename_new(const char* from, const char* to) const {
    const int at = directory_.get();
    if (::renameat2(at, from, at, to, RENAME_NOREPLACE) == 0) return true;
    if (errno == EEXIST) return false;
    struct stat status {};
    if (::fstatat(at, to, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return false;
    }
    return errno == ENOENT && ::renameat(at, from, at, to) == 0;
}

bool Archives::archive(const char* file, const std::string& code) {
    struct stat status {};
    bool exists = false;
    const bool looked = retry_.insist("unable to stat " + path(file), [&] {
        exists = ::fstatat(directory_.get(), file, &status, 0) == 0;
        return exists || errno == ENOENT;
    });
    if (!looked || !exists) return looked;
    const bool named = status.st_nlink > 1 && archive_name_of(status.st_ino);
    const std::string trouble = "unable to link to " + path("@" + code);
    if (named ? !remove(file) : !insist(trouble, [&] { return name_it(file, code); })) return false;
    prune();
    return true;
}

bool Archives::rename_finished(const char* file, const std::string& code) {
    return insist("unable to rename current to previous in directory " + name_,
                  [&] { return name_it(file, code); });
}

bool Archives::remove(const std::string& file) {
    return retry_.insist("unable to remove " + path(file), [&] {
        return ::unlinkat(directory_.get(), file.c_str(), 0) == 0 || errno == ENOENT;
    });
}

bool Archives::set_mode(int fd, const char* file, unsigned mode) {
    return retry_.insist("unable to set mode of " + path(file),
                         [&] { return change_mode(fd, mode); });
}

void Archives::prune() {
    const auto archives = list();
    if (!archives) return warn("unable to read " + name_ + ": nothing is deleted there");
    for (const std::string& file : to_delete(*archives, {rules_.files, rules_.total})) {
        if (::unlinkat(directory_.get(), file.c_str(), 0) == 0 || errno == ENOENT) continue;
        warn("unable to remove " + path(file) + ": " + std::string(text::error_text(errno)));
    }
    if (too_full()) delete_oldest(false);
}

bool Archives::too_full() const {
    if (rules_.keep_free == 0) return false;
    struct statvfs disk {};
    if (::fstatvfs(directory_.get(), &disk) != 0) return false;
    const bool no_more_files = disk.f_files != 0 && disk.f_favail == 0;
    return no_more_files || disk.f_bavail * disk.f_frsize < rules_.keep_free;
}

uint64_t Archives::writable_bytes() const {
    struct statvfs disk {};
    if (::fstatvfs(directory_.get(), &disk) != 0 || disk.f_blocks == 0) return UINT64_MAX;
    return (::geteuid() == 0 ? disk.f_bfree : disk.f_bavail) * disk.f_frsize;
}

bool Archives::make_room() {
    const int code = errno;
    const bool no_room = code == ENOSPC || code == EDQUOT;
    const bool freed = no_room && rules_.keep_free > 0 && delete_oldest(true);
    errno = code;
    return freed;
}

bool Archives::delete_oldest(bool one_at_least) {
    bool freed = false;
    const auto archives = list().value_or(std::vector<Archive>());
    for (const std::string& file : to_delete(archives, {.files = 0})) {
        if (!too_full() && (freed || !one_at_least)) break;
        freed = ::unlinkat(directory_.get(), file.c_str(), 0) == 0 || freed;
    }
    return freed;
}

std::string Archives::oldest_uncompressed() const {
    std::string oldest;
    for (const Archive& archive : list().value_or(std::vector<Archive>())) {
        if (!archive.name.ends_with(".s")) continue;
        if (oldest.empty() || archive.name < oldest) oldest = archive.name;
    }
    return oldest;
}

std::vector<std::string> Archives::waiting() const {
    std::vector<std::string> names;
    for (Archive& archive : list().value_or(std::vector<Archive>())) {
        if (archive.waiting) names.push_back(std::move(archive.name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::optional<std::string> Archives::archive_name_of(const char* file) const {
    struct stat status {};
    if (::fstatat(directory_.get(), file, &status, 0) != 0) return std::nullopt;
    return archive_name_of(status.st_ino);
}

std::optional<std::string> Archives::archive_name_of(uint64_t inode) const {
    auto names = archive_names_of(inode);
    if (names.empty()) return std::nullopt;
    return std::move(names.front());
}

std::vector<std::string> Archives::archive_names_of(uint64_t inode) const {
    std::vector<std::string> names;
    for (Archive& archive : list().value_or(std::vector<Archive>())) {
        struct stat status {};
        const char* name = archive.name.c_str();
        if (::fstatat(directory_.get(), name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (status.st_ino == inode) names.push_back(std::move(archive.name));
    }
    return names;
}

}  // namespace hf::log
