// SPDX-License-Identifier: MIT
#include "engine/service_dir.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <utility>

#include "format/bytes.h"
#include "format/history.h"
#include "sys/error.h"
#include "sys/safe_open.h"

namespace hf::engine {

namespace {

core::Identity identity_of(const struct stat& status) {
    return {status.st_dev, status.st_ino};
}

core::Identity identity_of(const sys::Fd& file) {
    struct stat status {};
    return ::fstat(file.get(), &status) == 0 ? identity_of(status) : core::Identity{};
}

constexpr auto status_size = static_cast<off_t>(format::status_file_size);

// A file with all its blocks can be overwritten on a disk that is full by then. Best effort: there
// may be no room now.
void take_space(const sys::Fd& status) {
    static constexpr std::array<char, status_size> zeros{};
    struct stat found {};
    if (::fstat(status.get(), &found) == 0 && found.st_size < status_size)
        (void)!::pwrite(status.get(), zeros.data(),
                        static_cast<size_t>(status_size - found.st_size), found.st_size);
}

// The same for one that has holes, as an earlier version left it: what is there is written again.
void fill_holes(const sys::Fd& supervise, const std::string& text) {
    sys::Fd file = sys::open_entry(supervise, "status", sys::Kind::file, O_WRONLY);
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) < 0) return;
    if (status.st_size != static_cast<off_t>(text.size())) return;
    if (status.st_blocks * 512 >= status_size) return;
    if (::pwrite(file.get(), text.data(), text.size(), 0) < 0) return;
    take_space(file);
}

// Whether nobody else may write what stands in `supervise`.
bool is_closed(const sys::Fd& supervise) {
    struct stat directory {};
    struct stat status {};
    return ::fstat(supervise.get(), &directory) == 0 && sys::is_ours_alone(directory) &&
           ::fstatat(supervise.get(), "status", &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           sys::is_ours_alone(status) && status.st_nlink == 1;
}

// Whether the record is that of another directory, from which this one was copied with all that it
// had: its process stands where the original of the record is.
bool is_copy(const sys::Fd& supervise, const format::Record& record) {
    if (!core::has_any_process(record.service)) return false;
    const int pid = static_cast<int>(record.service.process.pid);
    std::string cwd = "/proc/" + std::to_string(pid) + "/cwd";
    struct stat here {};
    struct stat there {};
    std::string text;
    // The process chooses where it is, and what stands there.
    sys::Fd beside = sys::open(cwd.c_str(), O_PATH | O_DIRECTORY);
    sys::Fd its = beside ? sys::open_directory(beside, "supervise") : sys::Fd();
    sys::Fd other = its ? sys::open_entry(its, "status", sys::Kind::file, O_RDONLY) : sys::Fd();
    if (!other || ::fstat(other.get(), &there) < 0 ||
        ::fstatat(supervise.get(), "status", &here, AT_SYMLINK_NOFOLLOW) < 0)
        return false;
    if (identity_of(here) == identity_of(there)) return false;
    if (!sys::read_at_most(other.get(), status_size, text)) return false;
    auto original = format::decode(std::as_bytes(std::span(text)));
    return original && original->service.process.pid == record.service.process.pid;
}

// In one write: no death of this engine leaves half of it. What may not fit on a full disk is a
// part of the history, and is not worth a service.
void rewrite_status(const sys::Fd& supervise, std::span<const std::byte> bytes) {
    sys::Fd file = sys::open_entry(supervise, "status", sys::Kind::file, O_WRONLY);
    if (file) (void)!::pwrite(file.get(), bytes.data(), bytes.size(), 0);
}

// Without a record that says it, the history is continued where it ends. What was put in the place
// of the file, or cannot be read because it is another user's, is no record; what cannot be read
// now must not be taken for none.
void read_status(const sys::Fd& supervise, const std::string& name, const format::Seal& seal,
                 Claim& found) {
    auto text = sys::read_entry(supervise, "status", format::status_file_size);
    if (!text) {
        bool is_none = errno == ENOENT || errno == EACCES || errno == EISDIR || errno == ENXIO ||
                       errno == sys::wrong_kind;
        if (!is_none) sys::fail("unable to read " + name + "/supervise/status");
        return;
    }
    auto bytes = std::as_bytes(std::span(*text));
    // Else it is a claim of whoever may write it, and says nothing of whose process it speaks.
    if (format::is_sealed(bytes, seal) || is_closed(supervise))
        found.record = format::decode(bytes);
    if (found.record && is_copy(supervise, *found.record)) found.record.reset();
    if (auto anew = format::laid_out_anew(bytes)) {
        std::span record(anew->data(), format::record_size);
        if (found.record) format::put(*anew, format::seal_at, format::seal_of(record, seal));
        rewrite_status(supervise, *anew);
    } else if (found.record) {
        fill_holes(supervise, *text);
    }
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

ServiceDir::ServiceDir(const core::Listed& listed, const format::SealKey& key, Claim& found)
    : name_(listed.name), is_main_(listed.directory != core::Identity{}), had_log_(listed.has_log) {
    sys::Fd directory = open_directory(listed, identity_);
    resolve(directory.get());

    struct stat status {};
    found.normally_down = ::fstatat(directory.get(), "down", &status, 0) == 0;
    if (!found.normally_down && errno != ENOENT) sys::fail("unable to stat " + name_ + "/down");

    // As Debian's daemontools: where `supervise` is a link, what it points to is made.
    sys::Fd supervise = sys::make_directory(directory, "supervise", 0700);
    if (!supervise) fail("unable to acquire ", "lock");
    take(supervise);
    read_status(supervise, name_, {key, identity_}, found);
}

void ServiceDir::take(const sys::Fd& supervise) {
    sys::Lock lock = sys::Lock::take(supervise, "lock");
    if (!lock) fail("unable to acquire ", "lock");
    lock_ = std::move(lock);
    supervise_ = identity_of(supervise);
}

bool ServiceDir::renew() {
    sys::Fd supervise = sys::make_directory(open(), "supervise", 0700);
    if (!supervise) sys::fail("unable to open " + name_ + "/supervise");
    if (identity_of(supervise) == supervise_) return false;
    take(supervise);
    if (control_) listen(supervise);
    if (log_) open_log(supervise);
    return true;
}

void ServiceDir::rename(const core::Listed& listed) {
    sys::Fd directory = open_directory(listed, identity_);
    name_ = listed.name;
    had_log_ = listed.has_log;
    resolve(directory.get());
}

// The path without links: the scan directory's link to it may go while it is supervised.
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

sys::Fd ServiceDir::open_supervise() {
    sys::Fd supervise = sys::open_directory(open(), "supervise");
    if (!supervise) sys::fail("unable to open " + name_ + "/supervise");
    return supervise;
}

void ServiceDir::listen() {
    listen(open_supervise());
}

void ServiceDir::listen(const sys::Fd& supervise) {
    control_ = open_fifo(supervise, "control", "read");
    make_ok(supervise);
}

sys::Fd ServiceDir::open_fifo(const sys::Fd& supervise, const char* file, const char* verb) const {
    int refused = ::mkfifoat(supervise.get(), file, 0600) < 0 ? errno : 0;
    sys::Fd fifo = sys::open_entry(supervise, file, sys::Kind::fifo, O_RDWR | O_NONBLOCK);
    if (fifo) return fifo;
    refuse_other_kind(file);
    if (errno == ENOENT && refused != 0) {
        errno = refused;
        fail("unable to make ", file);
    }
    fail(std::string("unable to ") + verb + " ", file);
}

// By errno, which stays.
void ServiceDir::refuse_other_kind(const char* file) const {
    if (errno == sys::wrong_kind || errno == ENXIO)
        throw sys::Error(name_ + "/supervise/" + file + " is not a fifo: remove it", 0);
}

// `ok` is a second name of `control`: whoever opens it finds the same reader. There are file
// systems without second names, and some (FUSE) where each name has a pipe of its own.
void ServiceDir::make_ok(const sys::Fd& supervise) {
    int at = supervise.get();
    struct stat ok {};
    bool linked = ::linkat(at, "control", at, "ok", 0) == 0;
    if (!linked && ::fstatat(at, "ok", &ok, AT_SYMLINK_NOFOLLOW) == 0)
        linked = identity_of(ok) == identity_of(control_);
    if (!linked) {
        ::unlinkat(at, "ok.new", 0);
        linked = ::linkat(at, "control", at, "ok.new", 0) == 0 &&
                 ::renameat(at, "ok.new", at, "ok") == 0;
    }
    ok_.reset();
    if (linked && sys::open_entry(supervise, "ok", sys::Kind::fifo, O_WRONLY)) return;
    ok_ = open_fifo(supervise, "ok", "read");
}

void ServiceDir::open_log() {
    if (!log_) open_log(open_supervise());
}

void ServiceDir::open_log(const sys::Fd& supervise) {
    log_ = open_fifo(supervise, "log", "open");
}

sys::Fd ServiceDir::open_log_end(int flags) {
    sys::Fd end = sys::open_entry(open_supervise(), "log", sys::Kind::fifo, flags);
    if (!end) refuse_other_kind("log");
    int status = end ? ::fcntl(end.get(), F_GETFL) : -1;
    if (status < 0 || ::fcntl(end.get(), F_SETFL, status & ~O_NONBLOCK) < 0)
        sys::fail("unable to open the log pipe for " + name_);
    return end;
}

sys::Fd ServiceDir::make_ready() {
    const sys::Fd supervise = open_supervise();
    ::unlinkat(supervise.get(), "ready", 0);
    if (::mkfifoat(supervise.get(), "ready", 0600) < 0) fail("unable to make ", "ready");
    // Open for both, it knows no SIGPIPE, whatever becomes of the engine.
    sys::Fd end = sys::open_entry(supervise, "ready", sys::Kind::fifo, O_RDWR);
    if (!end) fail("unable to open ", "ready");
    return end;
}

sys::Fd ServiceDir::open_ready(int flags) {
    sys::Fd end = sys::open_entry(open_supervise(), "ready", sys::Kind::fifo, flags | O_NONBLOCK);
    if (!end) fail("unable to open ", "ready");
    return end;
}

// Emptied only when it has been looked at: it could be another file by a second name.
void ServiceDir::write_said(const char* file, const std::string& text) noexcept {
    try {
        const sys::Fd supervise = open_supervise();
        if (text.empty()) {
            ::unlinkat(supervise.get(), file, 0);
            return;
        }
        const sys::Fd opened =
            sys::open_entry(supervise, file, sys::Kind::file, O_WRONLY | O_CREAT, 0644);
        if (opened && ::ftruncate(opened.get(), 0) == 0) sys::write_all(opened.get(), text + "\n");
    } catch (const sys::Error&) {
        // it is gone, and nobody reads there
    }
}

void ServiceDir::write_status(std::span<const sys::Piece> pieces) {
    sys::Fd supervise = open_supervise();
    bool is_new = false;
    sys::Fd file = open_in_place(supervise, is_new);
    bool in_place = static_cast<bool>(file);
    if (!in_place) file = make_fresh(supervise);
    take_space(file);
    for (const auto& [bytes, at] : pieces) {
        ssize_t written =
            sys::retry([&] { return ::pwrite(file.get(), bytes.data(), bytes.size(), at); });
        if (written < 0) fail("unable to write ", is_new ? "status.new" : "status");
        if (static_cast<size_t>(written) != bytes.size())
            throw sys::Error("unable to write " + name_ + "/supervise/status", ENOSPC);
    }
    if (!in_place) put_in_place(supervise);
}

sys::Fd ServiceDir::open_status() {
    sys::Fd supervise = open_supervise();
    bool is_new = false;
    sys::Fd file = open_in_place(supervise, is_new);
    if (file) return file;
    file = make_fresh(supervise);
    take_space(file);
    put_in_place(supervise);
    return file;
}

// The status file, unless what stands there is no file of its own, or somebody else's, or cannot be
// ours because of its size, and another has to take its place.
sys::Fd ServiceDir::open_in_place(const sys::Fd& supervise, bool& is_new) const {
    sys::Fd file = sys::open_entry(supervise, "status", sys::Kind::file, O_WRONLY | O_CREAT, 0644);
    if (!file && (errno == EMFILE || errno == ENFILE)) fail("unable to open ", "status");
    struct stat found {};
    if (file) ::fstat(file.get(), &found);
    if (found.st_size > static_cast<off_t>(format::status_file_size)) file.reset();
    is_new = !file || found.st_size == 0;
    return file;
}

sys::Fd ServiceDir::make_fresh(const sys::Fd& supervise) const {
    ::unlinkat(supervise.get(), "status.new", 0);
    sys::Fd file = sys::open_at(supervise, "status.new", O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (!file) fail("unable to open ", "status.new");
    return file;
}

void ServiceDir::put_in_place(const sys::Fd& supervise) const {
    if (::renameat(supervise.get(), "status.new", supervise.get(), "status") < 0)
        sys::fail("unable to rename " + name_ + "/supervise/status.new to status");
}

sys::Fd ServiceDir::open() {
    if (sys::Fd directory = open_this(path_)) return directory;
    if (sys::Fd directory = follow()) return directory;
    struct stat status {};
    if (::stat(path_.c_str(), &status) < 0) sys::fail("unable to chdir to " + name_);
    throw sys::Error(name_ + " was replaced by another directory while it was supervised", 0);
}

sys::Fd ServiceDir::open_this(const std::string& path) const {
    sys::Fd directory = sys::open(path.c_str(), O_PATH | O_DIRECTORY);
    return directory && identity_of(directory) == identity_ ? std::move(directory) : sys::Fd();
}

// It was moved: the open FIFO in it knows where to.
sys::Fd ServiceDir::follow() {
    constexpr std::string_view inside = "/supervise/control";
    std::string path = control_ ? path_of(control_.get()) : "";
    if (!path.ends_with(inside)) return {};
    path.resize(path.size() - inside.size());
    sys::Fd directory = open_this(path);
    if (directory) path_ = std::move(path);
    return directory;
}

void ServiceDir::fail(const std::string& what, const char* file) const {
    sys::fail(what + name_ + "/supervise/" + file);
}

}  // namespace hf::engine
