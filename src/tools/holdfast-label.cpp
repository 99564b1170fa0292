// SPDX-License-Identifier: MIT
// holdfast-label name child: runs a program whose lines go to standard output with the time and a
// name before each. What svscan --prefix-output starts services with that have no log.
//
// The program takes this process's place. Who puts the names there is a second process, a child of
// this one's parent.
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <utility>

#include "format/error_text.h"
#include "format/named_lines.h"
#include "sys/children.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/exec.h"
#include "tools/tool.h"

namespace hf {

namespace {

// The pipe between the program and who puts the name before its lines.
struct Output {
    const char* name;
    int read_end;
    int write_end;
};

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

// It ends when nobody can write any more, and by no signal that ends all processes before.
int put_names(void* argument) {
    const auto& output = *static_cast<const Output*>(argument);
    ::setsid();
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    ::close(output.write_end);
    ::close(STDIN_FILENO);
    (void)!::chdir("/");

    format::NamedLines named(output.name, PIPE_BUF);
    std::vector<char> block(64 * 1024);
    std::string lines;
    for (;;) {
        ssize_t got = ::read(output.read_end, block.data(), block.size());
        if (got <= 0) break;
        named.take({block.data(), static_cast<size_t>(got)}, sys::wall_time(), lines);
        write_lines(std::exchange(lines, {}));
    }
    named.finish(lines);
    write_lines(lines);
    return 0;
}

// Without one, its lines stay as they are.
void connect(const char* name) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) < 0) sys::fail("unable to create a pipe");
    ::fchmod(pipe[1], 0622);  // who gives up root may open /dev/stdout all the same
    Output output{name, pipe[0], pipe[1]};
    sys::fork_sibling(put_names, &output);
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
        warn(std::string(args[0]) + ": its lines stay without its name: " + error.text(),
             error.code());
    }
    try {
        sys::exec({args.begin() + 1, args.end()});
    } catch (const sys::Error& error) {
        // As a shell ends, and as svscan --main does.
        std::string reason(format::error_text(error.code()));
        throw Usage{"holdfast-label: fatal: " + error.text() + ": " + reason,
                    error.code() == ENOENT ? 127 : 126};
    }
}

}  // namespace hf
