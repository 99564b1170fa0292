// SPDX-License-Identifier: MIT
#include "control/control.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "control/reader.h"
#include "format/history.h"
#include "sys/clock.h"
#include "sys/safe_open.h"

namespace hf::control {

namespace {

constexpr std::chrono::milliseconds between_tries(2);
constexpr int quick_looks = 20;  // mostly what is sent is read within some microseconds
constexpr std::chrono::microseconds between_looks(20);

// In `supervise`, which may be its user's: what he makes of a name there is not followed.
sys::Fd open_in(const sys::Fd& directory, const char* name, sys::Kind kind, int flags) {
    sys::Fd supervise = sys::open_directory(directory, "supervise");
    return supervise ? sys::open_entry(supervise, name, kind, flags) : std::move(supervise);
}

// A plain file in the place of a pipe is opened, as by the original.
sys::Fd open_to_write(const sys::Fd& directory, const char* fifo) {
    sys::Fd file = open_in(directory, fifo, sys::Kind::fifo, O_WRONLY);
    if (file || errno != sys::wrong_kind) return file;
    return open_in(directory, fifo, sys::Kind::file, O_WRONLY);
}

// poll(2) for at most `left`, which shrinks by what that took.
int wait(pollfd* polled, nfds_t count, std::chrono::nanoseconds& left,
         std::chrono::nanoseconds at_most) {
    auto begin = sys::boot_time();
    auto limit = std::chrono::ceil<std::chrono::milliseconds>(std::min(left, at_most));
    int ready = ::poll(polled, count, static_cast<int>(limit.count()));
    left = std::max(std::chrono::nanoseconds(0), left - (sys::boot_time() - begin));
    return ready;
}

// Whether `name`, a link or a directory, was made no longer ago than that.
bool is_new(int from, const char* name, std::chrono::nanoseconds limit) {
    struct stat status {};
    if (::fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) < 0) return false;
    auto age = sys::wall_time() - std::chrono::seconds(status.st_ctim.tv_sec);
    return age < limit && age > -limit;
}

int unread(const sys::Fd& control) {
    int size = 0;
    return ::ioctl(control.get(), FIONREAD, &size) == 0 ? size : 0;
}

bool has_reader(const sys::Fd& control) {
    pollfd end{control.get(), 0, 0};
    return ::poll(&end, 1, 0) == 0 || (end.revents & POLLERR) == 0;
}

}  // namespace

sys::Fd Control::open(const sys::Fd& directory, const char* fifo) {
    for (;;) {
        sys::Fd file = open_to_write(directory, fifo);
        if (file || errno != ENXIO) return file;
        // It has neither ended in order nor died, and does not answer: it is between two engines.
        bool between = engine_.count() > 0 && is_current(read_status(directory));
        errno = ENXIO;
        if (!between) return file;
        wait(nullptr, 0, engine_, between_tries);
    }
}

sys::Fd Control::open_control(const sys::Fd& directory, int from, const char* name) {
    const bool new_one = is_new(from, name, 2 * timeout_);
    auto end = sys::boot_time() + timeout_;
    for (;;) {
        sys::Fd control = open(directory, "control");
        bool missing = !control && (errno == ENOENT || errno == ENXIO);
        if (!missing || !new_one || sys::boot_time() >= end ||
            ::faccessat(directory.get(), "run", F_OK, 0) < 0) {
            if (missing) control = open(directory, "control");  // for its errno
            return control;
        }
        std::this_thread::sleep_for(between_tries);
    }
}

bool Control::send(const sys::Fd& control, std::string_view bytes, bool follows) {
    pollfd room{control.get(), POLLOUT, 0};
    for (;;) {
        if (sys::retry([&] { return ::write(control.get(), bytes.data(), bytes.size()); }) >= 0)
            return true;
        if (errno == EPIPE && follows && engine_.count() > 0) {
            wait(nullptr, 0, engine_, between_tries);
            continue;
        }
        if (errno != EAGAIN) return false;
        if (wait(&room, 1, full_pipes_, full_pipes_) > 0) continue;
        full_pipes_ = {};
        errno = EAGAIN;
        return false;
    }
}

bool Control::is_read(const sys::Fd& control, bool follows) {
    for (int left = unread(control); left > 0;) {
        if (reading_.count() <= 0 || (!follows && !has_reader(control))) return false;
        auto begin = sys::boot_time();
        if (++looks_ < quick_looks)
            ::sched_yield();
        else
            std::this_thread::sleep_for(between_looks);
        reading_ -= sys::boot_time() - begin;
        const int before = std::exchange(left, unread(control));
        if (left < before) reading_ = timeout_;
    }
    return true;
}

std::uint32_t caller() {
    std::uint32_t user = 0;
    auto parse = [&](std::string_view text) {
        return std::from_chars(text.data(), text.data() + text.size(), user).ec == std::errc{};
    };
    const char* sudo = ::getenv("SUDO_UID");
    if (::geteuid() == 0 && sudo != nullptr && parse(sudo)) return user;
    std::string login;
    sys::Fd file = sys::open("/proc/self/loginuid", O_RDONLY);
    if (file && sys::read_all(file.get(), login) && parse(login) && user != format::unknown_caller)
        return user;
    return ::getuid();
}

}  // namespace hf::control
