// SPDX-License-Identifier: MIT
#include "sys/spawn.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <csignal>

#include "sys/error.h"

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

// What stands where in the child's table, behind 0, 1 and 2: descriptors that this process keeps
// free for it. Between two starts they lead nowhere.
enum Slot : size_t { directory_slot, record_slot, first_stream_slot };
using Slots = std::array<int, first_stream_slot + most_redirections>;
Slots slots{-1, -1, -1, -1, -1, -1};

class FilledSlots {
  public:
    explicit FilledSlots(const SpawnPlan& plan) noexcept {
        assert(plan.redirections.size() <= most_redirections);
        filled_ = fill(plan.directory) && fill(plan.record_file) &&
                  std::ranges::all_of(plan.redirections, [this](const Redirection& each) noexcept {
                      return fill(each.file);
                  });
    }
    ~FilledSlots() {
        while (count_ > 0) ::dup3(STDERR_FILENO, slots[--count_], O_CLOEXEC);
    }
    FilledSlots(const FilledSlots&) = delete;
    FilledSlots& operator=(const FilledSlots&) = delete;
    explicit operator bool() const noexcept { return filled_; }

  private:
    bool fill(int file) noexcept {
        const int slot = slots[count_++];
        return retry([&] { return ::dup3(file, slot, O_CLOEXEC); }) >= 0;
    }
    size_t count_ = 0;
    bool filled_;
};

// With a shared table (CLONE_FILES) the copy takes these few alone: what a start costs does not
// grow with the number of descriptors this process has.
bool take_own_descriptors() noexcept {
    auto first = static_cast<unsigned>(std::ranges::max(slots)) + 1;
    return ::syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_UNSHARE) == 0;
}

// What stands where a redirection leads makes room, for it is still needed. `here` is the child's
// own copy of the slots: it shares the memory of those that this process has.
bool make_room(Slots& here, std::span<const Redirection> redirections) noexcept {
    int free = std::ranges::max(here) + 1;
    for (const Redirection& each : redirections) free = std::max(free, each.target + 1);
    auto is_target = [&](int number) noexcept {
        return std::ranges::find(redirections, number, &Redirection::target) != redirections.end();
    };
    return std::ranges::all_of(here, [&](int& slot) noexcept {
        if (is_target(slot)) slot = ::fcntl(slot, F_DUPFD_CLOEXEC, free);
        return slot >= 0;
    });
}

// Whether all are done; what stands at their targets does not close with an exec.
bool redirect(Slots& here, std::span<const Redirection> redirections) noexcept {
    if (!make_room(here, redirections)) return false;
    for (size_t i = 0; i < redirections.size(); ++i) {
        if (::dup2(here[first_stream_slot + i], redirections[i].target) < 0) return false;
    }
    return true;
}

bool write_piece(int file, const Piece& piece) noexcept {
    ssize_t written = ::pwrite(file, piece.bytes.data(), piece.bytes.size(), piece.at);
    if (written >= 0 && static_cast<size_t>(written) != piece.bytes.size()) errno = ENOSPC;
    return written == static_cast<ssize_t>(piece.bytes.size());
}

bool write_record(const SpawnPlan& plan, int file) noexcept {
    plan.complete(plan.context, ::getpid());
    return std::ranges::all_of(
        plan.record, [file](const Piece& piece) noexcept { return write_piece(file, piece); });
}

// If this process dies before the child stands in the record, the child must not live. With a
// guardian between them, the next engine sees to that; without, the kernel does.
void die_with_parent(pid_t parent) noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(111);
}

// Either this process is born now, by the record that it has written, or whoever ends the
// spawning_pid was first, and it must not run any of the user's code.
bool is_born(const SpawnPlan& plan) noexcept {
    const pid_t self = ::getpid();
    pid_t expected = self;
    return plan.spawning_pid->compare_exchange_strong(expected, -self);
}

bool become(Child& child) noexcept {
    const SpawnPlan& plan = child.plan;
    if (!plan.parent_is_ours) die_with_parent(child.supervisor);
    child.stage = Stage::descriptors;
    if (child.shares_descriptors && !take_own_descriptors()) return false;
    if (!plan.keeps_session) ::setsid();
    child.stage = Stage::directory;
    if (::fchdir(slots[directory_slot]) < 0) return false;
    child.stage = Stage::redirection;
    Slots here = slots;
    if (!redirect(here, plan.redirections)) return false;
    ::setrlimit(RLIMIT_NOFILE, &plan.open_files);
    child.stage = Stage::record;
    if (!write_record(plan, here[record_slot])) return false;
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

void reserve_descriptors() {
    for (int& slot : slots) {
        if (slot < 0) slot = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (slot < 0) fail("unable to set descriptors aside");
    }
    // What this process was started with, and stands below what a child closes by number.
    for (int fd = STDERR_FILENO + 1; fd < std::ranges::max(slots); ++fd)
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

SpawnResult spawn(const SpawnPlan& plan) noexcept {
    FilledSlots filled(plan);
    if (!filled) return {0, Stage::clone, errno};
    alignas(16) static std::array<std::byte, child_stack_size> stack;
    Child child{plan, ::getpid(), descriptors_can_be_unshared(), Stage::clone, 0};
    int flags = CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID | SIGCHLD;
    if (child.shares_descriptors) flags |= CLONE_FILES;
    if (plan.parent_is_ours) flags |= CLONE_PARENT;

    static_assert(sizeof(*plan.spawning_pid) == sizeof(pid_t));
    pid_t pid = ::clone(child_main, stack.data() + stack.size(), flags, &child, plan.spawning_pid);
    if (pid < 0) return {0, Stage::clone, errno};
    plan.spawning_pid->store(0);
    if (child.error != 0) return {0, child.stage, child.error};
    return {pid, Stage::program, 0};
}

}  // namespace hf::sys
