// SPDX-License-Identifier: MIT
#include "program/output_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>

#include "sys/children.h"
#include "sys/error.h"
#include "sys/fd.h"

namespace hf::program {

namespace {

constexpr std::chrono::milliseconds try_again_after(1000);

}  // namespace

void OutputReader::connect(bool has_errors, int kept) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) < 0) sys::fail("unable to create a pipe");
    ::fchmod(pipe[1], 0622);  // who gives up root may open /dev/stdout all the same
    source_ = pipe[0];
    write_end_ = pipe[1];
    kept_ = kept;
    sys::fork_sibling(begin, this);
    ::dup2(pipe[1], STDOUT_FILENO);
    if (has_errors) ::dup2(pipe[1], STDERR_FILENO);
}

// It ends when nobody can write any more, and by no signal that ends all processes before.
int OutputReader::begin(void* self) {
    const auto* reader = static_cast<const OutputReader*>(self);
    ::setsid();
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    ::close(reader->write_end_);  // also where the kernel knows no close_range
    reader->close_others();
    ::close(STDIN_FILENO);
    (void)!::chdir("/");
    return work(self);
}

// What else this process was started with is its program's alone: when that is closed may count.
void OutputReader::close_others() const {
    const auto [low, high] = std::minmax({source_, kept_});
    unsigned first = STDERR_FILENO + 1;
    for (const int kept : {low, high}) {
        if (kept < 0) continue;
        const auto end = static_cast<unsigned>(kept);
        if (first < end) ::syscall(SYS_close_range, first, end - 1, 0U);
        first = end + 1;
    }
    ::syscall(SYS_close_range, first, ~0U, 0U);
}

int OutputReader::work(void* self) {
    static Standby standby(work, self);
    auto& reader = *static_cast<OutputReader*>(self);
    reader.standby_ = &standby;
    reader.read_(reader);
    return 0;
}

bool OutputReader::more_may_come() {
    for (;;) {
        std::array<pollfd, 2> ends{{{source_, POLLIN, 0}, {-1, 0, 0}}};
        if (standby_->fd() < 0) {  // for what is left, if anything, nobody needs to stand by
            sys::retry([&] { return ::poll(ends.data(), 1, 0); });
            if ((ends[0].revents & (POLLIN | POLLHUP)) == POLLHUP) return false;
        }
        const int timeout = standby_->ensure() ? -1 : static_cast<int>(try_again_after.count());
        ends[1].fd = standby_->fd();
        sys::retry([&] { return ::poll(ends.data(), ends.size(), timeout); });
        if (ends[1].revents != 0) standby_->lost();
        if (ends[0].revents != 0) return true;
    }
}

}  // namespace hf::program
