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

}  // namespace

Archives::Archives(std::string name, const DirectoryRules& rules, Patience& patience)
    : name_(std::move(name)), rules_(rules), patience_(patience) {
    ::mkdir(name_.c_str(), 0700);
    directory_ = sys::open(name_.c_str(), O_RDONLY | O_DIRECTORY);
    if (!directory_) sys::fail("unable to open directory " + name_);
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
        if (!looks_finished(entry->d_name)) continue;
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

bool Archives::name_it(const char* file, const std::string& code, bool keep_old_name) {
    format::Tai64n moment = format::tai64n(wall_clock());
    if (last_label_) {
        if (*last_label_ >= moment) moment = next_moment(*last_label_);
    } else {
        const auto archives = list();
        if (!archives) return false;
        moment = label_for(moment, *archives);
    }
    for (;; moment = next_moment(moment)) {
        const std::string target = label_text(moment) + code;
        const int done = keep_old_name
                             ? ::linkat(directory_.get(), file, directory_.get(), target.c_str(), 0)
                             : ::renameat2(directory_.get(), file, directory_.get(), target.c_str(),
                                           RENAME_NOREPLACE);
        if (done == 0) {
            last_label_ = moment;
            return true;
        }
        if (!keep_old_name && errno == EINVAL) {  // a file system without RENAME_NOREPLACE
            keep_old_name = true;
            continue;
        }
        if (errno != EEXIST) return false;
    }
}

bool Archives::archive(const char* file, const std::string& code) {
    struct stat status {};
    const bool looked = patience_.insist("unable to stat " + path(file), [&] {
        if (::fstatat(directory_.get(), file, &status, 0) == 0) return true;
        return errno == ENOENT;
    });
    if (!looked) return false;
    if (status.st_nlink == 0) return true;
    if (status.st_nlink == 1) {
        const std::string trouble = "unable to link to " + path("@" + code);
        if (!patience_.insist(trouble, [&] { return name_it(file, code, true); })) return false;
    }
    return remove(file) && prune();
}

bool Archives::rename_finished(const char* file, const std::string& code) {
    const std::string trouble = "unable to rename current to previous in directory " + name_;
    return patience_.insist(trouble, [&] { return name_it(file, code, false); });
}

bool Archives::remove(const std::string& file) {
    return patience_.insist("unable to remove " + path(file), [&] {
        return ::unlinkat(directory_.get(), file.c_str(), 0) == 0 || errno == ENOENT;
    });
}

bool Archives::set_mode(const char* file, unsigned mode) {
    return patience_.insist("unable to set mode of " + path(file),
                            [&] { return ::fchmodat(directory_.get(), file, mode, 0) == 0; });
}

bool Archives::prune() {
    std::optional<std::vector<Archive>> archives;
    const bool listed = patience_.insist("unable to read " + name_, [&] {
        archives = list();
        return archives.has_value();
    });
    if (!listed) return false;
    for (const std::string& file : to_delete(*archives, {rules_.files, rules_.total})) {
        if (!remove(file)) return false;
    }
    if (too_full()) make_free_space();
    return true;
}

bool Archives::too_full() const {
    if (rules_.keep_free == 0) return false;
    struct statvfs disk {};
    if (::fstatvfs(directory_.get(), &disk) != 0) return false;
    return disk.f_bavail * disk.f_frsize < rules_.keep_free;
}

uint64_t Archives::writable_bytes() const {
    struct statvfs disk {};
    if (::fstatvfs(directory_.get(), &disk) != 0 || disk.f_blocks == 0) return UINT64_MAX;
    return (::geteuid() == 0 ? disk.f_bfree : disk.f_bavail) * disk.f_frsize;
}

bool Archives::make_free_space() {
    const auto archives = list();
    if (!archives) return false;
    bool freed = false;
    for (const std::string& file : to_delete(*archives, {.files = 0})) {
        if (!too_full()) break;
        freed = ::unlinkat(directory_.get(), file.c_str(), 0) == 0 || freed;
    }
    return freed;
}

bool Archives::has_uncompressed() const {
    const auto archives = list().value_or(std::vector<Archive>());
    return std::any_of(archives.begin(), archives.end(),
                       [](const Archive& archive) { return archive.name.ends_with(".s"); });
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
    for (const Archive& archive : list().value_or(std::vector<Archive>())) {
        struct stat status {};
        if (::fstatat(directory_.get(), archive.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            continue;
        }
        if (status.st_ino == inode) return archive.name;
    }
    return std::nullopt;
}

}  // namespace hf::log
