// SPDX-License-Identifier: MIT
// holdfast-label name child: runs a program whose lines go to standard output with the time and a
// name before each. What svscan --prefix-output starts services with that have no log.
//
// The program takes this process's place. Who puts the names there is a second process, a child of
// this one's parent, that ends when nobody can write any more.
#include <fcntl.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>

#include "format/error_text.h"
#include "format/named_lines.h"
#include "sys/children.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/exec.h"
#include "sys/fd.h"
#include "tools/tool.h"

namespace hf {

namespace {

struct Stream {
    const char* name;
    int read_end;
    int write_end;
};

// In pieces that a pipe takes whole, so that lines of several services do not mix. What nobody
// takes (a full disk, a reader that has gone) is dropped: the service goes on.
void print(std::string_view lines) {
    while (!lines.empty()) {
        size_t size = lines.size();
        if (size > PIPE_BUF) size = lines.rfind('\n', PIPE_BUF - 1) + 1;
        sys::write_all(STDOUT_FILENO, lines.substr(0, size));
        lines.remove_prefix(size);
    }
}

// In a session of its own: no signal of a terminal ends it while there is something to print.
int label(void* argument) {
    const auto& stream = *static_cast<const Stream*>(argument);
    ::setsid();
    ::signal(SIGPIPE, SIG_IGN);
    ::close(stream.write_end);
    ::close(STDIN_FILENO);
    (void)!::chdir("/");

    format::NamedLines named(stream.name, PIPE_BUF);
    std::vector<char> block(64 * 1024);
    std::string lines;
    for (;;) {
        ssize_t got =
            sys::retry([&] { return ::read(stream.read_end, block.data(), block.size()); });
        if (got <= 0) break;
        named.take({block.data(), static_cast<size_t>(got)}, sys::wall_time(), lines);
        print(std::exchange(lines, {}));
    }
    named.finish(lines);
    print(lines);
    return 0;
}

}  // namespace

int run(const Args& args) {
    if (args.size() < 2) throw Usage{"holdfast-label: usage: holdfast-label name child"};
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) < 0) sys::fail("unable to create a pipe");
    Stream stream{args[0], pipe[0], pipe[1]};
    sys::fork_sibling(label, &stream);
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(pipe[1], STDERR_FILENO);
    try {
        sys::exec({args.begin() + 1, args.end()});
    } catch (const sys::Error& error) {
        // As a shell ends, and as svscan --main does.
        std::string reason(format::error_text(error.code()));
        throw Usage{"supervise: fatal: unable to start " + std::string(args[0]) + "/run: " + reason,
                    error.code() == ENOENT ? 127 : 126};
    }
}

}  // namespace hf
