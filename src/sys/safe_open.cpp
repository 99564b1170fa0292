// SPDX-License-Identifier: MIT
#include "sys/safe_open.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <climits>

namespace hf::sys {

namespace {

constexpr int most_links = 40;  // as the kernel

// Why it is not what is wanted, as an errno; 0: it is.
int misfit(const struct stat& status, Kind kind, bool writes) {
    const mode_t mode = status.st_mode;
    if (kind == Kind::fifo && S_ISFIFO(mode)) return 0;
    if (kind == Kind::file && S_ISREG(mode) && (!writes || status.st_nlink <= 1)) return 0;
    if (S_ISDIR(mode)) return EISDIR;
    return S_ISFIFO(mode) || S_ISSOCK(mode) ? ENXIO : wrong_kind;
}

bool fail_with(int code) {
    errno = code;
    return false;
}

// What a path still says: from where, and the rest of it.
class Walk {
  public:
    Walk(const Fd& start, std::string path, std::optional<unsigned> mode)
        : at_(open_at(start, ".", O_PATH | O_DIRECTORY)), rest_(std::move(path)), mode_(mode) {}

    Fd to_the_end() {
        while (at_ && !rest_.empty())
            if (!step()) at_.reset();
        return std::move(at_);
    }

  private:
    bool step() {
        if (rest_.front() == '/') {
            if (!rest_begins_below_) at_ = open("/", O_PATH | O_DIRECTORY);
            rest_.erase(0, std::min(rest_.find_first_not_of('/'), rest_.size()));
            rest_begins_below_ = true;
            return static_cast<bool>(at_);
        }
        size_t size = std::min(rest_.find('/'), rest_.size());
        std::string name = rest_.substr(0, size);
        rest_.erase(0, size);
        rest_begins_below_ = true;
        return enter(name);
    }

    bool enter(const std::string& name) {
        Fd next = open_at(at_, name.c_str(), O_PATH | O_NOFOLLOW);
        if (!next && errno == ENOENT && mode_ && make(name))
            next = open_at(at_, name.c_str(), O_PATH | O_NOFOLLOW);
        struct stat status {};
        if (!next || ::fstat(next.get(), &status) < 0) return false;
        if (S_ISLNK(status.st_mode)) return follow(next, status.st_uid);
        if (!S_ISDIR(status.st_mode)) return fail_with(ENOTDIR);
        at_ = std::move(next);
        return true;
    }

    // What leads there is not made.
    bool make(const std::string& name) const {
        if (rest_.find_first_not_of('/') != std::string::npos) return fail_with(ENOENT);
        return ::mkdirat(at_.get(), name.c_str(), *mode_) == 0 || errno == EEXIST;
    }

    bool follow(const Fd& link, uid_t maker) {
        if (!is_trusted(maker) || ++links_ > most_links) return fail_with(ELOOP);
        std::array<char, PATH_MAX> target{};
        ssize_t size = ::readlinkat(link.get(), "", target.data(), target.size());
        if (size < 0) return false;
        rest_.insert(0, target.data(), static_cast<size_t>(size));
        rest_begins_below_ = false;
        return true;
    }

    bool is_trusted(uid_t maker) const {
        uid_t self = ::geteuid();
        if (maker == 0 || maker == self) return true;
        struct stat status {};
        return self != 0 && ::fstat(at_.get(), &status) == 0 && status.st_uid == maker;
    }

    Fd at_;
    std::string rest_;
    std::optional<unsigned> mode_;    // none: nothing is made
    bool rest_begins_below_ = false;  // a slash in front only separates
    int links_ = 0;
};

}  // namespace

// Looked at before, too: to open a device can do something by itself.
Fd open_entry(const Fd& directory, const char* name, Kind kind, int flags, unsigned mode) {
    const bool writes = (flags & O_ACCMODE) != O_RDONLY;
    struct stat status {};
    bool exists = ::fstatat(directory.get(), name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!exists && (errno != ENOENT || (flags & O_CREAT) == 0)) return {};
    int code = exists ? misfit(status, kind, writes) : 0;
    errno = code;
    if (code != 0) return {};
    const int at_once = (flags & ~O_TRUNC) | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    Fd file = open_at(directory, name, at_once, mode);
    if (!file && errno == ELOOP) errno = wrong_kind;
    if (!file || ::fstat(file.get(), &status) < 0) return {};
    code = misfit(status, kind, writes);
    if (code == 0 && (flags & O_TRUNC) != 0 && ::ftruncate(file.get(), 0) < 0) code = errno;
    if (code == 0) return file;
    file.reset();
    errno = code;
    return file;
}

Fd open_own(const Fd& directory, const char* name, int flags, unsigned mode) {
    struct stat status {};
    if (::fstat(directory.get(), &status) < 0) return {};
    if (is_ours_alone(status)) return open_at(directory, name, flags, mode);
    return open_entry(directory, name, Kind::file, flags, mode);
}

bool read_at_most(int fd, size_t limit, std::string& bytes) {
    std::array<char, 4096> chunk{};
    while (limit > 0) {
        ssize_t got =
            retry([&] { return ::read(fd, chunk.data(), std::min(limit, chunk.size())); });
        if (got < 0) return false;
        if (got == 0) return true;
        bytes.append(chunk.data(), static_cast<size_t>(got));
        limit -= static_cast<size_t>(got);
    }
    return true;
}

std::optional<std::string> read_entry(const Fd& directory, const char* name, size_t limit) {
    std::string bytes;
    Fd file = open_entry(directory, name, Kind::file, O_RDONLY);
    if (!file || !read_at_most(file.get(), limit, bytes)) return std::nullopt;
    return bytes;
}

Fd open_directory(const Fd& directory, const std::string& path) {
    return Walk(directory, path, std::nullopt).to_the_end();
}

Fd make_directory(const Fd& directory, const std::string& path, unsigned mode) {
    return Walk(directory, path, mode).to_the_end();
}

bool is_ours_alone(const struct stat& status) {
    bool owned = status.st_uid == 0 || status.st_uid == ::geteuid();
    return owned && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace hf::sys
