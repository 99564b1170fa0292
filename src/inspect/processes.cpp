// SPDX-License-Identifier: MIT
#include "inspect/processes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sys/directory.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "sys/safe_open.h"
#include "text/words.h"

namespace hf::inspect {

using namespace text;

namespace {

// More than any file is long that is looked at whole.
constexpr size_t most_content = 16 * 1024 * 1024;

std::string proc(pid_t pid, const char* file) {
    return "/proc/" + std::to_string(pid) + "/" + file;
}

std::vector<std::string> split_at_nul(const std::string& text) {
    std::vector<std::string> parts;
    for (size_t at = 0; at < text.size();) {
        parts.emplace_back(text.c_str() + at);
        at += parts.back().size() + 1;
    }
    return parts;
}

std::vector<std::string> names(const std::string& path) {
    sys::Fd directory = sys::open(path.c_str(), O_RDONLY | O_DIRECTORY);
    if (!directory) return {};
    return sys::names_in(directory).value_or(std::vector<std::string>{});
}

std::string status_field(const std::string& status, std::string_view name) {
    for (const std::string& line : lines_of(status)) {
        if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ':')
            return line.substr(line.find_first_not_of(" \t", name.size() + 1));
    }
    return "";
}

}  // namespace

std::string link_of(const std::string& path) {
    std::array<char, PATH_MAX> target{};
    ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    return {target.data(), size > 0 ? static_cast<size_t>(size) : 0};
}

std::string contents(const std::string& path) {
    struct stat found {};
    std::string text;
    if (::stat(path.c_str(), &found) < 0 || !S_ISREG(found.st_mode)) return text;
    sys::Fd file = sys::open(path.c_str(), O_RDONLY | O_NONBLOCK);
    if (file) sys::read_at_most(file.get(), most_content, text);
    return text;
}

std::optional<Process> process(pid_t pid) {
    std::string text = contents(proc(pid, "stat"));
    size_t name = text.find('(');
    size_t after_name = text.rfind(')');
    if (name == std::string::npos || after_name == std::string::npos) return std::nullopt;
    Process result;
    result.pid = pid;
    result.name = text.substr(name + 1, after_name - name - 1);
    long user = 0;
    long system = 0;
    long long born = 0;
    long pages = 0;
    int read =
        std::sscanf(text.c_str() + after_name + 1,
                    " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %ld %ld %*d %*d %*d %*d %*d "
                    "%*d %lld %*u %ld",
                    &result.state, &result.parent, &result.session, &user, &system, &born, &pages);
    if (read != 7) return std::nullopt;
    static const auto page_size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    result.cpu = sys::clock_tick() * (user + system);
    result.born = sys::clock_tick() * born;
    result.resident = static_cast<std::uint64_t>(pages) * page_size;
    return result;
}

Processes::Processes() {
    for (const std::string& name : names("/proc")) {
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        auto found = process(std::atoi(name.c_str()));
        if (!found) continue;
        children_[found->parent].push_back(found->pid);
        all_.emplace(found->pid, std::move(*found));
    }
}

const Process* Processes::find(pid_t pid) const {
    auto found = all_.find(pid);
    return found == all_.end() ? nullptr : &found->second;
}

std::vector<const Process*> Processes::tree(pid_t root) const {
    std::vector<const Process*> result;
    if (const Process* first = find(root)) result.push_back(first);
    for (size_t next = 0; next < result.size(); ++next) {
        auto children = children_.find(result[next]->pid);
        if (children == children_.end()) continue;
        for (pid_t child : children->second) {
            if (const Process* each = find(child)) result.push_back(each);
        }
    }
    return result;
}

std::string program_of(pid_t pid) {
    return link_of(proc(pid, "exe"));
}

std::string directory_of(pid_t pid) {
    return link_of(proc(pid, "cwd"));
}

std::vector<std::string> arguments_of(pid_t pid) {
    return split_at_nul(contents(proc(pid, "cmdline")));
}

std::vector<std::string> environment_of(pid_t pid) {
    return split_at_nul(contents(proc(pid, "environ")));
}

std::optional<uid_t> user_of(pid_t pid) {
    std::string ids = status_field(contents(proc(pid, "status")), "Uid");
    unsigned real = 0;
    unsigned effective = 0;
    if (std::sscanf(ids.c_str(), "%u %u", &real, &effective) != 2) return std::nullopt;
    return effective;
}

Descriptors descriptors_of(pid_t pid) {
    Descriptors result;
    std::string directory = proc(pid, "fd");
    sys::Fd open = sys::open(directory.c_str(), O_RDONLY | O_DIRECTORY);
    result.readable = static_cast<bool>(open);
    if (!open) return result;
    for (const std::string& name : sys::names_in(open).value_or(std::vector<std::string>{})) {
        ++result.count;
        std::string target = link_of(directory + "/" + name);
        if (target.empty() && errno == EACCES) result.readable = false;
        unsigned long long inode = 0;
        if (std::sscanf(target.c_str(), "socket:[%llu]", &inode) == 1)
            result.sockets.push_back(inode);
    }
    return result;
}

std::string group_of(pid_t pid) {
    std::string text = contents(proc(pid, "cgroup"));
    size_t unified = text.find("0::");
    if (unified == std::string::npos) return "";
    return text.substr(unified + 3, text.find('\n', unified) - unified - 3);
}

std::string unit_of(pid_t pid) {
    std::string group = group_of(pid);
    std::string last = group.substr(group.rfind('/') + 1);
    return last.ends_with(".service") ? last : "";
}

std::vector<std::string> open_files_of(pid_t pid) {
    std::vector<std::string> files;
    for (const std::string& name : names(proc(pid, "fd"))) files.push_back(proc(pid, "fd/") + name);
    return files;
}

std::vector<std::string> open_files_of(const std::vector<const Process*>& tree) {
    std::vector<std::string> all;
    for (const Process* each : tree) {
        auto files = open_files_of(each->pid);
        all.insert(all.end(), files.begin(), files.end());
    }
    return all;
}

bool has_open(pid_t pid, const std::string& path) {
    auto open = open_files_of(pid);
    return std::any_of(open.begin(), open.end(),
                       [&](const std::string& file) { return link_of(file) == path; });
}

std::optional<std::uint64_t> descriptor_limit(pid_t pid) {
    for (const std::string& line : lines_of(contents(proc(pid, "limits")))) {
        unsigned long long soft = 0;
        if (std::sscanf(line.c_str(), "Max open files %llu", &soft) == 1) return soft;
    }
    return std::nullopt;
}

std::vector<Thread> threads_of(pid_t pid) {
    std::vector<Thread> threads;
    for (const std::string& name : names(proc(pid, "task"))) {
        std::string place = proc(pid, "task/") + name;
        std::string text = contents(place + "/stat");
        size_t after_name = text.rfind(')');
        if (after_name == std::string::npos || after_name + 2 >= text.size()) continue;
        std::string waits_in = contents(place + "/wchan");
        if (waits_in == "0") waits_in.clear();
        threads.push_back({std::atoi(name.c_str()), text[after_name + 2], std::move(waits_in)});
    }
    return threads;
}

long waits_of(pid_t pid, pid_t thread) {
    std::string place = proc(pid, "task/") + std::to_string(thread);
    std::string number = status_field(contents(place + "/status"), "voluntary_ctxt_switches");
    return number.empty() ? -1 : std::atol(number.c_str());
}

bool same_file(const std::string& one, const std::string& other) {
    struct stat a {};
    struct stat b {};
    return ::stat(one.c_str(), &a) == 0 && ::stat(other.c_str(), &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

pid_t lock_holder(const std::string& path) {
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0) return 0;
    for (const std::string& line : lines_of(contents("/proc/locks"))) {
        std::array<char, 16> kind{};
        int pid = 0;
        unsigned major = 0;
        unsigned minor = 0;
        unsigned long long inode = 0;
        if (std::sscanf(line.c_str(), "%*u: %15s %*s %*s %d %x:%x:%llu", kind.data(), &pid, &major,
                        &minor, &inode) != 5)
            continue;
        if (inode == file.st_ino && major == ::major(file.st_dev) && minor == ::minor(file.st_dev))
            return pid;
    }
    return 0;
}

}  // namespace hf::inspect
