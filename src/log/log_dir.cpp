// SPDX-License-Identifier: MIT
#include "log/log_dir.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>

#include "log/rotation.h"
#include "sys/error.h"

namespace hf::log {

namespace {

constexpr size_t buffer_size = 64 * 1024;

}  // namespace

LogDir::LogDir(const Directory& directory, Patience& patience, Host& host)
    : rules_(directory.rules),
      archives_(directory.name, rules_, patience),
      host_(host),
      ageing_(rules_) {
    if (!rules_.processor.empty()) processor_.emplace(archives_, rules_.processor);
    if (rules_.compression > 0) compressor_.emplace(archives_, rules_.compression);
    lock();
    struct stat status {};
    if (::fstat(archives_.directory(), &status) != 0) sys::fail("unable to stat " + directory.name);
    identity_ = {.device = status.st_dev, .directory = status.st_ino};
}

void LogDir::lock() {
    constexpr int flags = O_WRONLY | O_NONBLOCK | O_APPEND | O_CREAT | O_CLOEXEC;
    lock_ = sys::Fd(::openat(archives_.directory(), "lock", flags, 0600));
    if (!lock_ || ::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        sys::fail("unable to lock directory " + archives_.name());
    }
}

Place LogDir::place() const {
    Place place = identity_;
    place.file = inode_;
    place.size = size_;
    place.done = done_;
    return place;
}

bool LogDir::is(const Place& place) const {
    return identity_.device == place.device && identity_.directory == place.directory;
}

void LogDir::gather(std::string_view bytes) {
    if (abandoned_) return;
    if (buffer_.size() + run_.size() > buffer_size) {
        store(buffer_);
        buffer_.clear();
    }
    if (run_.size() > buffer_size) {
        store(run_);
    } else {
        buffer_.append(run_);
    }
    run_ = bytes;
}

void LogDir::flush() {
    if (!buffer_.empty()) {
        gather({});
        store(buffer_);
        buffer_.clear();
    }
    store(run_);
    run_ = {};
}

void LogDir::store(std::string_view bytes) {
    const size_t known = std::min<uint64_t>(skip_, bytes.size());
    skip_ -= known;
    bytes.remove_prefix(known);
    while (!bytes.empty() && !abandoned_) {
        const Cut next = cut(size_, rules_.size, bytes);
        if (next.rotate_first) {
            rotate();
            continue;
        }
        if (!write(bytes.substr(0, next.length))) return;
        bytes.remove_prefix(next.length);
        if (next.rotate_after) rotate();
    }
}

bool LogDir::write(std::string_view bytes) {
    const std::string trouble = "unable to write to " + archives_.path("current");
    while (!bytes.empty()) {
        const ssize_t written = ::write(current_.get(), bytes.data(), bytes.size());
        if (written >= 0) {
            if (size_ == 0 && !ageing_.never()) ageing_.begin(Clock::now(), ::time(nullptr));
            size_ += static_cast<uint64_t>(written);
            done_ += static_cast<uint64_t>(written);
            bytes.remove_prefix(static_cast<size_t>(written));
        } else if (errno == ENOSPC && rules_.keep_free > 0 && archives_.make_free_space()) {
            continue;
        } else if (!archives_.patience().pause(trouble)) {
            abandoned_ = true;
            return false;
        }
    }
    return true;
}

void LogDir::rotate() {
    if (abandoned_ || size_ == 0) return;
    wait_for_processor();
    host_.record_places();
    abandoned_ = !finish_current() || !make_current();
    if (abandoned_) return;
    host_.record_places();
    archives_.sync_directory();
    abandoned_ = !archives_.prune();
    ageing_.end();
    tend();
}

// Complete, synced, marked and named, in this order: at no moment could a power cut leave a name
// that promises more than the file holds.
bool LogDir::finish_current() {
    const std::string text = "unable to write " + archives_.path("current") + " to disk";
    Patience& patience = archives_.patience();
    if (!patience.insist(text, [&] { return ::fsync(current_.get()) == 0; })) return false;
    if (!archives_.set_mode("current", finished_mode)) return false;
    return archives_.rename_finished("current", processor_ ? ".u" : ".s");
}

bool LogDir::make_current() {
    return archives_.patience().insist("unable to create " + archives_.path("current"), [&] {
        constexpr int flags = O_WRONLY | O_NONBLOCK | O_APPEND | O_CREAT | O_CLOEXEC;
        current_ = sys::Fd(::openat(archives_.directory(), "current", flags, growing_mode));
        struct stat status {};
        if (!current_ || ::fstat(current_.get(), &status) != 0) return false;
        inode_ = status.st_ino;
        size_ = static_cast<uint64_t>(status.st_size);
        return ::fchmod(current_.get(), growing_mode) == 0;
    });
}

// Once a stop is asked for, one file more may wait: its lines must go somewhere.
void LogDir::wait_for_processor() {
    if (!processor_) return;
    Signals& signals = archives_.patience().signals();
    while (archives_.waiting().size() >= most_waiting && !signals.stop_asked()) {
        tend();
        signals.wait_for_child(std::chrono::seconds(1));
        host_.reap_children();
    }
}

bool LogDir::reap(pid_t child, int status) {
    if (compressor_ && compressor_->reap(child, status)) return true;
    return processor_ && processor_->reap(child, status);
}

void LogDir::tend() {
    if (processor_) processor_->start();
    if (compressor_) compressor_->start();
    if (ageing_.never() || size_ == 0) return;
    if (!ageing_.begun()) ageing_.begin(Clock::now(), ::time(nullptr));
    if (ageing_.due(Clock::now(), ::time(nullptr))) rotate();
}

std::optional<Clock::time_point> LogDir::deadline() const {
    auto next = processor_ ? processor_->retry_at() : std::nullopt;
    if (ageing_.never()) return next;
    const auto old = ageing_.deadline(Clock::now(), ::time(nullptr));
    if (old && (!next || *old < *next)) next = old;
    return next;
}

void LogDir::close() {
    if (processor_) processor_->give_up();
    if (abandoned_ || !current_) return;
    const std::string text = "unable to write " + archives_.path("current") + " to disk";
    archives_.patience().insist(text, [&] { return ::fsync(current_.get()) == 0; });
    archives_.set_mode("current", finished_mode);
    archives_.sync_directory();
}

}  // namespace hf::log
