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
#include <string_view>

#include "sys/fd.h"

namespace hf::engine {

namespace {

// What stands in `text` before the first `end`, which is taken from it.
std::string_view cut(std::string_view& text, char end) {
    size_t size = std::min(text.find(end), text.size());
    std::string_view first = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    return first;
}

// An absolute path without "." and "..".
std::string normal(std::string_view path) {
    std::string result;
    while (!path.empty()) {
        std::string_view part = cut(path, '/');
        if (part == "..") result.resize(std::min(result.rfind('/'), result.size()));
        if (part.empty() || part == "." || part == "..") continue;
        result.append("/").append(part);
    }
    return result.empty() ? "/" : result;
}

bool is_below(std::string_view path, std::string_view folder) {
    return folder == "/" || path == folder ||
           (path.starts_with(folder) && path[folder.size()] == '/');
}

// The mount point that `path` is on, without touching what is mounted there.
std::string mount_of(const std::string& path) {
    sys::Fd file = sys::open("/proc/self/mountinfo", O_RDONLY);
    std::string text;
    if (!file || !sys::read_all(file.get(), text)) return {};
    std::string_view best;
    for (std::string_view lines = text; !lines.empty();) {
        std::string_view line = cut(lines, '\n');
        for (int skipped = 0; skipped < 4; ++skipped) cut(line, ' ');
        std::string_view mount = cut(line, ' ');
        if (is_below(path, mount) && mount.size() >= best.size()) best = mount;
    }
    return std::string(best);
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
    std::string_view path(target.data(), static_cast<size_t>(size));
    if (path.starts_with('/')) return normal(path);
    return normal(current_directory() + "/" + std::string(path));
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
