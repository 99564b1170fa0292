// SPDX-License-Identifier: MIT
// holdfast-label name child: runs a program whose lines go to standard output with the time and a
// name before each. What svscan --prefix-output starts services with that have no log.
//
// The program takes this process's place. Who puts the names there is a second process, a child of
// this one's parent, and a third stands by: whichever of the two is killed, the service's output
// never loses its reader.
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <utility>

#include "format/named_lines.h"
#include "program/standby.h"
#include "program/tool.h"
#include "sys/children.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/exec.h"
#include "sys/fd.h"
#include "text/error_text.h"

namespace hf::program {

namespace {

constexpr std::chrono::milliseconds try_again_after(1000);

// What puts the name before the lines that come through a pipe. Not on the stack, for Standby.
struct Labeller {
    const char* name = nullptr;
    int source = -1;
    int write_end = -1;
};
Labeller labeller;

// Also where standard output does not block, because somebody else who has it wants that.
bool write_patiently(std::string_view bytes) {
    pollfd room{STDOUT_FILENO, POLLOUT, 0};
    while (!bytes.empty()) {
        ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno != EAGAIN) return false;
        if (written < 0) ::poll(&room, 1, -1);
        if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
}

// In pieces that a pipe takes whole, so that lines of several services do not mix. What nobody
// takes (a full disk, a reader that has gone) is dropped: the service goes on.
void write_lines(std::string_view lines) {
    while (!lines.empty()) {
        size_t size = lines.size();
        if (size > PIPE_BUF) size = lines.rfind('\n', PIPE_BUF - 1) + 1;
        write_patiently(lines.substr(0, size));
        lines.remove_prefix(size);
    }
}

// True until nobody can write any more and all is read.
bool more_may_come(Standby& standby) {
    for (;;) {
        std::array<pollfd, 2> ends{{{labeller.source, POLLIN, 0}, {-1, 0, 0}}};
        if (standby.fd() < 0) {  // for what is left, if anything, nobody needs to stand by
            sys::retry([&] { return ::poll(ends.data(), 1, 0); });
            if ((ends[0].revents & (POLLIN | POLLHUP)) == POLLHUP) return false;
        }
        const int timeout = standby.ensure() ? -1 : static_cast<int>(try_again_after.count());
        ends[1].fd = standby.fd();
        sys::retry([&] { return ::poll(ends.data(), ends.size(), timeout); });
        if (ends[1].revents != 0) standby.lost();
        if (ends[0].revents != 0) return true;
    }
}

int put_names(void* of) {
    static Standby standby(put_names, of);
    const auto& [name, source, write_end] = *static_cast<const Labeller*>(of);
    format::NamedLines named(name, PIPE_BUF);
    std::vector<char> block(64 * 1024);
    std::string lines;
    while (more_may_come(standby)) {
        ssize_t got = sys::retry([&] { return ::read(source, block.data(), block.size()); });
        if (got <= 0) break;
        named.take({block.data(), static_cast<size_t>(got)}, sys::wall_time(), lines);
        write_lines(std::exchange(lines, {}));
    }
    named.finish(lines);
    write_lines(lines);
    return 0;
}

// What else this process was started with is its program's alone: when that is closed may count.
void close_all_but(unsigned kept) {
    if (kept > 3) ::syscall(SYS_close_range, 3U, kept - 1, 0U);
    ::syscall(SYS_close_range, kept + 1, ~0U, 0U);
}

// It ends when nobody can write any more, and by no signal that ends all processes before.
int begin(void* of) {
    ::setsid();
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    ::close(labeller.write_end);  // also where the kernel knows no close_range
    close_all_but(static_cast<unsigned>(labeller.source));
    ::close(STDIN_FILENO);
    (void)!::chdir("/");
    return put_names(of);
}

// Without one, its lines stay as they are.
void connect(const char* name) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) < 0) sys::fail("unable to create a pipe");
    ::fchmod(pipe[1], 0622);  // who gives up root may open /dev/stdout all the same
    labeller = {name, pipe[0], pipe[1]};
    sys::fork_sibling(begin, &labeller);
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(pipe[1], STDERR_FILENO);
}

}  // namespace

int run(const Args& args) {
    if (args.size() < 2) throw Usage{"holdfast-label: usage: holdfast-label name child"};
    if (std::strlen(args[0]) > NAME_MAX) throw Usage{"holdfast-label: the name is too long"};
    try {
        connect(args[0]);
    } catch (const sys::Error& error) {
        warn(std::string(args[0]) + ": its lines are not prefixed: " + error.text(), error.code());
    }
    try {
        sys::exec({args.begin() + 1, args.end()});
    } catch (const sys::Error& error) {
        // As a shell ends, and as svscan --main does.
        std::string reason(text::error_text(error.code()));
        throw Exit{"holdfast-label: fatal: " + error.text() + ": " + reason,
                   error.code() == ENOENT ? 127 : 126};
    }
}

}  // namespace hf::program
