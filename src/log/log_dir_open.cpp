// SPDX-License-Identifier: MIT
// How a log directory is taken over from the multilog before, whatever became of that.
#include <fcntl.h>

#include <algorithm>
#include <array>

#include "log/log_dir.h"
#include "sys/error.h"

namespace hf::log {

namespace {

// The length of the file up to the end of its last line, but not less than `from`.
uint64_t end_of_lines(int fd, uint64_t from, uint64_t end) {
    std::array<char, 4096> chunk;
    while (end > from) {
        const uint64_t begin = std::max(from, end - std::min<uint64_t>(end, chunk.size()));
        const auto size = static_cast<size_t>(end - begin);
        if (::pread(fd, chunk.data(), size, static_cast<off_t>(begin)) !=
            static_cast<ssize_t>(size)) {
            return end;
        }
        const size_t newline = std::string_view(chunk.data(), size).rfind('\n');
        if (newline != std::string_view::npos) return begin + newline + 1;
        end = begin;
    }
    return from;
}

bool ends_within_line(const Archives& archives, uint64_t size) {
    if (size == 0) return false;
    const sys::Fd file = archives.open("current", O_RDONLY);
    return file && end_of_lines(file.get(), size - 1, size) != size;
}

}  // namespace

void LogDir::resume_at(const DirCursor& cursor) {
    resumed_ = true;
    cursor_ = cursor;
    skip_ = cursor.done;
}

void LogDir::open() {
    if (resumed_) find_known_file();
    const Found current = archives_.find("current");
    const Found previous = archives_.find("previous");
    const Found processed = archives_.find("processed");
    for (Step step : recovery(current, previous, processed)) {
        if (take(step)) continue;
        abandoned_ = true;
        return;
    }
    owner_.record_cursors();
    archives_.sync_directory();
    run_due();
}

// False if a stop was asked for in the midst of it.
bool LogDir::take(Step step) {
    switch (step) {
        case Step::forget_state: return archives_.remove("state") && archives_.remove("newstate");
        case Step::drop_previous: {
            const auto name = archives_.archive_name_of("previous");
            return (!name || archives_.remove(*name)) && archives_.remove("previous");
        }
        case Step::keep_processed: return archives_.archive("processed", ".s");
        case Step::drop_processed: return archives_.remove("processed");
        case Step::keep_previous: return archives_.archive("previous", ".u");
        case Step::keep_current: mend_last_line(); return archives_.archive("current", ".u");
        case Step::start_fresh:
            if (!empty_state()) sys::fail("unable to write to " + archives_.path("state"));
            append_to_current();
            return true;
        case Step::append_to_current:
            mend_last_line();
            append_to_current();
            return true;
    }
    return true;
}

// A kill or a power cut may have left part of a line. It gets its newline, so that nothing is ever
// glued to it; unless the journal has the rest.
void LogDir::mend_last_line() {
    const sys::Fd file(
        ::openat(archives_.directory(), "current", O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !archives_.is_own(status)) return;
    if (resumed_ && status.st_ino == cursor_.file) return;
    const auto size = static_cast<uint64_t>(status.st_size);
    if (size == 0 || end_of_lines(file.get(), 0, size) == size) return;
    if (::pwrite(file.get(), "\n", 1, status.st_size) < 0) {
        warn_pausing("unable to write to " + archives_.path("current"), errno);
    }
}

// The file that the journal means is `current`, or has become an archive: in a rotation that was
// cut short, or because the original was here in between. What stands in it since the journal was
// written stays, and will be passed over when it comes again; but for part of a line. The journal
// hears of it before the file loses the name `current`.
void LogDir::find_known_file() {
    std::string name = "current";
    struct stat status {};
    const int at = archives_.directory();
    if (::fstatat(at, "current", &status, 0) != 0 || status.st_ino != cursor_.file) {
        name = archives_.archive_name_of(cursor_.file).value_or("");
    }
    const sys::Fd file(::openat(at, name.c_str(), O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    if (!file || ::fstat(file.get(), &status) != 0 || !archives_.is_own(status)) return;
    const auto size = static_cast<uint64_t>(status.st_size);
    if (cursor_.size > size) return;
    const uint64_t read_began = cursor_.size - std::min(cursor_.size, cursor_.done);
    uint64_t end = end_of_lines(file.get(), read_began, size);
    if (end < size && ::ftruncate(file.get(), static_cast<off_t>(end)) != 0) end = size;
    cursor_.done += end - cursor_.size;
    skip_ = cursor_.done;
    cursor_.size = end;
    owner_.record_cursors();
}

bool LogDir::empty_state() {
    const sys::Fd state = archives_.open("state", O_WRONLY | O_CREAT | O_TRUNC);
    return state && change_mode(state.get(), growing_mode);
}

void LogDir::append_to_current() {
    while (!open_current()) {
        if (!archives_.make_room()) sys::fail("unable to append to " + archives_.path("current"));
    }
    if (!change_mode(current_.get(), growing_mode))
        sys::fail("unable to set mode of " + archives_.path("current"));
}

// The directory may be its user's, and this process root's: no other file is written to in the
// place of `current`. A second name is one that a rotation has given it, or none of ours.
bool LogDir::open_current() {
    constexpr int flags = O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_APPEND | O_CREAT | O_CLOEXEC;
    current_ = sys::Fd(::openat(archives_.directory(), "current", flags, growing_mode));
    struct stat status {};
    if (!current_ || ::fstat(current_.get(), &status) != 0) return false;
    if (!archives_.is_own(status)) {
        current_.reset();
        errno = EMEDIUMTYPE;
        return false;
    }
    cursor_.file = status.st_ino;
    cursor_.size = static_cast<uint64_t>(status.st_size);
    in_record_ = whole_records_ && ends_within_line(archives_, cursor_.size);
    if (cursor_.size == 0) ageing_.end();
    return true;
}

// False if `current` is gone or another file. One that was emptied, or written to, is taken as it
// is.
bool LogDir::look_at_current() {
    struct stat status {};
    if (!current_ || abandoned_) return true;
    if (!has_current() || ::fstat(current_.get(), &status) != 0) {
        warn(archives_.path("current") + " was removed or replaced: making it again");
        return false;
    }
    cursor_.size = static_cast<uint64_t>(status.st_size);
    return true;
}

bool LogDir::make_current() {
    rotation_wanted_ = false;
    return archives_.insist("unable to create " + archives_.path("current"),
                            [&] { return try_to_make_current(); });
}

// After a rotation there is no `current`. Else somebody else was here, and has removed what there
// was, up to the directory itself, or put something in its place.
bool LogDir::try_to_make_current() {
    struct stat status {};
    if (archives_.make_again()) {
        made_again_ = true;
        lock_.reset();
    }
    if (!lock_ && !(identify() && lock())) return false;
    if (::fstatat(archives_.directory(), "current", &status, AT_SYMLINK_NOFOLLOW) == 0) {
        if (!S_ISREG(status.st_mode) && !make_way()) return false;
        mend_last_line();
    }
    return open_current() && change_mode(current_.get(), growing_mode);
}

// What is no file and has the name `current` gets another one: the lines must go somewhere.
bool LogDir::make_way() {
    for (int number = 1;; ++number) {
        const std::string name = "current." + std::to_string(number);
        if (archives_.rename_new("current", name.c_str())) {
            warn(archives_.path("current") + " is not a file: renamed to " + name);
            return true;
        }
        if (errno != EEXIST) return false;
    }
}

}  // namespace hf::log
