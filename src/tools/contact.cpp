// SPDX-License-Identifier: MIT
#include "tools/contact.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>

#include "sys/clock.h"
#include "sys/error.h"
#include "sys/process.h"

namespace hf {

namespace {

constexpr int between_tries_ms = 2;
constexpr int tries = 1000 / between_tries_ms;

}  // namespace

bool supervised_by_ours() {
    sys::Fd file = sys::open("supervise/status", O_RDONLY | O_NONBLOCK);
    std::string text;
    if (!file || !sys::read_all(file.get(), text)) return false;
    auto record = format::decode(std::as_bytes(std::span(text)));
    return record && !record->released && supervisor_lives(*record);
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

bool supervisor_lives(const format::Record& record) {
    if (record.session.boot != sys::boot_id()) return false;
    return ::kill(static_cast<pid_t>(record.session.supervisor), 0) == 0 || errno == EPERM;
}

StartingDirectory::StartingDirectory() : directory_(sys::open(".", O_RDONLY | O_DIRECTORY)) {
    if (!directory_) sys::fail("unable to open current directory");
}

void StartingDirectory::back() const {
    if (::fchdir(directory_.get()) < 0) sys::fail("unable to set directory");
}

}  // namespace hf
