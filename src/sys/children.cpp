// SPDX-License-Identifier: MIT
#include "sys/children.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <string>
#include <utility>

#include "sys/error.h"
#include "sys/fd.h"

namespace hf::sys {

pid_t fork() {
    pid_t pid = ::fork();
    if (pid < 0) fail("unable to fork");
    return pid;
}

void fork_sibling(int (*main)(void*), void* argument) {
    alignas(16) static std::array<std::byte, 256 * 1024> stack;  // the child has its own copy
    if (::clone(main, stack.data() + stack.size(), CLONE_PARENT | SIGCHLD, argument) < 0)
        fail("unable to fork");
}

void adopt_orphans() {
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) fail("unable to adopt orphans");
}

std::vector<Death> reap_children() {
    std::vector<Death> deaths;
    for (;;) {
        int status = 0;
        pid_t pid = ::waitpid(-1, &status, WNOHANG);
        if (pid <= 0) return deaths;
        deaths.push_back({pid, WEXITSTATUS(status), WIFSIGNALED(status) ? WTERMSIG(status) : 0});
    }
}

bool have_children() {
    siginfo_t info{};
    return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

std::vector<pid_t> children() {
    std::string text;
    Fd file = open("/proc/thread-self/children", O_RDONLY);
    if (file) read_all(file.get(), text);
    std::vector<pid_t> pids;
    pid_t pid = 0;
    for (char c : text) {  // "12 345 ": a space after each
        if (c == ' ') {
            pids.push_back(std::exchange(pid, 0));
        } else {
            pid = pid * 10 + (c - '0');
        }
    }
    return pids;
}

}  // namespace hf::sys
