// SPDX-License-Identifier: MIT
#include "engine/helper.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "sys/pipe.h"

namespace hf::engine {

namespace {

void do_not_wait(const sys::Fd& end) {
    ::fcntl(end.get(), F_SETFL, O_NONBLOCK);
}

// 0 if it cannot be started, with errno set.
pid_t spawn(const std::string& program, std::vector<std::string> arguments, const sys::Fd& input,
            const sys::Fd& output, const sys::Fd& directory) {
    std::string name = program;
    std::vector<char*> argv{name.data()};
    for (std::string& each : arguments) argv.push_back(each.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    if (directory) ::posix_spawn_file_actions_addfchdir_np(&actions, directory.get());
    if (input) ::posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output.get(), STDOUT_FILENO);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t pid = 0;
    const int error =
        ::posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    errno = error;
    return error == 0 ? pid : 0;
}

}  // namespace

Helper start_helper(const std::string& program, std::vector<std::string> arguments, bool is_asked,
                    const sys::Fd& directory) {
    errno = ENOENT;
    if (program.empty()) return {};
    sys::Pipe input = is_asked ? sys::make_pipe() : sys::Pipe{};
    if (is_asked && !input.reading) return {};
    sys::Pipe output = sys::make_pipe();
    if (!output.reading) return {};
    do_not_wait(output.reading);
    if (is_asked) do_not_wait(input.writing);
    Helper helper;
    helper.pid = spawn(program, std::move(arguments), input.reading, output.writing, directory);
    const int error = errno;  // closing may change it
    helper.answers = std::move(output.reading);
    helper.requests = std::move(input.writing);
    errno = error;
    return helper;
}

}  // namespace hf::engine
