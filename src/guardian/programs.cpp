// SPDX-License-Identifier: MIT
#include "guardian/programs.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "guard/protocol.h"
#include "guardian/descriptors.h"
#include "guardian/messages.h"
#include "text/error_text.h"

namespace hf::guardian {

namespace {

constexpr milliseconds probe_timeout{2000};
constexpr int first_free_fd = 10;  // above those that an engine is started with

// A copy with O_CLOEXEC, out of the way of the numbers that the engine shall have.
int moved_away(int fd) {
    return fd < 0 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, first_free_fd);
}

}  // namespace

Paths::Paths(const char* program) {
    std::snprintf(self.data(), self.size(), "%s", program);
    const char* slash = std::strrchr(program, '/');
    int length = slash == nullptr ? 0 : static_cast<int>(slash - program) + 1;
    std::snprintf(engine.data(), engine.size(), "%.*s%s", length, program, engine_name);
}

void become_engine(const Paths& paths, const EngineStart& start) {
    const int socket = moved_away(start.socket);
    const int memory = moved_away(start.memory);
    const int lock = moved_away(start.lock);
    const int file = moved_away(start.file);
    ::dup2(socket, guard::socket_fd);
    ::dup2(memory, guard::memory_fd);
    // Else nothing may stand there that could be taken for the lock.
    if (lock >= 0) ::dup2(lock, guard::lock_fd);
    if (lock < 0) ::close(guard::lock_fd);
    std::array<char*, 4> argv{const_cast<char*>(engine_name), const_cast<char*>(start.directory),
                              const_cast<char*>(start.main_service), nullptr};
    restore_limit();
    // By its path if it can be: then it may be a script, too.
    if (start.program == Program::on_disk) ::execve(paths.engine.data(), argv.data(), environ);
    ::syscall(SYS_execveat, file, "", argv.data(), environ, AT_EMPTY_PATH);
    warn("unable to run %s: %s", paths.engine.data(), text::error_text(errno).data());
    ::_exit(111);
}

// One that cannot even be killed is left: it is reaped like any other child, whenever it ends.
bool can_run(const Paths& paths) {
    pid_t pid = ::fork();
    if (pid == 0) {
        std::array<char*, 2> argv{const_cast<char*>("svscan"), nullptr};
        std::array<char*, 2> environment{const_cast<char*>("HOLDFAST_PROBE=1"), nullptr};
        ::execve(paths.self.data(), argv.data(), environment.data());
        ::_exit(111);
    }
    if (pid < 0) return false;
    siginfo_t info{};
    for (auto end = Clock::now() + probe_timeout; Clock::now() < end; ::poll(nullptr, 0, 5)) {
        ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
        if (info.si_pid == pid) return info.si_code == CLD_EXITED && info.si_status == 0;
    }
    ::kill(pid, SIGKILL);
    return false;
}

void become_svscan(const Paths& paths, const Arguments& arguments) {
    std::array<const char*, 6> argv{"svscan"};
    auto word = argv.begin();
    if (arguments.main_service != nullptr) *++word = "--main", *++word = arguments.main_service;
    if (arguments.prefix_output) *++word = "--prefix-output";
    *++word = arguments.directory;
    restore_limit();
    ::execve(paths.self.data(), const_cast<char* const*>(argv.data()), environ);
    raise_limit();
}

}  // namespace hf::guardian
