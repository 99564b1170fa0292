// SPDX-License-Identifier: MIT
#include "log/multilog.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <string>

#include "sys/error.h"

namespace hf::log {

namespace {

// How long TERM waits for what is nearly done: the end of a line, a processor.
constexpr std::chrono::milliseconds stop_timeout{800};

int64_t wall_clock() {
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

int poll_time(Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 3'600'000));
}

}  // namespace

Multilog::Multilog(const Script& script) : retry_(signals_) {
    ::umask(022);
    struct stat status {};
    input_is_pipe_ = ::fstat(STDIN_FILENO, &status) == 0 && S_ISFIFO(status.st_mode);
    const auto files =
        script.stamp == Stamp::json ? LogDir::Files::whole_records : LogDir::Files::any_bytes;
    std::vector<LogDir*> directories;
    router_ = std::make_unique<Router>(script, retry_);
    for (const Directory& directory : script.directories) {
        directories_.push_back(std::make_unique<LogDir>(directory, files, retry_, *this));
        directories.push_back(directories_.back().get());
    }
    router_->set_directories(std::move(directories));
    open_journal();
    open_directories();
}

// The one that a killed multilog left, in whatever directory, or a new one in the first.
void Multilog::open_journal() {
    if (directories_.empty() || directories_.size() > most_cursors) return;
    for (const auto& directory : directories_) {
        if (journal_.attach(directory->directory(), false)) return;
    }
    if (input_is_pipe_) journal_.attach(directories_.front()->directory(), true);
}

void Multilog::open_directories() {
    if (journal_.has_unfinished()) {
        std::vector<bool> taken_by;
        for (const auto& directory : directories_) {
            for (const DirCursor& cursor : journal_.cursors()) {
                if (directory->is(cursor)) directory->resume_at(cursor);
            }
            taken_by.push_back(directory->cursor().in_line != 0);
        }
        if (journal_.state().in_line) router_->continue_line(taken_by);
    }
    for (const auto& directory : directories_) directory->open();
}

std::vector<DirCursor> Multilog::cursors() const {
    std::vector<DirCursor> all;
    for (const auto& directory : directories_) all.push_back(directory->cursor());
    return all;
}

void Multilog::record_cursors() {
    journal_.update(cursors());
}

bool Multilog::run() {
    go_through_again();
    serve();
    if (signals_.stop_asked() && !gave_up()) finish_line();
    if (!gave_up() || !journal_.attached()) router_->finish(held_, times_);
    wait_for_processors();
    const bool kept = close();
    if (read_error_ != 0) throw sys::Error("unable to read standard input", read_error_);
    return kept;
}

void Multilog::go_through_again() {
    if (!journal_.has_unfinished()) return;
    times_ = journal_.state();
    held_ = router_->take(journal_.bytes(), journal_.held(), times_);
    router_->flush();
}

void Multilog::serve() {
    for (;;) {
        const bool readable = wait();
        if (signals_.stop_asked()) return;
        if (!readable) continue;
        const Input input = read(read_room);
        if (input == Input::ended || input == Input::failed) return;
    }
}

// Sleeps until there is something to do, and does it unless it is reading.
bool Multilog::wait() {
    std::array<pollfd, 2> waited{{{STDIN_FILENO, POLLIN, 0}, {signals_.fd(), POLLIN, 0}}};
    std::optional<Clock::time_point> next = router_->deadline();
    for (const auto& directory : directories_) {
        const auto due = directory->deadline();
        if (due && (!next || *due < *next)) next = due;
    }
    ::poll(waited.data(), waited.size(), next ? poll_time(*next) : -1);
    if (waited[1].revents != 0) {
        signals_.collect();
        reap_children();
        if (signals_.take_alarm()) {
            for (const auto& directory : directories_) directory->rotate();
        }
    }
    if (next && Clock::now() >= *next) {
        router_->run_due(Clock::now());
        for (const auto& directory : directories_) directory->run_due();
    }
    return waited[0].revents != 0;
}

// What a read of the pipe will give at least. At the end of the input, and where the kernel does
// not say, one byte is asked for: the journal must know how many bytes come.
size_t Multilog::available() const {
    int bytes = 0;
    if (!journal_.attached()) return read_room;
    if (::ioctl(STDIN_FILENO, FIONREAD, &bytes) != 0 || bytes <= 0) return 1;
    return static_cast<size_t>(bytes);
}

// Without a journal, what is read must find its place on the disk: else it stays in the pipe.
size_t Multilog::affordable() {
    if (journal_.attached()) return read_room;
    uint64_t most = read_room;
    for (const auto& directory : directories_) {
        const uint64_t fits = directory->writable_bytes() / 4;
        most = std::min(most, fits);
        if (fits > 0) continue;
        errno = ENOSPC;
        retry_.pause("unable to write to " + directory->current_path());
        return 0;
    }
    return static_cast<size_t>(most);
}

Multilog::Input Multilog::read(size_t most) {
    most = std::min(most, affordable());
    if (most == 0) return Input::none;
    const int64_t now = wall_clock();
    times_ = {
        .held_time = held_.empty() ? now : held_time_, .time = now, .in_line = router_->in_line()};
    begin_read(most);
    const size_t held = held_.size();
    const ssize_t got = journal_.read(STDIN_FILENO);
    held_ = journal_.bytes();
    if (got < 0) {
        if (errno == EAGAIN) return Input::none;
        read_error_ = errno;
        return Input::failed;
    }
    if (got == 0) return Input::ended;
    held_ = router_->take(held_, held, times_);
    held_time_ = held_.size() > static_cast<size_t>(got) ? times_.held_time : times_.time;
    router_->flush();
    return Input::more;
}

// A journal whose directory was deleted is made again in the one that has taken its place.
void Multilog::begin_read(size_t most) {
    bool same = true;
    for (size_t i = 0; i < directories_.size(); ++i)
        same = directories_[i]->begin_read(router_->taken_by()[i]) && same;
    const std::string moved(same ? std::string_view() : held_);
    if (!same) journal_.remove();
    if (!same && input_is_pipe_ && directories_.size() <= most_cursors)
        journal_.attach(directories_.front()->directory(), true);
    journal_.begin(same ? held_ : moved, std::min(most, available()), times_, cursors());
}

Clock::time_point Multilog::stop_by() {
    if (!stop_by_) stop_by_ = Clock::now() + stop_timeout;
    return *stop_by_;
}

// TERM in the middle of a line: up to its newline and not a byte further, for a moment.
void Multilog::finish_line() {
    const auto end = stop_by();
    while ((!held_.empty() || router_->in_line()) && Clock::now() < end && !gave_up()) {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        if (::poll(&input, 1, poll_time(end)) <= 0) continue;
        const Input got = read(1);
        if (got == Input::ended || got == Input::failed) return;
    }
}

void Multilog::reap_children() {
    if (!signals_.take_child()) return;
    int status = 0;
    for (;;) {
        const pid_t child = ::waitpid(-1, &status, WNOHANG);
        if (child <= 0) break;
        for (const auto& directory : directories_) {
            if (directory->reap(child, status)) directory->run_due();
        }
    }
}

void Multilog::tend_until_child() {
    for (const auto& directory : directories_) directory->run_due();
    signals_.wait_for_child(std::chrono::seconds(1));
    reap_children();
}

// At the end of the input for as long as it takes; after TERM for a moment.
void Multilog::wait_for_processors() {
    const auto done = [](const auto& directory) { return directory->processor_done(); };
    Clock::time_point end{};
    if (signals_.stop_asked()) end = stop_by();
    while (!std::all_of(directories_.begin(), directories_.end(), done)) {
        if (!signals_.stop_asked()) {
            tend_until_child();
            if (signals_.stop_asked()) end = stop_by();
        } else if (Clock::now() < end) {
            signals_.rest(end - Clock::now());
            reap_children();
        } else {
            return;
        }
    }
}

// A directory could not take its lines before TERM came.
bool Multilog::gave_up() const {
    return std::any_of(directories_.begin(), directories_.end(),
                       [](const auto& directory) { return directory->abandoned(); });
}

// The journal goes before `current` is marked as complete: from then on somebody else may append.
bool Multilog::close() {
    const bool kept = !gave_up();
    if (kept) {
        journal_.remove();
    } else {
        record_cursors();
    }
    for (const auto& directory : directories_) directory->close();
    return kept || journal_.attached();
}

}  // namespace hf::log
