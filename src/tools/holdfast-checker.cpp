// SPDX-License-Identifier: MIT
// holdfast-checker: does the checks that the engine asks for. src/format/checks.h is what they say
// to each other.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>

#include "check/loop.h"
#include "program/tool.h"
#include "sys/account.h"
#include "sys/error.h"
#include "sys/limits.h"

namespace hf::program {

namespace {

constexpr sys::Account nobody{65534, 65534};

constexpr size_t most_checks = 4096;
constexpr size_t other_descriptors = 8;  // than those of checks

bool is_root() {
    uid_t real = 0;
    uid_t effective = 0;
    uid_t saved = 0;
    return ::getresuid(&real, &effective, &saved) != 0 || real == 0 || effective == 0 || saved == 0;
}

// By number, so that a checker starts where there are no accounts. What it reads comes from
// strangers.
void give_up_privileges() {
    if (is_root()) sys::become(nobody);
    if (is_root()) throw Fatal{"still root after setuid: no check is done as root"};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) sys::fail("unable to set no_new_privs");
    if (::chdir("/") != 0) sys::fail("unable to change to /");
}

size_t most_at_once() {
    sys::set_soft_limit(RLIMIT_NOFILE, sys::no_limit);
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) sys::fail("getrlimit failed");
    if (limit.rlim_cur <= other_descriptors)
        throw Fatal{"the limit of open files is too low for any check: raise it (ulimit -n)"};
    return std::min<size_t>(most_checks, limit.rlim_cur - other_descriptors);
}

void require_stream(int descriptor, const char* called) {
    struct stat status {};
    const bool is_open = ::fstat(descriptor, &status) == 0;
    if (is_open && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || ::isatty(descriptor)))
        return;
    throw Fatal{std::string(called) + " is no pipe and no socket: the engine starts this program"};
}

}  // namespace

}  // namespace hf::program

int hf::program::run(const Args& args) {
    if (!args.empty()) throw Usage{"holdfast-checker: usage: holdfast-checker"};
    require_stream(STDIN_FILENO, "standard input");
    require_stream(STDOUT_FILENO, "standard output");
    std::signal(SIGPIPE, SIG_IGN);
    const size_t most = most_at_once();
    give_up_privileges();
    // Only now: a change of the account takes it back. An engine that is gone already has closed
    // its ends.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    check::serve(STDIN_FILENO, STDOUT_FILENO, most);
    return 0;
}
