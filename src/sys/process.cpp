// SPDX-License-Identifier: MIT
#include "sys/process.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "sys/error.h"

namespace hf::sys {

namespace {

// struct pidfd_info in the linux/pidfd.h of 6.15, which older headers lack.
struct PidfdInfo {
    std::uint64_t mask;
    std::uint64_t cgroup;
    std::uint32_t ids[11];
    std::int32_t exit_code;
};
constexpr std::uint64_t info_exit = 1U << 3;
// PF_FORKNOEXEC in the kernel's linux/sched.h: of the flags that /proc/PID/stat shows.
constexpr unsigned long forked_and_not_executed = 0x40;
constexpr unsigned long pidfd_get_info = _IOWR(0xFF, 11, PidfdInfo);

bool exists(pid_t pid) {
    return ::kill(pid, 0) == 0 || errno == EPERM;
}

std::string stat_path(pid_t pid) {
    return "/proc/" + std::to_string(pid) + "/stat";
}

// False, with errno, if it cannot be read.
bool read_stat(pid_t pid, std::string& text) {
    Fd file = open(stat_path(pid).c_str(), O_RDONLY);
    return file && read_all(file.get(), text);
}

// The name stands in parentheses and may hold anything; what follows the last one is plain.
std::optional<ProcessStat> parse_stat(const std::string& text) {
    size_t after_name = text.rfind(')');
    if (after_name == std::string::npos) return std::nullopt;
    const char* field = text.c_str() + after_name + 2;
    ProcessStat result{};
    result.state = *field;
    result.parent = static_cast<pid_t>(std::strtol(field + 1, nullptr, 10));
    for (int number = 3; number < 22 && field != nullptr; ++number) {
        if (number == 9)
            result.executed = (std::strtoul(field, nullptr, 10) & forked_and_not_executed) == 0;
        field = std::strchr(field, ' ');
        if (field != nullptr) ++field;
    }
    if (field == nullptr) return std::nullopt;
    result.born = clock_tick() * std::strtoll(field, nullptr, 10);
    return result;
}

}  // namespace

std::chrono::nanoseconds clock_tick() {
    static const long ticks = ::sysconf(_SC_CLK_TCK);
    return std::chrono::nanoseconds(1'000'000'000 / ticks);
}

std::optional<ProcessStat> process_stat(pid_t pid) {
    std::string text;
    if (read_stat(pid, text)) return parse_stat(text);
    const int code = errno;
    if (!exists(pid)) return std::nullopt;
    throw Error("unable to read " + stat_path(pid), code);
}

bool is_hidden(pid_t pid) {
    return ::access(stat_path(pid).c_str(), R_OK) < 0 && exists(pid);
}

bool may_have_executed(pid_t pid) {
    std::string text;
    auto stat = read_stat(pid, text) ? parse_stat(text) : std::nullopt;
    return !stat || stat->executed;
}

bool may_be_alive(pid_t pid) {
    std::string text;
    auto stat = read_stat(pid, text) ? parse_stat(text) : std::nullopt;
    return stat ? stat->state != 'Z' : is_hidden(pid);
}

bool is_user_of(pid_t pid, uid_t user) {
    const Fd file = open(("/proc/" + std::to_string(pid) + "/status").c_str(), O_RDONLY);
    std::string text;
    const size_t line = file && read_all(file.get(), text) ? text.find("\nUid:") : text.npos;
    if (line == text.npos) return false;
    const char* at = text.c_str() + line + 5;
    for (int i = 0; i < 4; ++i) {  // real, effective, saved, of the file system
        char* end = nullptr;
        if (std::strtoul(at, &end, 10) == user && end != at) return true;
        at = end;
    }
    return false;
}

std::array<std::byte, 16> boot_id() {
    std::array<std::byte, 16> id{};
    Fd file = open("/proc/sys/kernel/random/boot_id", O_RDONLY);
    std::string text;
    if (!file || !read_all(file.get(), text)) return id;
    size_t digits = 0;
    for (char c : text) {
        int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (value < 0 || digits == 32) continue;
        id[digits / 2] = (id[digits / 2] << 4) | std::byte(value);
        ++digits;
    }
    return id;
}

bool may_be_same_boot(const std::array<std::byte, 16>& one,
                      const std::array<std::byte, 16>& other) {
    constexpr std::array<std::byte, 16> unknown{};
    return one == other || one == unknown || other == unknown;
}

Fd open_process(pid_t pid) {
    return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));  // close-on-exec by itself
}

std::optional<ExitInfo> exit_info(int process) {
    PidfdInfo info{};
    info.mask = info_exit;
    if (::ioctl(process, pidfd_get_info, &info) < 0) return std::nullopt;
    if ((info.mask & info_exit) == 0) return std::nullopt;
    int status = info.exit_code;
    if (WIFEXITED(status)) return ExitInfo{CLD_EXITED, WEXITSTATUS(status)};
    return ExitInfo{WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED, WTERMSIG(status)};
}

void signal_process(int process, int number) {
    ::syscall(SYS_pidfd_send_signal, process, number, nullptr, 0);
}

void signal_group(pid_t pid, int number) {
    if (::kill(-pid, number) < 0 && errno == ESRCH) ::kill(pid, number);
}

}  // namespace hf::sys
