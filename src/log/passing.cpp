// SPDX-License-Identifier: MIT
#include "log/passing.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "sys/error.h"
#include "sys/fd.h"
#include "sys/pipe.h"

namespace hf::log {

namespace {

constexpr size_t block = 64 * 1024;

sys::Pipe make_copy() {
    sys::Pipe pipe = sys::make_pipe();
    if (!pipe.reading) sys::fail("unable to create a pipe");
    return pipe;
}

void wait_for_room() {
    pollfd room{STDOUT_FILENO, POLLOUT, 0};
    ::poll(&room, 1, -1);
}

// Where it can be moved in no other way: to a file that is appended to, or a terminal.
bool copy(int pipe, size_t& size) {
    std::array<char, 4096> bytes;
    const ssize_t got =
        sys::retry([&] { return ::read(pipe, bytes.data(), std::min(size, bytes.size())); });
    if (got <= 0) return false;
    size -= static_cast<size_t>(got);
    write_patiently({bytes.data(), static_cast<size_t>(got)});
    return true;
}

}  // namespace

std::string peek(int pipe) {
    static const sys::Pipe copy = make_copy();
    const ssize_t size = sys::retry([&] { return ::tee(pipe, copy.writing.get(), block, 0); });
    std::string text(static_cast<size_t>(std::max<ssize_t>(size, 0)), '\0');
    for (size_t at = 0; at < text.size();) {
        const ssize_t got =
            sys::retry([&] { return ::read(copy.reading.get(), &text[at], text.size() - at); });
        if (got <= 0) break;
        at += static_cast<size_t>(got);
    }
    return text;
}

void pass_on(int pipe, size_t size) {
    while (size > 0) {
        const ssize_t moved = ::splice(pipe, nullptr, STDOUT_FILENO, nullptr, size, 0);
        if (moved > 0)
            size -= static_cast<size_t>(moved);
        else if (moved < 0 && errno == EAGAIN)
            wait_for_room();
        else if ((moved < 0 && errno != EINTR && !copy(pipe, size)) || moved == 0)
            return;
    }
}

bool write_patiently(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno != EAGAIN) return false;
        if (written < 0) wait_for_room();
        if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
}

}  // namespace hf::log
