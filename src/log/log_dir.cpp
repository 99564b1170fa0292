// SPDX-License-Identifier: MIT
#include "log/log_dir.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "log/rotation.h"
#include "sys/directory.h"
#include "sys/error.h"
#include "sys/flock.h"

namespace hf::log {

namespace {

constexpr size_t buffer_size = 64 * 1024;

// How often to see whether `current` is still there: not at each read.
constexpr std::chrono::seconds look_interval{1};

// A file cannot grow beyond the limit of file sizes, so there it ends.
DirectoryRules within_limit(DirectoryRules rules) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        rules.size = std::max<uint64_t>(4096, std::min<uint64_t>(rules.size, limit.rlim_cur));
    return rules;
}

}  // namespace

LogDir::LogDir(const Directory& directory, Files files, Retry& retry, JournalOwner& owner)
    : rules_(within_limit(directory.rules)),
      archives_(directory.name, rules_, retry),
      owner_(owner),
      ageing_(rules_),
      whole_records_(files == Files::whole_records) {
    if (!rules_.processor.empty()) processor_.emplace(archives_, rules_.processor);
    if (rules_.compression > 0) compressor_.emplace(archives_, rules_.compression);
    if (!lock()) sys::fail("unable to lock directory " + directory.name);
    if (!identify()) sys::fail("unable to stat " + directory.name);
}

bool LogDir::lock() {
    constexpr int flags = O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_APPEND | O_CREAT | O_CLOEXEC;
    lock_ = sys::Fd(::openat(archives_.directory(), "lock", flags, 0600));
    if (lock_ && sys::lock(lock_, sys::IfBusy::give_up)) return true;
    const int code = errno;
    lock_.reset();
    errno = code;
    return false;
}

bool LogDir::identify() {
    struct stat status {};
    if (::fstat(archives_.directory(), &status) != 0) return false;
    cursor_.device = status.st_dev;
    cursor_.directory = status.st_ino;
    return true;
}

bool LogDir::is(const DirCursor& cursor) const {
    return cursor_.device == cursor.device && cursor_.directory == cursor.directory;
}

bool LogDir::begin_read(bool in_line) {
    cursor_.done = 0;
    cursor_.in_line = in_line ? 1 : 0;
    skip_ = 0;
    const auto now = Clock::now();
    if (now - looked_at_ >= look_interval) {
        looked_at_ = now;
        if (!look_at_current()) abandoned_ = !make_current();
    }
    return !std::exchange(made_again_, false);
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
        const uint64_t size = rotation_wanted_ ? 0 : rules_.size;
        const Cut next = whole_records_ ? cut_at_records(cursor_.size, size, in_record_, bytes)
                                        : cut(cursor_.size, size, bytes);
        if (next.rotate_first) {
            rotate();
            continue;
        }
        if (!write(bytes.substr(0, next.length))) return;
        in_record_ = bytes[next.length - 1] != '\n';
        bytes.remove_prefix(next.length);
        if (next.rotate_after) rotate();
    }
}

bool LogDir::write(std::string_view bytes) {
    const std::string trouble = "unable to write to " + archives_.path("current");
    while (!bytes.empty()) {
        const ssize_t written = ::write(current_.get(), bytes.data(), bytes.size());
        if (written >= 0) {
            if (cursor_.size == 0 && !ageing_.never()) ageing_.begin(Clock::now(), ::time(nullptr));
            cursor_.size += static_cast<uint64_t>(written);
            cursor_.done += static_cast<uint64_t>(written);
            bytes.remove_prefix(static_cast<size_t>(written));
        } else if (!archives_.make_room() && !archives_.retry().pause(trouble)) {
            abandoned_ = true;
            return false;
        }
    }
    return true;
}

void LogDir::rotate() {
    if (abandoned_ || cursor_.size == 0) return;
    rotation_wanted_ = whole_records_ && in_record_;
    if (rotation_wanted_) return;
    wait_for_processor();
    owner_.record_cursors();
    abandoned_ = !finish_current() || !make_current();
    if (abandoned_) return;
    owner_.record_cursors();
    archives_.sync_directory();
    archives_.prune();
    run_due();
}

// Complete, synced, marked and named, in this order: at no moment could a power cut leave a name
// that promises more than the file holds. What has lost the name `current` gets no other.
bool LogDir::finish_current() {
    const std::string text = "unable to write " + archives_.path("current") + " to disk";
    if (!archives_.insist(text, [&] { return sync_file(current_.get()); })) return false;
    if (!archives_.set_mode(current_.get(), "current", finished_mode)) return false;
    return !has_current() || archives_.rename_finished("current", processor_ ? ".u" : ".s");
}

// Whether the open file still has the name `current`.
bool LogDir::has_current() const {
    return sys::leads_to(archives_.directory(), "current", current_);
}

// Once a stop is asked for, one file more may wait: its lines must go somewhere.
void LogDir::wait_for_processor() {
    if (!processor_) return;
    Signals& signals = archives_.retry().signals();
    while (archives_.waiting().size() >= most_waiting && !signals.stop_asked()) {
        run_due();
        signals.wait_for_child(std::chrono::seconds(1));
        owner_.reap_children();
    }
}

bool LogDir::reap(pid_t child, int status) {
    if (compressor_ && compressor_->reap(child, status)) return true;
    return processor_ && processor_->reap(child, status);
}

void LogDir::run_due() {
    if (processor_) processor_->start();
    if (compressor_) compressor_->start();
    if (ageing_.never() || cursor_.size == 0) return;
    if (!ageing_.begun()) ageing_.begin(Clock::now(), ::time(nullptr));
    if (ageing_.due(Clock::now(), ::time(nullptr))) rotate();
}

std::optional<Clock::time_point> LogDir::deadline() const {
    auto next = processor_ ? processor_->next_try() : std::nullopt;
    if (ageing_.never()) return next;
    const auto old = ageing_.deadline(Clock::now(), ::time(nullptr));
    if (old && (!next || *old < *next)) next = old;
    return next;
}

void LogDir::close() {
    if (processor_) processor_->give_up();
    if (abandoned_ || !current_) return;
    const std::string text = "unable to write " + archives_.path("current") + " to disk";
    archives_.insist(text, [&] { return sync_file(current_.get()); });
    archives_.set_mode(current_.get(), "current", finished_mode);
    archives_.sync_directory();
}

}  // namespace hf::log
