// SPDX-License-Identifier: MIT
#include "engine/aside.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <sstream>

#include "sys/fd.h"

namespace hf::engine {

namespace {

bool is_below(const std::string& path, const std::string& folder) {
    return folder == "/" || path == folder ||
           (path.starts_with(folder) && path[folder.size()] == '/');
}

// The mount point that `path` is on, without touching what is mounted there.
std::string mount_of(const std::string& path) {
    sys::Fd file = sys::open("/proc/self/mountinfo", O_RDONLY);
    std::string text;
    if (!file || !sys::read_all(file.get(), text)) return {};
    std::string best;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string skipped, mount;
        fields >> skipped >> skipped >> skipped >> skipped >> mount;
        if (is_below(path, mount) && mount.size() >= best.size()) best = mount;
    }
    return best;
}

std::string current_directory() {
    std::array<char, PATH_MAX> path{};
    return ::getcwd(path.data(), path.size()) == nullptr ? "" : path.data();
}

// Where the entry `name` leads; only the service folder itself is read.
std::string target_of(const std::string& name) {
    if (name.starts_with('/')) return name;
    std::string entry = name.substr(0, name.find('/'));
    std::array<char, PATH_MAX> target{};
    ssize_t size = ::readlink(entry.c_str(), target.data(), target.size() - 1);
    if (size <= 0) return current_directory() + "/" + entry;
    if (target[0] == '/') return target.data();
    return current_directory() + "/" + target.data();
}

}  // namespace

Aside::Aside(std::string name) : name_(std::move(name)) {
    if (name_.empty()) return;
    mount_ = mount_of(target_of(name_));
    if (mount_ == mount_of(current_directory())) mount_.clear();
}

bool Aside::holds(const std::string& name) {
    if (name_.empty() || !concerns(name)) return false;
    if (!got_through()) return true;
    name_.clear();
    return false;
}

bool Aside::concerns(const std::string& name) const {
    if (!mount_.empty()) return mount_of(target_of(name)) == mount_;
    return name_ == name || name_.starts_with(name + "/");
}

bool Aside::got_through() {
    if (probe_ == 0) {
        probe_ = ::fork();
        if (probe_ != 0) return false;
        struct stat status {};
        ::stat(name_.c_str(), &status);
        ::stat((name_ + "/log").c_str(), &status);
        (void)sys::open((name_ + "/supervise/status").c_str(), O_RDONLY | O_NONBLOCK);
        ::_exit(0);
    }
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(probe_), &info, WEXITED | WNOHANG) == 0)
        return info.si_pid == probe_;
    probe_ = 0;
    return false;
}

}  // namespace hf::engine
