// SPDX-License-Identifier: MIT
#include "tools/contact.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "format/history.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/process.h"

namespace hf {

namespace {

constexpr int between_tries_ms = 2;
constexpr int tries = 1000 / between_tries_ms;
constexpr int full_pipe_patience_ms = 1000;

}  // namespace

std::optional<format::Record> record_here() {
    sys::Fd file = sys::open("supervise/status", O_RDONLY | O_NONBLOCK);
    std::array<std::byte, 512> bytes{};  // without the history, which stands behind
    ssize_t size = sys::retry([&] { return ::read(file.get(), bytes.data(), bytes.size()); });
    if (size < 0) return std::nullopt;
    return format::decode(std::span(bytes).first(static_cast<size_t>(size)));
}

bool supervised_by_ours() {
    auto record = record_here();
    return record && !record->released && supervisor_lives(*record);
}

bool order(const sys::Fd& control, std::string_view bytes) {
    static int patience_ms = full_pipe_patience_ms;  // of all calls together
    pollfd room{control.get(), POLLOUT, 0};
    for (;;) {
        if (sys::retry([&] { return ::write(control.get(), bytes.data(), bytes.size()); }) >= 0)
            return true;
        if (errno != EAGAIN) return false;
        if (::poll(&room, 1, patience_ms) > 0) continue;
        patience_ms = 0;
        errno = EAGAIN;
        return false;
    }
}

sys::Fd contact(const char* fifo) {
    // Of all calls together: a thousand services of one engine are waited for like one.
    static int tries_left = tries;
    for (;;) {
        sys::Fd file = sys::open(fifo, O_WRONLY | O_NONBLOCK);
        if (file || errno != ENXIO) return file;
        // It has neither ended in order nor died, and does not answer: it is between two engines.
        bool wait = tries_left > 0 && supervised_by_ours();
        errno = ENXIO;
        if (!wait) return file;
        ::poll(nullptr, 0, between_tries_ms);
        --tries_left;
    }
}

std::uint32_t giver() {
    std::uint32_t user = 0;
    auto parse = [&](std::string_view text) {
        return std::from_chars(text.data(), text.data() + text.size(), user).ec == std::errc{};
    };
    const char* sudo = ::getenv("SUDO_UID");
    if (::geteuid() == 0 && sudo != nullptr && parse(sudo)) return user;
    std::string login;
    sys::Fd file = sys::open("/proc/self/loginuid", O_RDONLY);
    if (file && sys::read_all(file.get(), login) && parse(login) && user != format::nobody_knows)
        return user;
    return ::getuid();
}

bool supervisor_lives(const format::Record& record) {
    if (record.session.boot != sys::boot_id()) return false;
    auto pid = static_cast<pid_t>(record.session.supervisor);
    if (::kill(pid, 0) < 0 && errno != EPERM) return false;
    // One that has ended and is not buried yet still has its pid.
    sys::Fd process = sys::open_process(pid);
    pollfd end{process.get(), POLLIN, 0};
    return !process || ::poll(&end, 1, 0) == 0;
}

StartingDirectory::StartingDirectory() : directory_(sys::open(".", O_RDONLY | O_DIRECTORY)) {
    if (!directory_) sys::fail("unable to open current directory");
}

void StartingDirectory::back() const {
    if (::fchdir(directory_.get()) < 0) sys::fail("unable to set directory");
}

}  // namespace hf
