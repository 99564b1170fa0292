// SPDX-License-Identifier: MIT
#include "sys/spawn.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

namespace hf::sys {

namespace {

constexpr size_t child_stack_size = 16 * 1024;

struct Child {
    const SpawnPlan& plan;
    pid_t supervisor;
    bool shares_descriptors;
    Stage stage;
    int error;
};

// With a shared table (CLONE_FILES) the copy takes 0, 1 and 2 alone: what a start costs does not
// grow with the number of descriptors this process has.
bool take_own_descriptors() noexcept {
    return ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_UNSHARE) == 0;
}

bool redirect(const Redirection& redirection) noexcept {
    if (redirection.path == nullptr) return true;
    int file = ::open(redirection.path, redirection.flags | O_CLOEXEC);
    if (file < 0) return false;
    int status = ::fcntl(file, F_GETFL);
    if (status < 0 || ::fcntl(file, F_SETFL, status & ~O_NONBLOCK) < 0) return false;
    return ::dup2(file, redirection.target) >= 0;  // without O_CLOEXEC: it is never `file` itself
}

bool write_piece(int file, const Piece& piece) noexcept {
    ssize_t written = ::pwrite(file, piece.bytes.data(), piece.bytes.size(), piece.at);
    if (written >= 0 && static_cast<size_t>(written) != piece.bytes.size()) errno = ENOSPC;
    return written == static_cast<ssize_t>(piece.bytes.size());
}

bool write_record(const SpawnPlan& plan) noexcept {
    int file = ::open(plan.record_path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) return false;
    plan.complete(plan.context, ::getpid());
    bool written = std::ranges::all_of(
        plan.record, [&](const Piece& piece) noexcept { return write_piece(file, piece); });
    int code = errno;
    ::close(file);
    errno = code;
    return written;
}

// If this process dies before the child stands in the record, the child must not live. With a
// guardian between them, the next engine sees to that; without, the kernel does.
void die_with_parent(pid_t parent) noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(111);
}

// Either this process is born now, by the record that it has written, or whoever ends the unborn
// was first, and it must not run any of the user's code.
bool is_born(const SpawnPlan& plan) noexcept {
    pid_t self = ::getpid();
    return plan.unborn->compare_exchange_strong(self, 0);
}

bool become(Child& child) noexcept {
    const SpawnPlan& plan = child.plan;
    if (!plan.parent_is_ours) die_with_parent(child.supervisor);
    child.stage = Stage::redirection;
    if (child.shares_descriptors && !take_own_descriptors()) return false;
    ::setsid();
    ::setrlimit(RLIMIT_NOFILE, &plan.open_files);
    child.stage = Stage::directory;
    if (::chdir(plan.directory) < 0) return false;
    child.stage = Stage::redirection;
    if (!redirect(plan.redirection)) return false;
    child.stage = Stage::record;
    if (!write_record(plan)) return false;
    if (!plan.parent_is_ours) ::prctl(PR_SET_PDEATHSIG, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (!is_born(plan)) ::_exit(111);
    child.stage = Stage::program;
    ::execve(plan.program, plan.argv, plan.environment);
    return false;
}

int child_main(void* argument) noexcept {
    Child& child = *static_cast<Child*>(argument);
    become(child);
    child.error = errno;
    ::_exit(111);
}

bool descriptors_can_be_unshared() noexcept {
    static const bool can = ::syscall(SYS_close_range, ~0U, ~0U, CLOSE_RANGE_UNSHARE) == 0;
    return can;
}

}  // namespace

SpawnResult spawn(const SpawnPlan& plan) noexcept {
    alignas(16) static std::array<std::byte, child_stack_size> stack;
    Child child{plan, ::getpid(), descriptors_can_be_unshared(), Stage::clone, 0};
    int flags = CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID | SIGCHLD;
    if (child.shares_descriptors) flags |= CLONE_FILES;
    if (plan.parent_is_ours) flags |= CLONE_PARENT;

    static_assert(sizeof(*plan.unborn) == sizeof(pid_t));
    pid_t pid = ::clone(child_main, stack.data() + stack.size(), flags, &child, plan.unborn);
    if (pid < 0) return {0, Stage::clone, errno};
    plan.unborn->store(0);
    if (child.error != 0) return {0, child.stage, child.error};
    return {pid, Stage::program, 0};
}

}  // namespace hf::sys
