// SPDX-License-Identifier: MIT
// The main() of every command: the only place where an error becomes a message and an exit code.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "program/tool.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "text/command_help.h"
#include "text/error_text.h"

namespace hf::program {

namespace {

constexpr std::string_view program = HF_PROGRAM;

void say(std::string_view kind, std::string_view text) {
    std::string line(program);
    line.append(": ").append(kind).append(text).append("\n");
    sys::write_all(STDERR_FILENO, line);
}

}  // namespace

void warn(std::string_view text) {
    say("warning: ", text);
}

void warn(std::string_view text, int code) {
    warn(std::string(text) + ": " + std::string(text::error_text(code)));
}

namespace {

// `--help` alone, unless something is called so: daemontools take it for a name. What it would then
// print is empty for a command with a help of its own.
std::string help_wanted(const Args& args) {
    bool alone = args.size() == 1 && std::string_view(args[0]) == "--help";
    return alone && ::access(args[0], F_OK) < 0 ? text::command_help(program) : "";
}

// Else a file of ours would take the place of a standard descriptor that is closed, and lines for
// standard error would go into it. What is executed finds it closed, as it was.
void hold_closed_descriptors() {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
        const int unusable = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        (void)!::open("/dev/null", unusable | O_CLOEXEC);
    }
}

}  // namespace

}  // namespace hf::program

int main(int argc, char** argv) {
    using namespace hf;
    using namespace hf::program;
    hold_closed_descriptors();
    try {
        const Args args(argv + (argc > 0), argv + argc);
        const std::string help = help_wanted(args);
        if (help.empty()) return run(args);
        return sys::write_all(STDOUT_FILENO, help) ? 0 : 111;
    } catch (const Exit& exit) {
        sys::write_all(STDERR_FILENO, exit.line + "\n");
        return exit.code;
    } catch (const Fatal& fatal) {
        say("fatal: ", fatal.text);
    } catch (const sys::Error& error) {
        say("fatal: ", error.text() + ": " + std::string(text::error_text(error.code())));
    } catch (const std::bad_alloc&) {
        say("fatal: ", "out of memory");
    }
    return 111;
}
