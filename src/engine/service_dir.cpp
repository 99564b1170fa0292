// SPDX-License-Identifier: MIT
#include "engine/service_dir.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>

#include "format/history.h"
#include "sys/error.h"

namespace hf::engine {

namespace {

core::Identity identity_of(const struct stat& status) {
    return {status.st_dev, status.st_ino};
}

sys::Fd open_at(int at, const char* name, int flags, unsigned mode = 0) {
    return sys::Fd(sys::retry([&] { return ::openat(at, name, flags | O_CLOEXEC, mode); }));
}

// Without a record that says it, the history is continued where it ends.
void read_status(int directory, Claimed& found) {
    std::string text;
    sys::Fd file = open_at(directory, "supervise/status", O_RDONLY | O_NONBLOCK);
    if (!file || !sys::read_all(file.get(), text)) return;
    auto bytes = std::as_bytes(std::span(text));
    found.record = format::decode(bytes);
    if (found.record) found.last_note = found.record->last_note;
    if (found.last_note != 0) return;
    auto notes = format::history(bytes);
    if (!notes.empty()) found.last_note = notes.back().number;
}

// Where an open file stands now; empty without /proc.
std::string path_of(int fd) {
    std::array<char, PATH_MAX> target{};
    std::string self = "/proc/self/fd/" + std::to_string(fd);
    ssize_t size = ::readlink(self.c_str(), target.data(), target.size());
    return {target.data(), size > 0 ? static_cast<size_t>(size) : 0};
}

// Puts into `identity` which directory it is.
sys::Fd open_directory(const core::Listed& listed, core::Identity& identity) {
    sys::Fd directory = sys::open(listed.name.c_str(), O_PATH | O_DIRECTORY);
    struct stat status {};
    if (!directory || ::fstat(directory.get(), &status) < 0)
        sys::fail("unable to chdir to " + listed.name);
    identity = identity_of(status);
    if (listed.directory != core::Identity{} && listed.directory != identity)
        throw sys::Error("unable to chdir to " + listed.name, ENOENT);
    return directory;
}

}  // namespace

ServiceDir::ServiceDir(const core::Listed& listed, Claimed& found)
    : name_(listed.name), is_main_(listed.directory != core::Identity{}) {
    sys::Fd directory = open_directory(listed, identity_);
    resolve(directory.get());

    struct stat status {};
    found.normally_down = ::fstatat(directory.get(), "down", &status, 0) == 0;
    if (!found.normally_down && errno != ENOENT) sys::fail("unable to stat " + name_ + "/down");

    make_supervise(directory.get());
    lock_ = sys::Lock::take(directory.get(), "supervise/lock");
    if (!lock_) fail("unable to acquire ", "lock");
    read_status(directory.get(), found);
}

void ServiceDir::rename(const core::Listed& listed) {
    sys::Fd directory = open_directory(listed, identity_);
    name_ = listed.name;
    resolve(directory.get());
}

// The path without links: the service folder's link to it may go while it is supervised.
void ServiceDir::resolve(int directory) {
    std::string path = path_of(directory);
    if (path.empty()) {
        std::array<char, PATH_MAX> target{};
        if (::realpath(name_.c_str(), target.data()) == nullptr)
            sys::fail("unable to resolve " + name_);
        path = target.data();
    }
    path_ = std::move(path);
}

// As Debian's daemontools: where `supervise` is a link, what it points to is made.
void ServiceDir::make_supervise(int directory) const {
    if (::mkdirat(directory, "supervise", 0700) == 0 || errno != EEXIST) return;
    std::array<char, PATH_MAX> target{};
    ssize_t size = ::readlinkat(directory, "supervise", target.data(), target.size() - 1);
    if (size > 0) ::mkdirat(directory, target.data(), 0700);
}

void ServiceDir::listen() {
    sys::Fd supervise = sys::open((path_ + "/supervise").c_str(), O_PATH | O_DIRECTORY);
    if (!supervise) sys::fail("unable to open " + name_ + "/supervise");
    ::mkfifoat(supervise.get(), "control", 0600);
    control_ = open_at(supervise.get(), "control", O_RDWR | O_NONBLOCK);
    if (!control_) fail("unable to read ", "control");
    struct stat status {};
    ::fstat(control_.get(), &status);
    if (!S_ISFIFO(status.st_mode))
        throw sys::Error(name_ + "/supervise/control is not a fifo: remove it", 0);
    make_ok(supervise.get(), identity_of(status));
}

// `ok` is a second name of `control`: whoever opens it finds the same reader. There are file
// systems without second names, and some (FUSE) where each name has a pipe of its own.
void ServiceDir::make_ok(int supervise, const core::Identity& control) {
    struct stat ok {};
    bool linked = ::linkat(supervise, "control", supervise, "ok", 0) == 0;
    if (!linked && ::fstatat(supervise, "ok", &ok, AT_SYMLINK_NOFOLLOW) == 0)
        linked = identity_of(ok) == control;
    if (!linked) {
        ::unlinkat(supervise, "ok.new", 0);
        linked = ::linkat(supervise, "control", supervise, "ok.new", 0) == 0 &&
                 ::renameat(supervise, "ok.new", supervise, "ok") == 0;
    }
    if (linked && open_at(supervise, "ok", O_WRONLY | O_NONBLOCK)) return;
    ::mkfifoat(supervise, "ok", 0600);
    ok_ = open_at(supervise, "ok", O_RDONLY | O_NONBLOCK);
    if (!ok_) fail("unable to read ", "ok");
}

void ServiceDir::open_log() {
    if (log_) return;
    verify();
    std::string path = log_path();
    ::mkfifo(path.c_str(), 0600);
    log_ = sys::open(path.c_str(), O_RDWR | O_NONBLOCK);
    if (!log_) fail("unable to open ", "log");
    struct stat status {};
    if (::fstat(log_.get(), &status) == 0 && S_ISFIFO(status.st_mode)) return;
    log_.reset();
    throw sys::Error(name_ + "/supervise/log is not a fifo: remove it", 0);
}

void ServiceDir::write_status(std::span<const sys::Piece> pieces) {
    verify();
    std::string status = path_ + "/supervise/status";
    std::string fresh = status + ".new";
    bool is_new = false;
    sys::Fd file = open_in_place(status, is_new);
    bool in_place = static_cast<bool>(file);
    if (!in_place) {
        ::unlink(fresh.c_str());
        file = sys::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0644);
    }
    if (!file) fail("unable to open ", "status.new");
    for (const auto& [bytes, at] : pieces) {
        ssize_t written =
            sys::retry([&] { return ::pwrite(file.get(), bytes.data(), bytes.size(), at); });
        if (written < 0) fail("unable to write ", is_new ? "status.new" : "status");
        if (static_cast<size_t>(written) != bytes.size())
            throw sys::Error("unable to write " + name_ + "/supervise/status", ENOSPC);
    }
    if (!in_place && ::rename(fresh.c_str(), status.c_str()) < 0)
        sys::fail("unable to rename " + name_ + "/supervise/status.new to status");
}

// The status file, unless what stands there is no file, or somebody else's, and another has to
// take its place.
sys::Fd ServiceDir::open_in_place(const std::string& status, bool& is_new) const {
    sys::Fd file = sys::open(status.c_str(), O_WRONLY | O_CREAT | O_NONBLOCK | O_NOFOLLOW, 0644);
    struct stat found {};
    if (file && ::fstat(file.get(), &found) == 0 && !S_ISREG(found.st_mode)) file.reset();
    is_new = !file || found.st_size == 0;
    if (!file && (errno == EMFILE || errno == ENFILE)) fail("unable to open ", "status");
    return file;
}

void ServiceDir::verify() {
    if (stands_at(path_) || follow()) return;
    struct stat status {};
    if (::stat(path_.c_str(), &status) < 0) sys::fail("unable to chdir to " + name_);
    throw sys::Error(name_ + " was replaced by another directory while it was supervised", 0);
}

bool ServiceDir::stands_at(const std::string& path) const {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && identity_of(status) == identity_;
}

// It was moved: the open FIFO in it knows where to.
bool ServiceDir::follow() {
    constexpr std::string_view inside = "/supervise/control";
    std::string path = control_ ? path_of(control_.get()) : "";
    if (!path.ends_with(inside)) return false;
    path.resize(path.size() - inside.size());
    if (!stands_at(path)) return false;
    path_ = std::move(path);
    return true;
}

void ServiceDir::fail(const std::string& what, const char* file) const {
    sys::fail(what + name_ + "/supervise/" + file);
}

}  // namespace hf::engine
