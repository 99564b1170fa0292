// SPDX-License-Identifier: MIT
#include "log/compressor.h"

#include <fcntl.h>
#include <sys/wait.h>

#include <array>
#include <climits>
#include <csignal>
#include <cstdlib>

#include "sys/error.h"

namespace hf::log {

namespace {

constexpr std::string_view name = "multilog-zstd";

// Beside this program, or in PATH.
std::string find_program() {
    std::array<char, PATH_MAX> self{};
    const ssize_t length = ::readlink("/proc/self/exe", self.data(), self.size());
    std::string directories;
    if (length > 0) {
        const std::string_view path(self.data(), static_cast<size_t>(length));
        directories = path.substr(0, path.rfind('/'));
    }
    const char* search = std::getenv("PATH");
    directories.append(":").append(search != nullptr ? search : "/bin:/usr/bin");
    for (size_t at = 0; at < directories.size();) {
        const size_t end = std::min(directories.find(':', at), directories.size());
        const std::string file = directories.substr(at, end - at) + "/" + std::string(name);
        if (::access(file.c_str(), X_OK) == 0) return file;
        at = end + 1;
    }
    throw sys::Error("unable to compress: unable to run " + std::string(name), ENOENT);
}

}  // namespace

Compressor::Compressor(Archives& archives, int level)
    : archives_(archives), program_(find_program()), level_(std::to_string(level)) {}

void Compressor::start() {
    if (child_ >= 0 || (not_before_ && Clock::now() < *not_before_)) return;
    first_ = archives_.oldest_uncompressed();
    if (first_.empty()) return;
    const std::array<const char*, 3> argv{name.data(), level_.c_str(), nullptr};
    const sigset_t mask = archives_.retry().signals().child_mask();
    child_ = ::fork();
    if (child_ != 0) return;
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDIN_FILENO);  // not the pipe: whoever holds that looks like a reader of it
    if (::fchdir(archives_.directory()) == 0) {
        ::execve(program_.c_str(), const_cast<char**>(argv.data()), environ);
    }
    ::_exit(111);
}

bool Compressor::reap(pid_t child, int status) {
    if (child != child_) return false;
    child_ = -1;
    not_before_.reset();
    if (status != 0) warn("unable to compress in " + archives_.name());
    // One that had nothing to do, or may not: another compressor is at it, or this is no file.
    if (status != 0 || archives_.oldest_uncompressed() == first_)
        not_before_ = Clock::now() + std::chrono::minutes(1);
    return true;
}

}  // namespace hf::log
