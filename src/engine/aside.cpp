// SPDX-License-Identifier: MIT
#include "engine/aside.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <filesystem>
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
    std::filesystem::path path(target.data());
    if (path.is_relative()) path = current_directory() / path;
    return path.lexically_normal();
}

// A process that looks at everything an engine would. True when it has seen it.
bool got_through(pid_t& pid, const std::string& name) {
    if (pid == 0) {
        pid = ::fork();
        if (pid != 0) return false;
        // Executed, it holds none of this engine's locks and pipes while it is stuck.
        ::execl("/proc/self/exe", "holdfast-engine", "probe", name.c_str(), "aside", nullptr);
        ::_exit(111);
    }
    siginfo_t info{};
    int waited = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
    if (waited < 0) pid = 0;  // it could not be made
    return waited == 0 && info.si_pid == pid;
}

}  // namespace

void probe(const std::string& name) {
    struct stat status {};
    ::stat(name.c_str(), &status);
    ::stat((name + "/log").c_str(), &status);
    (void)sys::open((name + "/supervise/status").c_str(), O_RDONLY | O_NONBLOCK);
}

Aside::Aside(sys::GuardPage* page) : page_(page) {
    if (page_ == nullptr) return;
    for (const char* at = page_->aside.data(); *at != '\0'; at += std::strlen(at) + 1) add(at);
    if (page_->busy[0] != '\0') add(page_->busy.data());
    save();
}

void Aside::add(const std::string& name) {
    std::string mount = mount_of(target_of(name));
    if (mount == mount_of(current_directory())) mount.clear();
    items_.push_back({name, mount});
}

void Aside::save() const {
    size_t at = 0;
    for (const Item& item : items_) {
        if (at + item.name.size() + 2 > page_->aside.size()) break;
        std::ranges::copy(item.name, page_->aside.data() + at);
        at += item.name.size();
        page_->aside[at++] = '\0';
    }
    page_->aside[at] = '\0';
}

bool Aside::holds(const std::string& name) {
    for (size_t i = 0; i < items_.size();) {
        Item& item = items_[i];
        bool concerned = item.mount.empty() ? item.name == name || item.name.starts_with(name + "/")
                                            : mount_of(target_of(name)) == item.mount;
        if (!concerned) {
            ++i;
            continue;
        }
        if (!got_through(item.probe, item.name)) return true;
        items_.erase(items_.begin() + static_cast<ptrdiff_t>(i));
        save();
    }
    return false;
}

}  // namespace hf::engine
