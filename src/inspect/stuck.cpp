// SPDX-License-Identifier: MIT
#include "inspect/stuck.h"

#include <poll.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "text/words.h"

namespace hf::inspect {

using namespace text;

namespace {

// A wait for a program that answers for a file system (FUSE) does not count as one for a disk.
bool looks_stuck(const Thread& thread) {
    return thread.state == 'D' || thread.waits_in.find("request_wait_answer") != std::string::npos;
}

// The system calls whose first argument is an open file.
bool is_of_a_file(long call) {
    constexpr std::array calls{SYS_read,       SYS_write,     SYS_pread64,   SYS_pwrite64,
                               SYS_readv,      SYS_writev,    SYS_fsync,     SYS_fdatasync,
                               SYS_getdents64, SYS_ftruncate, SYS_fallocate, SYS_flock};
    return std::find(calls.begin(), calls.end(), call) != calls.end();
}

std::string file_of(pid_t pid, pid_t thread) {
    std::string process = "/proc/" + std::to_string(pid);
    std::string call = contents(process + "/task/" + std::to_string(thread) + "/syscall");
    long number = -1;
    unsigned long first = 0;
    if (std::sscanf(call.c_str(), "%ld %lx", &number, &first) != 2 || !is_of_a_file(number))
        return "";
    return link_of(process + "/fd/" + std::to_string(first));
}

struct Mount {
    std::string point;
    std::string kind;
    std::string source;

    std::string words() const { return point + " (" + kind + " from " + source + ")"; }
    bool is_remote() const {
        for (std::string_view start : {"fuse", "nfs", "cifs", "smb", "9p", "ceph", "afs", "gfs"}) {
            if (kind.starts_with(start) && kind != "fusectl") return true;
        }
        return false;
    }
};

// "36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw"; see proc(5).
std::vector<Mount> mounts() {
    std::vector<Mount> result;
    for (const std::string& line : lines_of(contents("/proc/self/mountinfo"))) {
        std::array<char, 4096> point{};
        std::array<char, 64> kind{};
        std::array<char, 1024> source{};
        size_t dash = line.find(" - ");
        if (dash == std::string::npos) continue;
        if (std::sscanf(line.c_str(), "%*d %*d %*s %*s %4095s", point.data()) != 1) continue;
        if (std::sscanf(line.c_str() + dash, " - %63s %1023s", kind.data(), source.data()) != 2)
            continue;
        result.push_back({point.data(), kind.data(), source.data()});
    }
    return result;
}

Mount mount_at(const std::string& path) {
    Mount best;
    for (Mount& each : mounts()) {
        bool is_above =
            path == each.point || each.point == "/" || path.starts_with(each.point + "/");
        if (is_above && each.point.size() >= best.point.size()) best = std::move(each);
    }
    return best;
}

}  // namespace

std::vector<Stuck> stuck_threads(const std::vector<pid_t>& pids) {
    struct Wait {
        Stuck stuck;
        long number;
    };
    std::vector<Wait> waits;
    for (pid_t pid : pids) {
        for (Thread& thread : threads_of(pid)) {
            if (!looks_stuck(thread)) continue;
            long number = waits_of(pid, thread.id);
            waits.push_back({{pid, std::move(thread), ""}, number});
        }
    }
    std::vector<Stuck> result;
    if (waits.empty()) return result;
    constexpr int moment_ms = 1000;
    ::poll(nullptr, 0, moment_ms);
    for (Wait& each : waits) {
        pid_t thread = each.stuck.thread.id;
        if (each.number < 0 || waits_of(each.stuck.pid, thread) != each.number) continue;
        each.stuck.file = file_of(each.stuck.pid, thread);
        result.push_back(std::move(each.stuck));
    }
    return result;
}

std::string mount_of(const std::string& path) {
    Mount mount = mount_at(path);
    return mount.point.empty() ? "" : mount.words();
}

std::string remote_mount_of(const std::string& path) {
    namespace fs = std::filesystem;
    fs::path place = fs::absolute(path);
    std::string target = link_of(place.string());
    if (!target.empty()) place = place.parent_path() / target;
    Mount mount = mount_at(place.lexically_normal().string());
    return mount.is_remote() ? mount.point : "";
}

std::vector<std::string> remote_mounts() {
    std::vector<std::string> result;
    for (const Mount& each : mounts()) {
        if (each.is_remote()) result.push_back(each.words());
    }
    return result;
}

}  // namespace hf::inspect
