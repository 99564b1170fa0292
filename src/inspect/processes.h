// SPDX-License-Identifier: MIT
// Processes as /proc shows them. What cannot be read (it ended meanwhile, or it is another user's)
// is left out, never an error.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace hf::inspect {

struct Process {
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t session = 0;
    char state = '?';  // as in proc(5)
    std::string name;
    std::chrono::nanoseconds born{};  // since boot
    std::chrono::nanoseconds cpu{};   // used so far
    std::uint64_t resident = 0;       // bytes
};

std::optional<Process> process(pid_t pid);

// All processes at one time.
class Processes {
  public:
    Processes();

    const std::unordered_map<pid_t, Process>& all() const { return all_; }
    const Process* find(pid_t pid) const;

    // `root` and everything below it; empty if `root` is gone.
    std::vector<const Process*> tree(pid_t root) const;

  private:
    std::unordered_map<pid_t, Process> all_;
    std::unordered_map<pid_t, std::vector<pid_t>> children_;
};

// Empty where it cannot be read. A program that was replaced since reads "PATH (deleted)".
std::string program_of(pid_t pid);
std::string directory_of(pid_t pid);
std::vector<std::string> arguments_of(pid_t pid);
std::vector<std::string> environment_of(pid_t pid);

// The effective user; none if the process is gone.
std::optional<uid_t> user_of(pid_t pid);

// The inodes of its open sockets, and how many descriptors it has open.
struct Descriptors {
    bool readable = false;  // only its own user and root may know
    std::vector<std::uint64_t> sockets;
    size_t count = 0;
};
Descriptors descriptors_of(pid_t pid);

// Its control group (of version 2), and the unit of systemd that it runs in, such as
// "redis-server.service". Empty where there is none.
std::string group_of(pid_t pid);
std::string unit_of(pid_t pid);

// "/proc/123/fd/4" and so on, each a link to what it has open, or all of a tree have.
std::vector<std::string> open_files_of(pid_t pid);
std::vector<std::string> open_files_of(const std::vector<const Process*>& tree);

// Whether it has the file of this name open.
bool has_open(pid_t pid, const std::string& path);

// The soft limit of open descriptors.
std::optional<std::uint64_t> descriptor_limit(pid_t pid);

struct Thread {
    pid_t id;
    char state;
    std::string waits_in;  // a function of the kernel; empty if it is told to nobody
};
std::vector<Thread> threads_of(pid_t pid);

// How often it has waited so far: the same number later, it is the same wait. -1: it is gone.
long waits_of(pid_t pid, pid_t thread);

// Where a symbolic link leads; empty if it is none.
std::string link_of(const std::string& path);

// Whether the two names lead to the same file.
bool same_file(const std::string& one, const std::string& other);

// Who holds a flock(2) on this file, by /proc/locks. 0: nobody that can be seen.
pid_t lock_holder(const std::string& path);

// The whole of a small file; empty if it cannot be read.
std::string contents(const std::string& path);

}  // namespace hf::inspect
