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

}  // namespace

void LogDir::set_place(const Place& place) {
    resumed_ = true;
    inode_ = place.file;
    size_ = place.size;
    done_ = skip_ = place.done;
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
    host_.record_places();
    archives_.sync_directory();
    tend();
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
    const sys::Fd file(::openat(archives_.directory(), "current", O_RDWR | O_CLOEXEC));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) return;
    if (resumed_ && status.st_ino == inode_) return;
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
    if (::fstatat(at, "current", &status, 0) != 0 || status.st_ino != inode_) {
        name = archives_.archive_name_of(inode_).value_or("");
    }
    const sys::Fd file(::openat(at, name.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!file || ::fstat(file.get(), &status) != 0) return;
    const auto size = static_cast<uint64_t>(status.st_size);
    if (size_ > size) return;
    const uint64_t read_began = size_ - std::min(size_, done_);
    uint64_t end = end_of_lines(file.get(), read_began, size);
    if (end < size && ::ftruncate(file.get(), static_cast<off_t>(end)) != 0) end = size;
    done_ = done_ + end - size_;
    skip_ = done_;
    size_ = end;
    host_.record_places();
}

bool LogDir::empty_state() {
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    const sys::Fd state(::openat(archives_.directory(), "state", flags, growing_mode));
    return state && ::fchmod(state.get(), growing_mode) == 0;
}

void LogDir::append_to_current() {
    constexpr int flags = O_WRONLY | O_NONBLOCK | O_APPEND | O_CREAT | O_CLOEXEC;
    current_ = sys::Fd(::openat(archives_.directory(), "current", flags, growing_mode));
    struct stat status {};
    if (!current_ || ::fstat(current_.get(), &status) != 0) {
        sys::fail("unable to append to " + archives_.path("current"));
    }
    if (::fchmod(current_.get(), growing_mode) != 0) {
        sys::fail("unable to set mode of " + archives_.path("current"));
    }
    inode_ = status.st_ino;
    size_ = static_cast<uint64_t>(status.st_size);
}

}  // namespace hf::log
